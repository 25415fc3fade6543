using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RlKit.Tracking.Files;
using RlKit.Tracking.Protobuf;
using RlKit.Tracking.Videos;
using RlKit.Video;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>
/// Writes a run as Weights &amp; Biases keeps it offline; <c>wandb sync FOLDER/wandb/offline-run-*</c> uploads it whenever there is a network. Nothing here needs one.
/// </summary>
/// <remarks>
/// <para>The scalars of one step are one row of the history, with the step as <c>_step</c>; a row is written when the next step comes, or at a <see cref="Flush"/>, and what comes of the same step
/// after that is another row. Names with slashes stay as they are in the history and are nested in the configuration. A finished episode is the value <see cref="Metrics.EpisodeReturn"/>.</para>
/// <para>To go on with a run, give its id. What its earlier folders, as long as they were not uploaded, hold of later steps is cut off, and another folder with the same id is written.</para>
/// </remarks>
public sealed class WandbTracker : ITracker
{
    private const long SummaryEveryMilliseconds = 10_000;
    private const int MaxIdLength = 64;

    // What wandb itself gives a run that was interrupted.
    private const int FailedCode = 1, CancelledCode = 255;

    private readonly object _gate = new();
    private readonly WandbFolder _folder;
    private readonly WandbTrackerOptions _options;
    private readonly TrackerFaults _faults;
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly List<Series> _row = [];
    private readonly ConcurrentQueue<(string Text, bool IsError, DateTime Time)> _console = new();
    private readonly ProtobufWriter _rowItems = new(), _summaryItems = new();
    private IReadOnlyDictionary<string, object?>? _configuration;
    private WandbLog? _log;
    private WandbRecordWriter? _records;
    private DateTime _start;
    private long _rowStep, _nextSummary;
    private bool _isFinished;

