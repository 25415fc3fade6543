using System.Globalization;
using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>The rules of <see cref="Pendulum"/>.</summary>
/// <remarks>Gymnasium's constants and order of operations, in double precision (NumPy 1's promotion; NumPy 2 rounds the torque's part to single precision).</remarks>
public readonly struct PendulumDynamics : IDynamics<PendulumState, float, float>
{
    private const double TimeStep = 0.05;
    private const double Mass = 1.0;
    private const double Length = 1.0;
    private const double UsualMaxAngle = Math.PI;
    private const double UsualMaxVelocity = 1.0;

    private readonly double _gravity;

    /// <summary>The rules with the options given.</summary>
    public PendulumDynamics(PendulumOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _gravity = options.Gravity;
        ObservationSpace = new Box<float>([-1, -1, -(float)MaxSpeed], [1, 1, (float)MaxSpeed]);
        ActionSpace = new Box<float>(-(float)MaxTorque, (float)MaxTorque, [1]);
    }

    /// <summary>The fastest that the pendulum turns: 8 radians a second.</summary>
    public const double MaxSpeed = 8;

    /// <summary>The strongest torque: 2 Nm.</summary>
    public const double MaxTorque = 2.0;

    /// <summary>Cosine and sine of the angle, and the angular velocity.</summary>
    public Box<float> ObservationSpace { get; }

    /// <summary>The torque, positive counter-clockwise.</summary>
    public Box<float> ActionSpace { get; }

    Space IDynamics<PendulumState>.ObservationSpace => ObservationSpace;

    Space IDynamics<PendulumState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref PendulumState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        (double maxAngle, double maxVelocity) = (UsualMaxAngle, UsualMaxVelocity);
        if (options is not null)
        {
            options.RefuseUnknown("The reset of Pendulum", "x_init", "y_init");
            maxAngle = options.Get("x_init", UsualMaxAngle);
            maxVelocity = options.Get("y_init", UsualMaxVelocity);
            if (!(maxAngle >= 0 && maxVelocity >= 0 && double.IsFinite(maxAngle + maxVelocity)))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"The reset of Pendulum was given x_init = {maxAngle} and y_init = {maxVelocity}; both have to be finite and 0 or more."),
                    nameof(options));
            }
        }

        double angle = random.Uniform(-maxAngle, maxAngle);
        state = new(angle, random.Uniform(-maxVelocity, maxVelocity));
    }

    /// <summary>True for one finite number: the rules clip a torque beyond -2 and 2 themselves.</summary>
    public bool Accepts(ReadOnlySpan<float> action) => action.Length == 1 && float.IsFinite(action[0]);

    /// <inheritdoc/>
    public double Step(ref PendulumState state, ReadOnlySpan<float> action, Pcg64 random, out bool terminated)
    {
        (double angle, double velocity, _) = state;
        double torque = Math.Clamp((double)action[0], -MaxTorque, MaxTorque);
        double cost = Math.Pow(Normalised(angle), 2) + 0.1 * Math.Pow(velocity, 2) + 0.001 * Math.Pow(torque, 2);

        velocity += (3 * _gravity / (2 * Length) * Math.Sin(angle) + 3.0 / (Mass * (Length * Length)) * torque) * TimeStep;
        velocity = Math.Clamp(velocity, -MaxSpeed, MaxSpeed);
        state = new(angle + velocity * TimeStep, velocity, torque);
        terminated = false;
        return -cost;
    }

    /// <inheritdoc/>
    public void Observe(in PendulumState state, Span<float> observation)
    {
        observation[2] = (float)state.AngularVelocity;
        observation[0] = (float)Math.Cos(state.Angle);
        observation[1] = (float)Math.Sin(state.Angle);
    }

    /// <summary>Puts nothing: the observation is all there is.</summary>
    public void Describe(in PendulumState state, Info info)
    {
    }

    /// <summary>A picture of 500 x 500 pixels, with the torque of the last step as an arrow.</summary>
    public Frame Render(in PendulumState state) => PendulumDrawing.Draw(state.Angle, state.Torque);

    /// <inheritdoc/>
    public void SaveState(in PendulumState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(state.Angle);
        writer.Write(state.AngularVelocity);
        writer.Write(state.Torque);
    }

    /// <inheritdoc/>
    public void LoadState(ref PendulumState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        state = new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }

    /// <summary>The angle between -pi and pi, by a floored modulo.</summary>
    private static double Normalised(double angle)
    {
        const double turn = 2 * Math.PI;
        double rest = (angle + Math.PI) % turn;
        if (rest < 0) rest += turn;
        return rest - Math.PI;
    }
}
