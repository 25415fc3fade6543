using System.Globalization;

namespace RlKit.Tracking.Reports;

/// <summary>What a report tells of one run, read from its directory, whole or not.</summary>
internal sealed class ReportRun
{
    private readonly SortedDictionary<string, Curve> _curves = new(StringComparer.Ordinal);
    private readonly List<ReportFile> _files = [];
    private readonly List<(string Name, long Step, string Text)> _texts = [];
    private readonly List<ReportText?> _changes = [];
    private readonly List<string> _faults = [];

    private ReportRun(RunDirectory run)
    {
        Directory = run;
        State = run.State;
    }

    public RunDirectory Directory { get; }

    public RunState State { get; }

    public IReadOnlyDictionary<string, object?> Configuration { get; private set; } = new Dictionary<string, object?>();

    public IReadOnlyDictionary<string, object?> Summary { get; private set; } = new Dictionary<string, object?>();

    /// <summary>The scalars and the episodes by name.</summary>
    public IReadOnlyDictionary<string, Curve> Curves => _curves;

    /// <summary>Seconds of training at steps, over all sessions, without the time between them.</summary>
    public Curve Times { get; } = new();

    /// <summary>Finished episodes at steps.</summary>
    public Curve Episodes { get; } = new();

    /// <summary>Videos and pictures, in order of the steps.</summary>
    public IReadOnlyList<ReportFile> Files => _files;

    /// <summary>The texts that were reported.</summary>
    public IReadOnlyList<(string Name, long Step, string Text)> Texts => _texts;

    /// <summary>The end of what the run wrote to its console; null where it wrote nothing.</summary>
    public ReportText? Console { get; private set; }

    /// <summary>For each session what its sources differed in from their commit; null where they did not, or that is not known.</summary>
    public IReadOnlyList<ReportText?> Changes => _changes;

    /// <summary>What could not be read, in words.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The last step that anything was reported at.</summary>
    public long LastStep { get; private set; }

    /// <summary>Seconds of training up to the last record.</summary>
    public double Seconds { get; private set; }

    public static ReportRun Read(RunDirectory run)
    {
        var read = new ReportRun(run);
        read.Try(() => read.Configuration = run.ReadConfiguration());
        read.Try(() => read.Summary = run.ReadSummary());
        read.Try(read.ReadMetrics);
        read.Try(read.ReadEpisodes);
        read.Try(read.ReadSystem);
        read.Try(read.ReadTexts);
        read.Try(read.FindFiles);
        return read;
    }

    private void ReadMetrics()
    {
        var clock = new SessionClock(Directory.Info.Sessions);
        foreach (MetricRecord record in MetricsFile.Read(Directory.MetricsPath))
        {
            Seconds = clock.At(record.Time);
            if (record.Step > LastStep || Times.Count == 0) Times.Add(record.Step, Seconds);
            LastStep = Math.Max(LastStep, record.Step);
            switch (record.Kind)
            {
                case MetricKind.Scalar: CurveOf(record.Name).Add(record.Step, record.Value); break;
                case MetricKind.Text: _texts.Add((record.Name, record.Step, record.Text!)); break;
                case MetricKind.Video or MetricKind.Image: Try(() => AddFile(record.Name, record.Step, record.Text!)); break;
            }
        }
    }

    private void ReadEpisodes()
    {
        const string lengths = "rollout/episode_length";
        bool hasReturns = _curves.ContainsKey(Metrics.EpisodeReturn), hasLengths = _curves.ContainsKey(lengths);
        foreach (EpisodeRow row in EpisodesFile.Read(Directory.EpisodesPath))
        {
            Episodes.Add(row.Step, Episodes.Count + 1);
            LastStep = Math.Max(LastStep, row.Step);
            if (!hasReturns) CurveOf(Metrics.EpisodeReturn).Add(row.Step, row.Return);
            if (!hasLengths) CurveOf(lengths).Add(row.Step, row.Length);
        }
    }

    // The machine is measured by time: while a run evaluates or waits, its step stands still.
    private void ReadSystem()
    {
        const double millisecondsPerSecond = 1000;
        var clock = new SessionClock(Directory.Info.Sessions);
        foreach (MetricRecord record in MetricsFile.Read(Directory.SystemPath))
            if (record.Kind == MetricKind.Scalar) CurveOf(record.Name).Add((long)(clock.At(record.Time) * millisecondsPerSecond), record.Value);
    }

    private void ReadTexts()
    {
        Console = ReportText.Tail(Directory.ConsolePath);
        for (int session = 1; session <= Directory.Info.Sessions.Count; session++)
            _changes.Add(ReportText.Head(Path.Combine(Directory.SourcePath, session.ToString(CultureInfo.InvariantCulture), SourceState.ChangesName)));
    }

    private void FindFiles()
    {
        if (!System.IO.Directory.Exists(Directory.VideosPath)) return;
        foreach (string path in System.IO.Directory.EnumerateFiles(Directory.VideosPath).Order(StringComparer.Ordinal))
            if (_files.TrueForAll(file => file.FilePath != path)) Try(() => AddFile(Path.GetFileNameWithoutExtension(path), null, path));
    }

    private void AddFile(string name, long? step, string path)
    {
        string full = Path.GetFullPath(path, Directory.FolderPath);
        // A run that came from elsewhere must not bring other files of this machine into a report.
        string relative = Path.GetRelativePath(Directory.FolderPath, full);
        if (relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) || new FileInfo(full).LinkTarget is not null)
            _faults.Add($"'{path}' lies outside of the run's folder.");
        else if (!File.Exists(full)) _faults.Add($"'{path}' is not there any more.");
        else if (ReportFile.FindMediaType(full) is { } type) _files.Add(new ReportFile(name, step, full, type, new FileInfo(full).Length));
    }

    private Curve CurveOf(string name)
    {
        if (_curves.TryGetValue(name, out Curve? curve)) return curve;
        curve = new Curve();
        _curves.Add(name, curve);
        return curve;
    }

    private void Try(Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            _faults.Add(exception.Message);
        }
    }
}
