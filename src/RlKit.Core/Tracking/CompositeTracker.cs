namespace RlKit;

/// <summary>Several trackers as one: each gets everything, in order. It owns them.</summary>
public sealed class CompositeTracker : ITracker
{
    private readonly ITracker[] _trackers;

    /// <summary>Several trackers as one.</summary>
    /// <param name="trackers">The trackers, in the order in which they are told; they are disposed with this one.</param>
    public CompositeTracker(params ReadOnlySpan<ITracker> trackers)
    {
        _trackers = trackers.ToArray();
        foreach (ITracker tracker in _trackers) ArgumentNullException.ThrowIfNull(tracker, nameof(trackers));
    }

    /// <inheritdoc/>
    public void Begin(long step)
    {
        foreach (ITracker tracker in _trackers) tracker.Begin(step);
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        foreach (ITracker tracker in _trackers) tracker.Configure(configuration);
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        foreach (ITracker tracker in _trackers) tracker.Scalar(name, value, step);
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
        foreach (ITracker tracker in _trackers) tracker.Histogram(name, values, step);
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        foreach (ITracker tracker in _trackers) tracker.Text(name, text, step);
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
        foreach (ITracker tracker in _trackers) tracker.Image(name, frame, step);
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
        foreach (ITracker tracker in _trackers) tracker.Video(name, path, step);
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
        foreach (ITracker tracker in _trackers) tracker.Artifact(name, path);
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
        foreach (ITracker tracker in _trackers) tracker.Summary(name, value);
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length)
    {
        foreach (ITracker tracker in _trackers) tracker.Episode(step, environment, episodeReturn, length);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        foreach (ITracker tracker in _trackers) tracker.Flush();
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        foreach (ITracker tracker in _trackers) tracker.Finish(outcome, error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ITracker tracker in _trackers) tracker.Dispose();
    }
}
