using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>
/// A car in a valley is too weak to climb the right hill at once: it has to swing to and fro. Gymnasium's MountainCar: id <c>MountainCar-v0</c> (200 steps).
/// </summary>
/// <remarks>
/// <para>Observation: position (-1.2 to 0.6) and velocity (-0.07 to 0.07). Action: 0 left, 1 nothing, 2 right. Reward: -1 for every step. The episode terminates
/// at the flag, position 0.5, when the car is at least as fast as the goal velocity. Reset options: <c>low</c> and <c>high</c>, between which the
/// first position is drawn (-0.6 and -0.4).</para>
/// <para>A. W. Moore, "Efficient memory-based learning for robot control" (1990).</para>
/// </remarks>
public sealed class MountainCar : DynamicsEnvironment<MountainCarDynamics, MountainCarState, float[], int>
{
    private readonly float[] _observation = new float[2];

    /// <summary>A mountain car without a time limit.</summary>
    public MountainCar(MountainCarOptions? options = null)
        : this(new MountainCarDynamics(options ?? new()))
    {
    }

    private MountainCar(MountainCarDynamics dynamics)
        : base(dynamics, dynamics.ObservationSpace, dynamics.ActionSpace)
    {
    }

    /// <inheritdoc/>
    protected override bool Accepts(int action) => Dynamics.Accepts([action]);

    /// <inheritdoc/>
    protected override float[] OnReset(EnvironmentOptions? options)
    {
        Dynamics.Reset(ref Row, Random, options);
        Dynamics.Observe(Row, _observation);
        return _observation;
    }

    /// <inheritdoc/>
    protected override StepResult<float[]> OnStep(int action)
    {
        double reward = Dynamics.Step(ref Row, [action], Random, out bool terminated);
        Dynamics.Observe(Row, _observation);
        return Result(_observation, reward, terminated);
    }
}
