using System.Text;

namespace RlKit.Tracking;

/// <summary>Writes everything that a run reports into its directory. This is the record that other trackers are copies of.</summary>
/// <remarks>
/// Records are buffered and reach the file within a second while the run reports, and the disk with <see cref="Flush"/>. When the disk is full or the folder is gone, the next
/// <see cref="Flush"/> says so by an exception, which ends the run: one whose record cannot be kept is not worth going on with. All earlier records stay readable.
/// </remarks>
public sealed class RunTracker : ITracker
{
    private readonly SortedDictionary<string, object?> _summary = new(StringComparer.Ordinal);
    private readonly HashSet<(string Name, string Path)> _artifacts = [];
    private readonly object _sideGate = new();
    private MetricsWriter? _metrics;
    private EpisodesWriter? _episodes;
    private MetricsWriter? _system;
    private FileStream? _console;
    private IOException? _fault;
    private long _step;
    private bool _isDisposed;
    private string? _error;
    private bool _summaryChanged;

    /// <summary>Writes into a run's directory.</summary>
    /// <param name="run">A run that was made or resumed by this process; it stays the caller's to dispose.</param>
    /// <exception cref="ArgumentException">The run was opened to look at.</exception>
    public RunTracker(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!run.IsOwned) throw new ArgumentException($"'{run.FolderPath}' was opened to look at; resume it to write to it.", nameof(run));
        Run = run;
    }

    /// <summary>The run's directory.</summary>
    public RunDirectory Run { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The files cannot be opened.</exception>
    public void Begin(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        CloseFiles();
        _step = step;
        _metrics = new MetricsWriter(Run.MetricsPath, step);
        _episodes = new EpisodesWriter(Run.EpisodesPath, step);
        _artifacts.Clear();
        _summary.Clear();
        if (step == 0) return;
        foreach (MetricRecord record in MetricsFile.Read(Run.MetricsPath))
            if (record.Kind == MetricKind.Artifact) _artifacts.Add((record.Name, record.Text!));
        foreach ((string name, object? value) in Run.ReadSummary()) _summary[name] = value;
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Run.SaveConfiguration(configuration);
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        _step = step;
        MetricsWriter metrics = Metrics;
        if (_fault is not null) return;
        try
        {
            metrics.Scalar(name, value, step);
        }
        catch (IOException fault)
        {
            Keep(fault);
        }
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
        _step = step;
        Tracking.Histogram histogram = Tracking.Histogram.Of(values);
        Try(() => Metrics.Histogram(name, histogram, step));
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        _step = step;
        Try(() => Metrics.Text(MetricKind.Text, name, text, step));
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _step = step;
        Try(() =>
        {
            Directory.CreateDirectory(Run.ImagesPath);
            string path = Path.Combine(Run.ImagesPath, FormattableString.Invariant($"{FolderName.From(name.Replace('/', '-'), "image's name")}-{step:D12}.png"));
            RlKit.Video.Png.Save(frame, path);
            Metrics.Text(MetricKind.Image, name, Relative(path), step);
        });
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _step = step;
        Try(() => Metrics.Text(MetricKind.Video, name, Relative(path), step));
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // A run that is resumed reports its results again.
        if (!_artifacts.Add((name, Relative(path)))) return;
        Try(() => Metrics.Text(MetricKind.Artifact, name, Relative(path), _step));
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
        _summary[name] = value;
        _summaryChanged = true;
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length)
    {
        _step = step;
        EpisodesWriter episodes = _episodes ?? throw NotBegun();
        if (_fault is not null) return;
        try
        {
            episodes.Add(step, environment, episodeReturn, length);
        }
        catch (IOException fault)
        {
            Keep(fault);
        }
    }

    /// <inheritdoc/>
    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        lock (_sideGate)
        {
            if (_isDisposed) return;
            Try(() =>
            {
                // What was measured before a kill tells of it, so that all of it stays.
                _system ??= new MetricsWriter(Run.SystemPath, File.Exists(Run.SystemPath) ? long.MaxValue : 0);
                foreach ((string name, double value) in values) _system.Scalar(name, value, Volatile.Read(ref _step));
            });
        }
    }

    /// <inheritdoc/>
    public void ConsoleText(string text, bool isError)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (_sideGate)
        {
            if (_isDisposed) return;
            Try(() =>
            {
                // Unbuffered: a process that is killed leaves what it wrote.
                _console ??= new FileStream(Run.ConsolePath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                _console.Write(Encoding.UTF8.GetBytes(text));
            });
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something that was reported could not be written.</exception>
    public void Flush()
    {
        // A disk that was full before may have room for a part of what follows; the record would have a gap.
        if (Volatile.Read(ref _fault) is null)
        {
            Try(() => _metrics?.Flush());
            Try(() => _episodes?.Flush());
            if (_summaryChanged) Try(() => AtomicFile.Write(Run.SummaryPath, output => JsonValues.Write(output, _summary)));
            _summaryChanged = false;
        }

        if (Volatile.Read(ref _fault) is { } fault) throw new IOException($"The run's records in '{Run.FolderPath}' cannot be written: {fault.Message}", fault);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something that was reported could not be written, and the run has not failed anyway.</exception>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        string? message = error?.Message.ReplaceLineEndings(" ");
        // A failed training is told of by the loop, and again by whoever catches what it throws.
        if (message is not null && message != _error) ConsoleText($"error: {message}\n", isError: true);
        _error = message;
        if (outcome == RunOutcome.Failed)
        {
            // What ended the run is not hidden by what could not be written then.
            Try(Flush);
            Try(() => Run.End(outcome, message));
            return;
        }

        Flush();
        Run.End(outcome, message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseFiles();
        lock (_sideGate)
        {
            _isDisposed = true;
            Try(() => _system?.Dispose());
            _console?.Dispose();
        }
    }

    private MetricsWriter Metrics => _metrics ?? throw NotBegun();

    private static InvalidOperationException NotBegun() => new("The run has not begun; call Begin with its step before reporting.");

    private void CloseFiles()
    {
        Try(() => _metrics?.Dispose());
        Try(() => _episodes?.Dispose());
        (_metrics, _episodes) = (null, null);
    }

    // A path within the run is kept relative, so that the folder can be moved.
    private string Relative(string path)
    {
        string relative = Path.GetRelativePath(Run.FolderPath, Path.GetFullPath(path));
        return relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative.Replace('\\', '/');
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException fault)
        {
            Keep(fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            Keep(new IOException(fault.Message, fault));
        }
    }

    private void Keep(IOException fault) => Interlocked.CompareExchange(ref _fault, fault, null);
}