    /// <summary>A tracker of one run.</summary>
    /// <param name="folder">The folder in which the folder <c>wandb</c> is, or is made when the run begins.</param>
    /// <param name="options">What it says of the run, and how it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">The folder's name is empty, or the run's id or a tag is none that Weights &amp; Biases takes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The flush interval is not above zero.</exception>
    public WandbTracker(string folder, WandbTrackerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _options = options ?? new WandbTrackerOptions();
        RunId = _options.RunId ?? RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);
        if (RunId.Length is 0 or > MaxIdLength || RunId.Any(letter => ":;,#?%/\\'\"*<>|".Contains(letter) || char.IsWhiteSpace(letter) || char.IsControl(letter)) || RunId.All(letter => letter == '.'))
            throw new ArgumentException($"RunId is '{RunId}'; give 1 to {MaxIdLength} letters, digits, '-' or '_'.", nameof(options));
        if (_options.Tags.FirstOrDefault(tag => tag.Length is 0 or > 64) is { } bad) throw new ArgumentException($"A tag is '{bad}'; give 1 to 64 characters.", nameof(options));
        if (_options.FlushInterval <= TimeSpan.Zero || _options.FlushInterval.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), _options.FlushInterval, $"FlushInterval is {_options.FlushInterval}; give a time above zero and below 24 days.");
        _folder = new WandbFolder(Path.Combine(Path.GetFullPath(folder), "wandb"), RunId);
        _faults = new TrackerFaults(_options.OnError);
    }

    /// <summary>The run's id.</summary>
    public string RunId { get; }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <summary>The <c>.wandb</c> file that is written; null before the run begins.</summary>
    public string? FilePath => _log?.FilePath;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public void Begin(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        lock (_gate)
        {
            _log?.Dispose();
            _row.Clear();
            _rowItems.Clear();
            _summaryItems.Clear();
            _series.Clear();
            (_rowStep, _isFinished) = (step, false);
            _nextSummary = Environment.TickCount64 + SummaryEveryMilliseconds;
            _faults.Guard(() => _folder.CutAfter(step));
            _start = DateTime.UtcNow;
            _log = new WandbLog(_folder.NewFile(_start), _options.FlushInterval, _faults);
            _records = new WandbRecordWriter(_log);
            _records.Header();
            _records.Run(RunId, _options, _configuration, _start);
            _records.Machine(RunId, _start);
            WriteConsole();
            // A file without its run cannot be uploaded, nor can others together with it.
            _log.Flush();
            // A folder that could not be made is reported already.
            string run = RunFolder;
            if (!Directory.Exists(run)) return;
            _faults.Guard(() =>
            {
                Directory.CreateDirectory(Path.Combine(run, "files"));
                Directory.CreateDirectory(Path.Combine(run, "logs"));
            });
        }
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        lock (_gate)
        {
            _configuration = configuration;
            _records?.Configuration(configuration);
        }
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        lock (_gate)
        {
            GoTo(step);
            Series series = SeriesOf(name);
            series.Value = value;
            if (series.IsInRow || series.IsReserved) return;
            series.IsInRow = true;
            _row.Add(series);
        }
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
        Histogram histogram = Tracking.Histogram.Of(values);
        int ranges = histogram.Counts.Count;
        double width = (histogram.Max - histogram.Min) / ranges;
        var json = new StringBuilder("{\"_type\":\"histogram\",\"values\":[").AppendJoin(',', histogram.Counts).Append("],\"bins\":[");
        for (int i = 0; i <= ranges; i++) json.Append(i > 0 ? "," : "").Append(WandbValue.Format(i == ranges ? histogram.Max : histogram.Min + i * width));
        AddItem(name, json.Append("]}").ToString(), step);
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        AddItem(name, WandbValue.Quote(text), step);
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
        ArgumentNullException.ThrowIfNull(frame);
        using var encoded = new MemoryStream();
        Png.Write(frame, encoded);
        byte[] file = encoded.ToArray();
        _faults.Guard(() => AddMedia("image-file", "images", name, ".png", file, step, $",\"format\":\"png\",\"width\":{frame.Width},\"height\":{frame.Height}"));
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _faults.Guard(() =>
        {
            string extension = Path.GetExtension(path).ToLowerInvariant();
            // These are shown as they are.
            bool isKnown = extension is ".mp4" or ".webm" or ".ogg" or ".gif";
            byte[] file = isKnown ? File.ReadAllBytes(path) : AnimatedGif.FromVideo(path);
            if (!isKnown) extension = ".gif";
            string size = "";
            if (extension == ".gif")
            {
                (int width, int height) = AnimatedGif.Size(file);
                size = $",\"width\":{width},\"height\":{height}";
            }

            AddMedia("video-file", "videos", name, extension, file, step, size);
        });
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        lock (_gate)
        {
            string run = RunFolder;
            _faults.Guard(() =>
            {
                string file = "artifacts/" + WandbFolder.SafeName(Path.GetFileName(path));
                using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                WandbFolder.Copy(source, run, file);
                _records!.File(file, isMedia: false);
            });
        }
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        string json = WandbValue.Format(value);
        lock (_gate) WandbRecordWriter.AddItem(_summaryItems, json, name);
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length) => Scalar(Metrics.EpisodeReturn, episodeReturn, step);

    /// <inheritdoc/>
    /// <remarks>They are shown under System, by the names that Weights &amp; Biases has for them; those that it does not know keep theirs, with dots for slashes.</remarks>
    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        lock (_gate)
        {
            if (_log is null || _isFinished) return;
            _records!.SystemMetrics(values);
        }
    }

    /// <inheritdoc/>
    /// <remarks>It is shown under Logs.</remarks>
    public void ConsoleText(string text, bool isError)
    {
        ArgumentNullException.ThrowIfNull(text);
        _console.Enqueue((text, isError, DateTime.UtcNow));
        // Whoever holds this may be waiting for the console, to tell of an error: it is never waited for, and writes the text itself later.
        if (!Monitor.TryEnter(_gate)) return;
        try
        {
            WriteConsole();
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        WandbLog? log;
        lock (_gate)
        {
            log = _log;
            if (log is null || _isFinished) return;
            WriteRow();
            WriteSummary();
            WriteConsole();
        }

        log.Flush();
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        if (error is not null) ConsoleText(error.Message + "\n", isError: true);
        lock (_gate)
        {
            if (_log is null || _isFinished) return;
            WriteRow();
            WriteConsole();
            int seconds = (int)Math.Min(Runtime, int.MaxValue);
            WandbRecordWriter.AddItem(_summaryItems, WandbValue.Format(seconds), "_wandb", "runtime");
            WriteSummary();
            _records!.Exit(outcome switch { RunOutcome.Finished => 0, RunOutcome.Cancelled => CancelledCode, _ => FailedCode }, seconds);
            _isFinished = true;
        }

        _log.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_log is not null && !_isFinished)
            {
                WriteRow();
                WriteSummary();
                WriteConsole();
            }

            _log?.Dispose();
            (_log, _records) = (null, null);
        }
    }

    private string RunFolder => Path.GetDirectoryName((_log ?? throw NotBegun()).FilePath)!;

    private double Runtime => (DateTime.UtcNow - _start).TotalSeconds;

    private static InvalidOperationException NotBegun() => new("The run has not begun; call Begin with its step before reporting.");

    private Series SeriesOf(string name)
    {
        if (_series.TryGetValue(name, out Series? series)) return series;
        bool isReserved = name is "_step" or "_timestamp" or "_runtime" or "_wandb";
        if (isReserved) _faults.Report(new ArgumentException($"'{name}' is a name of Weights & Biases' own; what is reported under it is left out there.", nameof(name)));
        return _series[name] = new Series(Encoding.UTF8.GetBytes(name), isReserved);
    }

    // A row is whole when the next step comes.
    private void GoTo(long step)
    {
        if (_log is null) throw NotBegun();
        if (step == _rowStep) return;
        WriteRow();
        _rowStep = step;
    }

    private void AddItem(string name, string json, long step)
    {
        lock (_gate)
        {
            GoTo(step);
            if (SeriesOf(name).IsReserved) return;
            WandbRecordWriter.AddItem(_rowItems, json, name);
            WandbRecordWriter.AddItem(_summaryItems, json, name);
        }
    }

    private void WriteRow()
    {
        if (_isFinished || (_row.Count == 0 && _rowItems.Length == 0)) return;
        double seconds = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        int history = _records!.Begin(WandbSchema.History);
        foreach (Series series in _row)
        {
            _records.Item(series.Key, series.Value);
            (series.IsInRow, series.IsInSummary) = (false, false);
        }

        _records.Items(_rowItems);
        _records.Item("_timestamp"u8, seconds);
        _records.Item("_runtime"u8, Runtime);
        _records.Item("_step"u8, _rowStep);
        _records.Step(_rowStep);
        _records.End(history);
        _row.Clear();
        _rowItems.Clear();
        if (Environment.TickCount64 >= _nextSummary) WriteSummary();
    }

    // wandb writes one for each row; only the last value of each name counts.
    private void WriteSummary()
    {
        _nextSummary = Environment.TickCount64 + SummaryEveryMilliseconds;
        bool isNew = _summaryItems.Length > 0;
        foreach (Series series in _series.Values) isNew |= !series.IsInSummary;
        if (_isFinished || !isNew) return;
        int summary = _records!.Begin(WandbSchema.Summary);
        foreach (Series series in _series.Values)
        {
            if (series.IsInSummary) continue;
            _records.Item(series.Key, series.Value);
            series.IsInSummary = true;
        }

        _records.Items(_summaryItems);
        _records.Item("_step"u8, _rowStep);
        _records.Item("_timestamp"u8, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
        _records.Item("_runtime"u8, Runtime);
        _records.End(summary);
        _summaryItems.Clear();
    }

    // What comes before the run begins waits for it.
    private void WriteConsole()
    {
        if (_records is null || _isFinished) return;
        while (_console.TryDequeue(out (string Text, bool IsError, DateTime Time) piece)) _records.Console(piece.Text, piece.IsError, piece.Time);
    }

    private void AddMedia(string type, string kind, string name, string extension, byte[] content, long step, string properties)
    {
        lock (_gate)
        {
            GoTo(step);
            string hash = Convert.ToHexStringLower(SHA256.HashData(content));
            string file = string.Create(CultureInfo.InvariantCulture, $"media/{kind}/{WandbFolder.SafeName(name)}_{step}_{hash.AsSpan(0, 20)}{extension}");
            using var source = new MemoryStream(content);
            WandbFolder.Copy(source, RunFolder, file);
            _records!.File(file, isMedia: true);
            AddItem(name, $"{{\"_type\":\"{type}\",\"sha256\":\"{hash}\",\"size\":{content.Length},\"path\":{WandbValue.Quote(file)}{properties}}}", step);
        }
    }

    private sealed class Series(byte[] key, bool isReserved)
    {
        public byte[] Key { get; } = key;

        public bool IsReserved { get; } = isReserved;

        public double Value { get; set; }

        public bool IsInRow { get; set; }

        public bool IsInSummary { get; set; } = true;
    }
}
