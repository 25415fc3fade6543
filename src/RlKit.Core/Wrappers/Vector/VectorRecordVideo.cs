using RlKit.Video;

namespace RlKit;

/// <summary>
/// Records some episodes of copy 0 of a vector environment as videos: <see cref="RecordVideo{TObservation,TAction}"/> for that copy. Its episodes and steps are those that the triggers count.
/// </summary>
/// <remarks>In <see cref="AutoresetMode.SameStep"/> the last state of an episode is gone when it could be drawn: a video ends with the state before it.</remarks>
public sealed class VectorRecordVideo : VectorWrapper
{
    private readonly VideoRecorder _recorder;
    private readonly Func<Frame> _render;
    private bool _hasEnded;

    /// <summary>Records videos of a vector environment that draws itself.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="folder">Where the files go; it is made when it does not exist.</param>
    /// <param name="options">What is recorded; null for the usual.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the folder is empty.</exception>
    /// <exception cref="FileNotFoundException">MP4 was asked for and there is no <c>ffmpeg</c> in the folders of PATH.</exception>
    public VectorRecordVideo(IVectorEnvironment environment, string folder, RecordVideoOptions? options = null)
        : base(environment)
    {
        _recorder = new VideoRecorder(folder, options, environment.Spec);
        _render = () => environment.Render(0);
    }

    /// <summary>The files that are finished, in order.</summary>
    public IReadOnlyList<string> Videos => _recorder.Videos;

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        Restart();
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        Restart();
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        if (mask[0]) Restart();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<int> actions)
    {
        Inner.Step(actions);
        Record();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        Inner.Step(actions);
        Record();
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _recorder.SaveState(writer);
        writer.Write(_hasEnded);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _recorder.LoadState(reader);
        _hasEnded = reader.ReadBoolean();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing) _recorder.Dispose();
        }
        finally
        {
            base.Dispose(disposing);
        }
    }

    private void Restart()
    {
        _hasEnded = false;
        _recorder.OnReset(_render);
    }

    private void Record()
    {
        bool isDone = Terminated[0] || Truncated[0];
        if (AutoresetMode == AutoresetMode.SameStep)
        {
            if (isDone) _recorder.OnStepThatResets(_render);
            else _recorder.OnStep(_render, isDone: false);
        }
        else if (_hasEnded)
        {
            Restart();
        }
        else
        {
            _recorder.OnStep(_render, isDone);
            _hasEnded = isDone;
        }
    }
}
