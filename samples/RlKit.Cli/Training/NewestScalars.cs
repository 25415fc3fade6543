namespace RlKit.Cli.Training;

/// <summary>The newest value of each scalar, for a display that another thread draws.</summary>
internal sealed class NewestScalars : ITracker
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    /// <summary>All values by name, in the order in which the names first came.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Values
    {
        get
        {
            lock (_gate) return [.. _values];
        }
    }

    public void Scalar(string name, double value, long step)
    {
        lock (_gate) _values[name] = value;
    }

    public void Begin(long step)
    {
    }

    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
    }

    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
    }

    public void Text(string name, string text, long step)
    {
    }

    public void Image(string name, Frame frame, long step)
    {
    }

    public void Video(string name, string path, long step)
    {
    }

    public void Artifact(string name, string path)
    {
    }

    public void Summary(string name, object? value)
    {
    }

    public void Episode(long step, int environment, double episodeReturn, int length)
    {
    }

    public void Flush()
    {
    }

    public void Finish(RunOutcome outcome, Exception? error = null)
    {
    }

    public void Dispose()
    {
    }
}
