using System.Numerics;
using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>
/// Gives the last n observations together, so that an agent sees movement. After a reset the first observation stands n times.
/// </summary>
/// <remarks>
/// Gymnasium's FrameStackObservation with its reset padding. Frames that are held are not copied at a step, and a step allocates nothing: the observation looks into the
/// wrapper's own memory (<see cref="IEnvironment.ReusesObservation"/>).
/// </remarks>
/// <typeparam name="T">The type of the elements of the observations: float or byte.</typeparam>
/// <typeparam name="TAction">The actions.</typeparam>
public sealed class FrameStack<T, TAction> : Wrapper<T[], TAction, StackedFrames<T>, TAction>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
    where TAction : notnull
{
    private readonly StackedBox<T> _space;
    private readonly FrameWindow<T> _window;

    /// <summary>Stacks observations.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a box.</param>
    /// <param name="count">The frames in a stack, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than one frame.</exception>
    /// <exception cref="ArgumentException">The observation space is no box.</exception>
    public FrameStack(IEnvironment<T[], TAction> environment, int count)
        : base(environment)
    {
        if (count < 1) throw new ArgumentOutOfRangeException(nameof(count), count, $"A stack of {count} frames was asked for; give 1 or more.");
        Box<T> frame = WrappedSpace.Box<T>(environment.ObservationSpace, nameof(FrameStack<T, TAction>), nameof(environment));
        _space = new StackedBox<T>(frame, count);
        _window = new FrameWindow<T>(1, count, frame.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<StackedFrames<T>> ObservationSpace => _space;

    /// <inheritdoc/>
    public override Space<TAction> ActionSpace => Inner.ActionSpace;

    /// <inheritdoc/>
    public override bool ReusesObservation => true;

    private StackedFrames<T> Observation => new(_window.All, _space.Count);

    /// <inheritdoc/>
    public override ResetResult<StackedFrames<T>> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<T[]> result = Inner.Reset(seed, options);
        RequireFrame(result.Observation);
        _window.Fill(0, result.Observation);
        return new(Observation, result.Info);
    }

    /// <inheritdoc/>
    public override StepResult<StackedFrames<T>> Step(TAction action)
    {
        StepResult<T[]> result = Inner.Step(action);
        RequireFrame(result.Observation);
        _window.Advance();
        result.Observation.CopyTo(_window.Newest(0));
        return new(Observation, result.Reward, result.Terminated, result.Truncated, result.Info);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(MemoryMarshal.AsBytes(_window.Row(0)));
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        reader.ReadExactly(MemoryMarshal.AsBytes(_window.Row(0)));
    }

    private void RequireFrame(T[] observation)
    {
        if (observation.Length != _space.Frame.FlatSize)
            throw new InvalidOperationException($"The environment returned an observation of {observation.Length} elements; one of {_space.Frame} has {_space.Frame.FlatSize}.");
    }
}
