namespace RlKit.Tests.Environments;

/// <summary>An environment whose observations have two named parts.</summary>
internal sealed class Rooms() : Environment<Dictionary<string, object>, int>(
    new DictSpace(("room", new Discrete(3)), ("position", new Box<float>(-1, 1, [2]))), new Discrete(3))
{
    protected override Dictionary<string, object> OnReset(EnvironmentOptions? options) => Observe(Random.Integers(3));

    protected override StepResult<Dictionary<string, object>> OnStep(int action) => Result(Observe(action), action, terminated: Random.Integers(10) == 0);

    private Dictionary<string, object> Observe(int room) => new() { ["room"] = room, ["position"] = new[] { (float)Random.Uniform(-1, 1), 0.5f } };
}
