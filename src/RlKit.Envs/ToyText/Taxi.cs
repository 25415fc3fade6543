using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>
/// Drive to a passenger, pick them up, and drop them off where they want to go. Gymnasium's Taxi: id <c>Taxi-v4</c> (200 steps).
/// </summary>
/// <remarks>
/// <para>Observation: ((row * 5 + column) * 5 + passenger) * 4 + destination. Action: 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off. Reward: -1 for every step, -10
/// for a pickup or a drop-off that cannot be, 20 for the passenger delivered, which terminates the episode. Info: <c>prob</c>, how likely the last transition was, and
/// <c>action_mask</c>, a bool[6] of the actions that change something, as <see cref="Discrete.Sample(ReadOnlySpan{bool})"/> takes it.</para>
/// <para>T. G. Dietterich, "Hierarchical Reinforcement Learning with the MAXQ Value Function Decomposition" (2000).</para>
/// </remarks>
public sealed class Taxi : DynamicsEnvironment<TaxiDynamics, TaxiState, int, int>
{
    /// <summary>A taxi without a time limit.</summary>
    public Taxi(TaxiOptions? options = null)
        : this(new TaxiDynamics(options ?? new()))
    {
    }

    private Taxi(TaxiDynamics dynamics)
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
        return Row.Code;
    }

    /// <inheritdoc/>
    protected override StepResult<int> OnStep(int action)
    {
        double reward = Dynamics.Step(ref Row, [action], Random, out bool terminated);
        Dynamics.Describe(Row, Info);
        return Result(Row.Code, reward, terminated);
    }
}
