using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>The rules of <see cref="CartPole"/>.</summary>
/// <remarks>
/// R. V. Florian, "Correct equations for the dynamics of the cart-pole system" (2007), without friction; explicit Euler steps of 0.02 s in
/// double precision, with the operations in Gymnasium's order, so that trajectories agree to the last bit where sine and cosine do.
/// </remarks>
public readonly struct CartPoleDynamics : IDynamics<CartPoleState, float, int>
{
    private const double Gravity = 9.8;
    private const double CartMass = 1.0;
    private const double PoleMass = 0.1;
    private const double TotalMass = PoleMass + CartMass;
    private const double PoleMassLength = PoleMass * HalfPoleLength;
    private const double Force = 10.0;
    private const double TimeStep = 0.02;

    private readonly bool _suttonBartoReward;

    /// <summary>The rules with the options given.</summary>
    public CartPoleDynamics(CartPoleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _suttonBartoReward = options.SuttonBartoReward;
        ReadOnlySpan<float> high = [(float)(2 * MaxPosition), float.PositiveInfinity, (float)(2 * MaxAngle), float.PositiveInfinity];
        ReadOnlySpan<float> low = [-high[0], -high[1], -high[2], -high[3]];
        ObservationSpace = new Box<float>(low, high);
        ActionSpace = new Discrete(2);
    }

    /// <summary>The position beyond which, on either side, the episode ends: 2.4 m.</summary>
    public const double MaxPosition = 2.4;

    /// <summary>The angle beyond which, on either side, the episode ends: 12 degrees, in radians.</summary>
    public const double MaxAngle = 12 * 2 * Math.PI / 360;

    /// <summary>Half the length of the pole: 0.5 m.</summary>
    public const double HalfPoleLength = 0.5;

    /// <summary>Position, velocity, angle and angular velocity; the bounds of position and angle are twice those at which the episode ends.</summary>
    public Box<float> ObservationSpace { get; }

    /// <summary>0 pushes to the left, 1 to the right, with 10 N.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<CartPoleState>.ObservationSpace => ObservationSpace;

    Space IDynamics<CartPoleState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref CartPoleState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        (double low, double high) = ResetBounds.Read(options, "CartPole", new(-0.05, 0.05));
        double position = random.Uniform(low, high);
        double velocity = random.Uniform(low, high);
        double angle = random.Uniform(low, high);
        double angularVelocity = random.Uniform(low, high);
        state = new(position, velocity, angle, angularVelocity);
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < 2;

    /// <inheritdoc/>
    public double Step(ref CartPoleState state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
    {
        (double position, double velocity, double angle, double angularVelocity) = state;
        double force = action[0] == 1 ? Force : -Force;
        double cos = Math.Cos(angle);
        double sin = Math.Sin(angle);
        double push = (force + PoleMassLength * (angularVelocity * angularVelocity) * sin) / TotalMass;
        double angularAcceleration = (Gravity * sin - cos * push) / (HalfPoleLength * (4.0 / 3.0 - PoleMass * (cos * cos) / TotalMass));
        double acceleration = push - PoleMassLength * angularAcceleration * cos / TotalMass;

        position += TimeStep * velocity;
        velocity += TimeStep * acceleration;
        angle += TimeStep * angularVelocity;
        angularVelocity += TimeStep * angularAcceleration;
        state = new(position, velocity, angle, angularVelocity);

        terminated = position < -MaxPosition || position > MaxPosition || angle < -MaxAngle || angle > MaxAngle;
        if (_suttonBartoReward) return terminated ? -1 : 0;
        return 1;
    }

    /// <inheritdoc/>
    public void Observe(in CartPoleState state, Span<float> observation)
    {
        observation[3] = (float)state.AngularVelocity;
        observation[0] = (float)state.Position;
        observation[1] = (float)state.Velocity;
        observation[2] = (float)state.Angle;
    }

    /// <summary>Puts nothing: the observation is all there is.</summary>
    public void Describe(in CartPoleState state, Info info)
    {
    }

    /// <summary>A picture of 600 x 400 pixels.</summary>
    public Frame Render(in CartPoleState state) => CartPoleDrawing.Draw(state.Position, state.Angle);

    /// <inheritdoc/>
    public void SaveState(in CartPoleState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(state.Position);
        writer.Write(state.Velocity);
        writer.Write(state.Angle);
        writer.Write(state.AngularVelocity);
    }

    /// <inheritdoc/>
    public void LoadState(ref CartPoleState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        state = new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }
}
