namespace RlKit;

/// <summary>A tracker that keeps nothing.</summary>
public sealed class NullTracker : ITracker
{
    /// <inheritdoc/>
    public void Begin(long step)
    {
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length)
    {
    }

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
