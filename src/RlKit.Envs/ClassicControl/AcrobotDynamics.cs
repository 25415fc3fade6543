using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>The rules of <see cref="Acrobot"/>.</summary>
/// <remarks>
/// The equations of R. S. Sutton and A. G. Barto, "Reinforcement Learning" (the book's variant, not the 1996 paper's), in one Runge-Kutta step of the fourth
/// order, 0.2 s long, in double precision. Squares are powers as in Gymnasium, which are not always the product to the last bit.
/// </remarks>
public readonly struct AcrobotDynamics : IDynamics<AcrobotState, float, int>
{
    private const double TimeStep = 0.2;
    private const double Mass1 = 1.0;
    private const double Mass2 = 1.0;
    private const double Length1 = 1.0;
    private const double Centre1 = 0.5;
    private const double Centre2 = 0.5;
    private const double Inertia1 = 1.0;
    private const double Inertia2 = 1.0;
    private const double Gravity = 9.8;

    /// <summary>The fastest that the upper link turns: 4 pi radians a second.</summary>
    public const double MaxVelocity1 = 4 * Math.PI;

    /// <summary>The fastest that the lower link turns: 9 pi radians a second.</summary>
    public const double MaxVelocity2 = 9 * Math.PI;

    /// <summary>The rules.</summary>
    public AcrobotDynamics()
    {
        ReadOnlySpan<float> high = [1, 1, 1, 1, (float)MaxVelocity1, (float)MaxVelocity2];
        ReadOnlySpan<float> low = [-1, -1, -1, -1, -high[4], -high[5]];
        ObservationSpace = new Box<float>(low, high);
        ActionSpace = new Discrete(3);
    }

    /// <summary>Cosine and sine of both angles, and both velocities.</summary>
    public Box<float> ObservationSpace { get; }

    /// <summary>The torque at the middle joint: 0 is -1 Nm, 1 is none, 2 is 1 Nm.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<AcrobotState>.ObservationSpace => ObservationSpace;

    Space IDynamics<AcrobotState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref AcrobotState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        (double low, double high) = ResetBounds.Read(options, "Acrobot", new(-0.1, 0.1));

        // As in Gymnasium, the first state of an episode is rounded to single precision, and only that one.
        float angle1 = (float)random.Uniform(low, high);
        float angle2 = (float)random.Uniform(low, high);
        float velocity1 = (float)random.Uniform(low, high);
        float velocity2 = (float)random.Uniform(low, high);
        state = new(angle1, angle2, velocity1, velocity2);
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < 3;

    /// <inheritdoc/>
    public double Step(ref AcrobotState state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
    {
        double torque = action[0] - 1;
        AcrobotState k1 = Derivative(state, torque);
        AcrobotState k2 = Derivative(state.Plus(TimeStep / 2, k1), torque);
        AcrobotState k3 = Derivative(state.Plus(TimeStep / 2, k2), torque);
        AcrobotState k4 = Derivative(state.Plus(TimeStep, k3), torque);
        AcrobotState sum = k1.Plus(2, k2).Plus(2, k3).Plus(1, k4);
        AcrobotState next = state.Plus(TimeStep / 6.0, sum);
        state = new(
            Wrap(next.Angle1),
            Wrap(next.Angle2),
            Math.Clamp(next.Velocity1, -MaxVelocity1, MaxVelocity1),
            Math.Clamp(next.Velocity2, -MaxVelocity2, MaxVelocity2));

        terminated = -Math.Cos(state.Angle1) - Math.Cos(state.Angle2 + state.Angle1) > 1.0;
        return terminated ? 0 : -1;
    }

    /// <inheritdoc/>
    public void Observe(in AcrobotState state, Span<float> observation)
    {
        observation[5] = (float)state.Velocity2;
        observation[0] = (float)Math.Cos(state.Angle1);
        observation[1] = (float)Math.Sin(state.Angle1);
        observation[2] = (float)Math.Cos(state.Angle2);
        observation[3] = (float)Math.Sin(state.Angle2);
        observation[4] = (float)state.Velocity1;
    }

    /// <summary>Puts nothing: the observation is all there is.</summary>
    public void Describe(in AcrobotState state, Info info)
    {
    }

    /// <summary>A picture of 500 x 500 pixels.</summary>
    public Frame Render(in AcrobotState state) => AcrobotDrawing.Draw(state.Angle1, state.Angle2);

    /// <inheritdoc/>
    public void SaveState(in AcrobotState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(state.Angle1);
        writer.Write(state.Angle2);
        writer.Write(state.Velocity1);
        writer.Write(state.Velocity2);
    }

    /// <inheritdoc/>
    public void LoadState(ref AcrobotState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        state = new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }

    private static AcrobotState Derivative(in AcrobotState state, double torque)
    {
        (double angle1, double angle2, double velocity1, double velocity2) = state;
        double cos2 = Math.Cos(angle2);
        double sin2 = Math.Sin(angle2);
        double d1 = Mass1 * (Centre1 * Centre1) + Mass2 * (Length1 * Length1 + Centre2 * Centre2 + 2 * Length1 * Centre2 * cos2) + Inertia1 + Inertia2;
        double d2 = Mass2 * (Centre2 * Centre2 + Length1 * Centre2 * cos2) + Inertia2;
        double phi2 = Mass2 * Centre2 * Gravity * Math.Cos(angle1 + angle2 - Math.PI / 2.0);
        double phi1 = -Mass2 * Length1 * Centre2 * Math.Pow(velocity2, 2) * sin2
            - 2 * Mass2 * Length1 * Centre2 * velocity2 * velocity1 * sin2
            + (Mass1 * Centre1 + Mass2 * Length1) * Gravity * Math.Cos(angle1 - Math.PI / 2)
            + phi2;
        double acceleration2 = (torque + d2 / d1 * phi1 - Mass2 * Length1 * Centre2 * Math.Pow(velocity1, 2) * sin2 - phi2)
            / (Mass2 * (Centre2 * Centre2) + Inertia2 - Math.Pow(d2, 2) / d1);
        double acceleration1 = -(d2 * acceleration2 + phi1) / d1;
        return new(velocity1, velocity2, acceleration1, acceleration2);
    }

    private static double Wrap(double angle)
    {
        const double turn = Math.PI - -Math.PI;
        while (angle > Math.PI) angle -= turn;
        while (angle < -Math.PI) angle += turn;
        return angle;
    }
}
