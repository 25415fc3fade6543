namespace RlKit;

/// <summary>A tracker that keeps everything in memory, for tests and notebooks.</summary>
public sealed class MemoryTracker : ITracker
{
    private readonly Dictionary<string, List<(long Step, double Value)>> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object?> _configuration = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object?> _summary = new(StringComparer.Ordinal);
    private readonly List<(long Step, int Environment, double Return, int Length)> _episodes = [];
    private readonly List<(string Name, string Text, long Step)> _texts = [];
    private readonly List<(string Name, string Path, long Step)> _files = [];

    /// <summary>The names of all scalars, in the order in which they first came.</summary>
    public IReadOnlyCollection<string> ScalarNames => _scalars.Keys;

    /// <summary>The configuration that was reported last.</summary>
    public IReadOnlyDictionary<string, object?> Configuration => _configuration;

    /// <summary>The final values.</summary>
    public IReadOnlyDictionary<string, object?> FinalValues => _summary;

    /// <summary>The finished episodes, in order.</summary>
    public IReadOnlyList<(long Step, int Environment, double Return, int Length)> Episodes => _episodes;

    /// <summary>The texts, in order.</summary>
    public IReadOnlyList<(string Name, string Text, long Step)> Texts => _texts;

    /// <summary>The videos and artifacts, in order; an artifact has the step -1.</summary>
    public IReadOnlyList<(string Name, string Path, long Step)> Files => _files;

    /// <summary>How the run ended; null while it goes on.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>What ended a failed run.</summary>
    public Exception? Error { get; private set; }

    /// <summary>All values of a scalar, in order; empty when there are none.</summary>
    public IReadOnlyList<(long Step, double Value)> Scalars(string name) => _scalars.TryGetValue(name, out List<(long, double)>? values) ? values : [];

    /// <inheritdoc/>
    public void Begin(long step)
    {
        foreach (List<(long Step, double Value)> values in _scalars.Values) values.RemoveAll(record => record.Step > step);
        _episodes.RemoveAll(record => record.Step > step);
        _texts.RemoveAll(record => record.Step > step);
        _files.RemoveAll(record => record.Step > step);
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach ((string name, object? value) in configuration) _configuration[name] = value;
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        if (!_scalars.TryGetValue(name, out List<(long, double)>? values)) _scalars[name] = values = [];
        values.Add((step, value));
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step) => _texts.Add((name, text, step));

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step) => _files.Add((name, path, step));

    /// <inheritdoc/>
    public void Artifact(string name, string path) => _files.Add((name, path, -1));

    /// <inheritdoc/>
    public void Summary(string name, object? value) => _summary[name] = value;

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length) => _episodes.Add((step, environment, episodeReturn, length));

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        Outcome = outcome;
        Error = error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
