namespace RlKit.Tracking.Reports;

/// <summary>What a report tells of one run, read from its directory, whole or not.</summary>
internal sealed class ReportRun
{
    private readonly SortedDictionary<string, Curve> _curves = new(StringComparer.Ordinal);
    private readonly List<ReportFile> _files = [];
    private readonly List<(string Name, long Step, string Text)> _texts = [];
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
        read.Try(read.FindFiles);
        return read;
    }

    private void ReadMetrics()
    {
        IReadOnlyList<RunSession> sessions = Directory.Info.Sessions;
        int session = 0;
        double before = 0, last = 0;
        foreach (MetricRecord record in MetricsFile.Read(Directory.MetricsPath))
        {
            while (session + 1 < sessions.Count && record.Time >= Seconds1970(sessions[session + 1].Started))
            {
                // A session that was killed lasted until its last record.
                double ended = sessions[session].Ended is { } given ? Seconds1970(given) : Math.Max(last, Seconds1970(sessions[session].Started));
                before += ended - Seconds1970(sessions[session].Started);
                session++;
            }

            last = record.Time;
            double elapsed = Math.Max(0, before + last - Seconds1970(sessions[session].Started));
            if (record.Step > LastStep || Times.Count == 0) Times.Add(record.Step, Math.Max(elapsed, Seconds));
            LastStep = Math.Max(LastStep, record.Step);
            Seconds = Math.Max(Seconds, elapsed);
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

    private static double Seconds1970(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
