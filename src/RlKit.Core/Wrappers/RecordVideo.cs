using RlKit.Video;

namespace RlKit;

/// <summary>
/// Records some episodes as videos: those that a trigger names, from the first state to the last. A file appears under its name when it is whole; a video that
/// is being recorded is finished when the wrapper is disposed.
/// </summary>
/// <remarks>
/// <para>Gymnasium's RecordVideo, with these differences: a video is written frame by frame, not kept in memory; it is finished at the episode's last step and not at the next reset;
/// a video of a given length has exactly that many frames; and a file that exists is not replaced: the new one gets <c>-1</c>, <c>-2</c> ... behind its name.</para>
/// <para>The numbers of episodes and steps belong to the state that is saved, so that a resumed run goes on with them.</para>
/// </remarks>
public sealed class RecordVideo<TObservation, TAction> : Wrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly VideoRecorder _recorder;
    private readonly Func<Frame> _render;

    /// <summary>Records videos of an environment that draws itself.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="folder">Where the files go; it is made when it does not exist.</param>
    /// <param name="options">What is recorded; null for the usual.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the folder is empty.</exception>
    /// <exception cref="FileNotFoundException">MP4 was asked for and there is no <c>ffmpeg</c> in the folders of PATH.</exception>
    public RecordVideo(IEnvironment<TObservation, TAction> environment, string folder, RecordVideoOptions? options = null)
        : base(environment)
    {
        _recorder = new VideoRecorder(folder, options, environment.Spec);
        _render = environment.Render;
    }

    /// <summary>The files that are finished, in order.</summary>
    public IReadOnlyList<string> Videos => _recorder.Videos;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        _recorder.OnReset(_render);
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        StepResult<TObservation> result = Inner.Step(action);
        _recorder.OnStep(_render, result.Done);
        return result;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _recorder.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _recorder.LoadState(reader);
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
}
