using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>
/// The mountain car with a force of any size. Gymnasium's MountainCarContinuous: id <c>MountainCarContinuous-v0</c> (999 steps).
/// </summary>
/// <remarks>
/// Observation: position (-1.2 to 0.6) and velocity (-0.07 to 0.07). Action: one number, the force. A finite force outside -1 to 1 is taken and acts like -1 or 1,
/// as in Gymnasium; NaN and infinity are refused. Reward: -0.1 times the square of the force asked for, and 100 at the flag, position 0.45, where the episode
/// terminates when the car is at least as fast as the goal velocity. Reset options: <c>low</c> and <c>high</c>, between which the first position is drawn (-0.6 and -0.4).
/// </remarks>
public sealed class MountainCarContinuous : DynamicsEnvironment<MountainCarContinuousDynamics, MountainCarState, float[], float[]>
{
    private readonly float[] _observation = new float[2];

    /// <summary>A mountain car without a time limit.</summary>
    public MountainCarContinuous(MountainCarOptions? options = null)
        : this(new MountainCarContinuousDynamics(options ?? new()))
    {
    }

    private MountainCarContinuous(MountainCarContinuousDynamics dynamics)
        : base(dynamics, dynamics.ObservationSpace, dynamics.ActionSpace)
    {
    }

    /// <inheritdoc/>
    protected override bool Accepts(float[] action) => Dynamics.Accepts(action);

    /// <inheritdoc/>
    protected override float[] OnReset(EnvironmentOptions? options)
    {
        Dynamics.Reset(ref Row, Random, options);
        Dynamics.Observe(Row, _observation);
        return _observation;
    }

    /// <inheritdoc/>
    protected override StepResult<float[]> OnStep(float[] action)
    {
        double reward = Dynamics.Step(ref Row, action, Random, out bool terminated);
        Dynamics.Observe(Row, _observation);
        return Result(_observation, reward, terminated);
    }
}
