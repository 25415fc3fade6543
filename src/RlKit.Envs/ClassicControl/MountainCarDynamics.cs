using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ClassicControl;

/// <summary>The rules of <see cref="MountainCar"/>.</summary>
/// <remarks>A. W. Moore, "Efficient memory-based learning for robot control" (1990), with Gymnasium's constants and order of operations, in double precision.</remarks>
public readonly struct MountainCarDynamics : IDynamics<MountainCarState, float, int>
{
    private const double Force = 0.001;

    private readonly double _goalVelocity;

    /// <summary>The rules with the options given.</summary>
    public MountainCarDynamics(MountainCarOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _goalVelocity = options.GoalVelocity;
        ObservationSpace = MountainCarTrack.ObservationSpace();
        ActionSpace = new Discrete(3);
    }

    /// <summary>The position of the flag: 0.5.</summary>
    public const double GoalPosition = 0.5;

    /// <summary>Position and velocity.</summary>
    public Box<float> ObservationSpace { get; }

    /// <summary>0 accelerates to the left, 1 not at all, 2 to the right.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<MountainCarState>.ObservationSpace => ObservationSpace;

    Space IDynamics<MountainCarState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref MountainCarState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        state = MountainCarTrack.Start(random, options, "MountainCar");
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < 3;

    /// <inheritdoc/>
    public double Step(ref MountainCarState state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
    {
        (double position, double velocity) = state;
        velocity += (action[0] - 1) * Force + Math.Cos(3 * position) * -MountainCarTrack.Gravity;
        velocity = Math.Clamp(velocity, -MountainCarTrack.MaxSpeed, MountainCarTrack.MaxSpeed);
        position = Math.Clamp(position + velocity, MountainCarTrack.MinPosition, MountainCarTrack.MaxPosition);
        if (position == MountainCarTrack.MinPosition && velocity < 0) velocity = 0;
        state = new(position, velocity);
        terminated = position >= GoalPosition && velocity >= _goalVelocity;
        return -1;
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
