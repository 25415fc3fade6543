using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>
/// A pendulum with a weak motor: swing it up and keep it there. Gymnasium's Pendulum: id <c>Pendulum-v1</c> (200 steps).
/// </summary>
/// <remarks>
/// Observation: cosine and sine of the angle, and the angular velocity. Action: one number, the torque in Nm. A finite torque outside -2 to 2 is taken and acts like
/// -2 or 2, as in Gymnasium; NaN and infinity are refused. Reward: minus (angle^2 + 0.1 velocity^2 + 0.001 torque^2), the angle between -pi and pi and 0 upright. Nothing
/// terminates an episode. Reset options: <c>x_init</c> and <c>y_init</c>, the largest angle (pi) and velocity (1) that the first state is drawn with.
/// </remarks>
public sealed class Pendulum : DynamicsEnvironment<PendulumDynamics, PendulumState, float[], float[]>
{
    private readonly float[] _observation = new float[3];

    /// <summary>A pendulum without a time limit.</summary>
    public Pendulum(PendulumOptions? options = null)
        : this(new PendulumDynamics(options ?? new()))
    {
    }

    private Pendulum(PendulumDynamics dynamics)
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
