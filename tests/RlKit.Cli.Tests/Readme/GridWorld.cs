namespace RlKit.Tests.Readme;

/// <summary>A walk over a grid to a target. The observation says where both are.</summary>
public sealed class GridWorld(int size) : Environment<Dictionary<string, object>, int>(
    new DictSpace(("agent", new Box<float>(0, size - 1, [2])), ("target", new Box<float>(0, size - 1, [2]))), new Discrete(4))
{
    private (int X, int Y) _agent, _target;

    protected override Dictionary<string, object> OnReset(EnvironmentOptions? options)
    {
        _agent = (Random.Integers(size), Random.Integers(size));
        do _target = (Random.Integers(size), Random.Integers(size));
        while (_target == _agent);
        return Observe();
    }

    protected override StepResult<Dictionary<string, object>> OnStep(int action)
    {
        (int dx, int dy) = action switch { 0 => (1, 0), 1 => (0, 1), 2 => (-1, 0), _ => (0, -1) };
        _agent = (Math.Clamp(_agent.X + dx, 0, size - 1), Math.Clamp(_agent.Y + dy, 0, size - 1));
        Info.Set("distance", Math.Abs(_agent.X - _target.X) + Math.Abs(_agent.Y - _target.Y));
        return Result(Observe(), reward: _agent == _target ? 1 : 0, terminated: _agent == _target);
    }

    private Dictionary<string, object> Observe() => new()
    {
        ["agent"] = new float[] { _agent.X, _agent.Y },
        ["target"] = new float[] { _target.X, _target.Y },
    };
}
