using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>
/// Cross a frozen lake from the start to the goal without falling into a hole; the ice is slippery. Gymnasium's FrozenLake: ids <c>FrozenLake-v1</c>
/// (4 x 4 cells, 100 steps) and <c>FrozenLake8x8-v1</c> (200 steps).
/// </summary>
/// <remarks>
/// Observation: the cell, row * columns + column. Action: 0 left, 1 down, 2 right, 3 up. Reward: 1 at the goal, else 0. The episode terminates at the goal and in a
/// hole. Info: <c>prob</c>, how likely the last transition was.
/// </remarks>
public sealed class FrozenLake : DynamicsEnvironment<FrozenLakeDynamics, GridState, int, int>
{
    /// <summary>A frozen lake without a time limit.</summary>
    public FrozenLake(FrozenLakeOptions? options = null)
        : this(new FrozenLakeDynamics(options ?? new()))
    {
    }

    private FrozenLake(FrozenLakeDynamics dynamics)
        : base(dynamics, dynamics.ObservationSpace, dynamics.ActionSpace)
    {
    }

    /// <inheritdoc/>
    protected override bool Accepts(int action) => Dynamics.Accepts([action]);

    /// <inheritdoc/>
    protected override int OnReset(EnvironmentOptions? options)
    {
        Dynamics.Reset(ref Row, Random, options);
        Dynamics.Describe(Row, Info);
        return Row.Cell;
    }

    /// <inheritdoc/>
    protected override StepResult<int> OnStep(int action)
    {
        double reward = Dynamics.Step(ref Row, [action], Random, out bool terminated);
        Dynamics.Describe(Row, Info);
        return Result(Row.Cell, reward, terminated);
    }
}
