using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>
/// Walk along a cliff from the lower left corner of a grid of 4 x 12 cells to the lower right one. Gymnasium's CliffWalking: ids <c>CliffWalking-v1</c> and
/// <c>CliffWalkingSlippery-v1</c>, neither with a time limit.
/// </summary>
/// <remarks>
/// <para>Observation: the cell, row * 12 + column. Action: 0 up, 1 right, 2 down, 3 left. Reward: -1 for every step; a step over the cliff costs 100 and goes back to the
/// start. The episode terminates at the goal. Info: <c>prob</c>, how likely the last transition was.</para>
/// <para>R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction" (2018), Example 6.6.</para>
/// </remarks>
public sealed class CliffWalking : DynamicsEnvironment<CliffWalkingDynamics, GridState, int, int>
{
    /// <summary>A cliff walk.</summary>
    public CliffWalking(CliffWalkingOptions? options = null)
        : this(new CliffWalkingDynamics(options ?? new()))
    {
    }

    private CliffWalking(CliffWalkingDynamics dynamics)
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
