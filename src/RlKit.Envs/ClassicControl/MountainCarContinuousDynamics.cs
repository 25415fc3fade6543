using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>The rules of <see cref="MountainCarContinuous"/>.</summary>
/// <remarks>
/// Gymnasium's constants and order of operations. As there, the state is rounded to single precision after every step; everything between
/// two roundings is double precision (NumPy 1's promotion; NumPy 2 rounds more often, which changes the eighth digit).
/// </remarks>
public readonly struct MountainCarContinuousDynamics : IDynamics<MountainCarState, float, float>
{
    private const double Power = 0.0015;
    private const double MaxForce = 1.0;

    private readonly double _goalVelocity;

    /// <summary>The rules with the options given.</summary>
    public MountainCarContinuousDynamics(MountainCarOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _goalVelocity = options.GoalVelocity;
        ObservationSpace = MountainCarTrack.ObservationSpace();
        ActionSpace = new Box<float>(-(float)MaxForce, (float)MaxForce, [1]);
    }

    /// <summary>The position of the flag: 0.45.</summary>
    public const double GoalPosition = 0.45;

    /// <summary>Position and velocity.</summary>
    public Box<float> ObservationSpace { get; }

    /// <summary>The force, negative to the left.</summary>
    public Box<float> ActionSpace { get; }

    Space IDynamics<MountainCarState>.ObservationSpace => ObservationSpace;

    Space IDynamics<MountainCarState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref MountainCarState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        state = MountainCarTrack.Start(random, options, "MountainCarContinuous");
    }

    /// <summary>True for one finite number: the rules clip a force beyond -1 and 1 themselves.</summary>
    public bool Accepts(ReadOnlySpan<float> action) => action.Length == 1 && float.IsFinite(action[0]);

    /// <inheritdoc/>
    public double Step(ref MountainCarState state, ReadOnlySpan<float> action, Pcg64 random, out bool terminated)
    {
        (double position, double velocity) = state;
        double force = Math.Clamp((double)action[0], -MaxForce, MaxForce);
        velocity += force * Power - MountainCarTrack.Gravity * Math.Cos(3 * position);
        velocity = Math.Clamp(velocity, -MountainCarTrack.MaxSpeed, MountainCarTrack.MaxSpeed);
        position = Math.Clamp(position + velocity, MountainCarTrack.MinPosition, MountainCarTrack.MaxPosition);
        if (position == MountainCarTrack.MinPosition && velocity < 0) velocity = 0;
        terminated = position >= GoalPosition && velocity >= _goalVelocity;
        state = new((float)position, (float)velocity);

        // The cost is that of the force asked for, not of the clipped one, as in Gymnasium.
        return (terminated ? 100.0 : 0.0) - Math.Pow(action[0], 2) * 0.1;
    }

    /// <inheritdoc/>
    public void Observe(in MountainCarState state, Span<float> observation) => MountainCarTrack.Observe(state, observation);

    /// <summary>Puts nothing: the observation is all there is.</summary>
    public void Describe(in MountainCarState state, Info info)
    {
    }

    /// <summary>A picture of 600 x 400 pixels.</summary>
    public Frame Render(in MountainCarState state) => MountainCarDrawing.Draw(state.Position, GoalPosition);

    /// <inheritdoc/>
    public void SaveState(in MountainCarState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        MountainCarTrack.Save(state, writer);
    }

    /// <inheritdoc/>
    public void LoadState(ref MountainCarState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        state = MountainCarTrack.Load(reader);
    }
}
