using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>
/// Two links hang in a chain, and only the joint between them has a motor: swing the free end above the line. Gymnasium's Acrobot: id <c>Acrobot-v1</c> (500 steps).
/// </summary>
/// <remarks>
/// <para>Observation: cosine and sine of the first angle, cosine and sine of the second, and the two velocities. Action: torque of -1 (0), 0 (1) or 1 (2) Nm. Reward: -1
/// for every step, 0 for the one that reaches the line one link above the fixed joint, which terminates the episode. Reset options: <c>low</c> and <c>high</c>, between which
/// all four numbers of the first state are drawn (-0.1 and 0.1).</para>
/// <para>R. S. Sutton, "Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse Coding" (1996).</para>
/// </remarks>
public sealed class Acrobot : DynamicsEnvironment<AcrobotDynamics, AcrobotState, float[], int>
{
    private readonly float[] _observation = new float[6];

    /// <summary>An acrobot without a time limit.</summary>
    public Acrobot()
        : this(new AcrobotDynamics())
    {
    }

    private Acrobot(AcrobotDynamics dynamics)
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
