using RlKit.Dynamics;

namespace RlKit.Tests.Vector;

[TestFixture]
public sealed class DynamicsVectorEnvironmentTests
{
    [Test]
    public void An_action_of_several_choices_has_a_number_for_each()
    {
        using var vector = new DynamicsVectorEnvironment<Dials, int, float, int, Pcg64>(default, 2);
        Assert.That(vector.ActionSize, Is.EqualTo(3));
        vector.Reset(seed: 1);
        vector.Step([1, 2, 3, 2, 0, 1]);
        Assert.That(vector.Rewards.ToArray(), Is.EqualTo(new[] { 123.0, 201.0 }));
        Assert.That(() => vector.Step([1, 2, 3, 2, 0, 4]), Throws.ArgumentException.With.Message.Contains("Action 2, 0, 4 of copy 1"));
        Assert.That(() => vector.Step(new int[18]), Throws.ArgumentException.With.Message.Contains("take 3 each, 6 in all"));
    }

    /// <summary>Three dials; the reward tells their places.</summary>
    private readonly struct Dials : IDynamics<int, float, int>
    {
        private static readonly MultiDiscrete Actions = new([3, 3, 4]);

        public Space ObservationSpace => new Box<float>(0, 1_000, [1]);

        public Space ActionSpace => Actions;

        public void Reset(ref int state, Pcg64 random, EnvironmentOptions? options) => state = 0;

        public bool Accepts(ReadOnlySpan<int> action) => Actions.Contains(action.ToArray());

        public double Step(ref int state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
        {
            terminated = false;
            return state = 100 * action[0] + 10 * action[1] + action[2];
        }

        public void Observe(in int state, Span<float> observation) => observation[0] = state;

        public void Describe(in int state, Info info)
        {
        }

        public void SaveState(in int state, BinaryWriter writer) => writer.Write(state);

        public void LoadState(ref int state, BinaryReader reader) => state = reader.ReadInt32();
    }
}
