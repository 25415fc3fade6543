using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
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
    private const string OldestReader = "0.70.0", FolderPrefix = "offline-run-";
    private const long SummaryEveryMilliseconds = 10_000;
    private const int CopyLength = 1 << 16, MaxIdLength = 64, KeyField = 1, NestedKeyField = 2, ValueField = 16;

    // What wandb itself gives a run that was interrupted.
    private const int FailedCode = 1, CancelledCode = 255;

    private readonly object _gate = new();
    private readonly string _folder;
    private readonly WandbTrackerOptions _options;
    private readonly TrackerFaults _faults;
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly List<Series> _row = [];
    private readonly ConcurrentQueue<(string Text, bool IsError, DateTime Time)> _console = new();
    private readonly ProtobufWriter _record = new(), _rowItems = new(), _summaryItems = new();
    private readonly byte[] _number = new byte[32];
    private IReadOnlyDictionary<string, object?>? _configuration;
    private WandbLog? _log;
    private DateTime _start;
    private long _rowStep, _recordNumber, _nextSummary;
    private bool _isFinished;

    /// <summary>A tracker of one run.</summary>
    /// <param name="folder">The folder in which the folder <c>wandb</c> is, or is made when the run begins.</param>
    /// <param name="options">What it says of the run, and how it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">The folder's name is empty, or the run's id or a tag is none that Weights &amp; Biases takes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The flush interval is not above zero.</exception>
    public WandbTracker(string folder, WandbTrackerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.Combine(Path.GetFullPath(folder), "wandb");
        _options = options ?? new WandbTrackerOptions();
        RunId = _options.RunId ?? RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);
        if (RunId.Length is 0 or > MaxIdLength || RunId.Any(letter => ":;,#?%/\\'\"*<>|".Contains(letter) || char.IsWhiteSpace(letter) || char.IsControl(letter)) || RunId.All(letter => letter == '.'))
            throw new ArgumentException($"RunId is '{RunId}'; give 1 to {MaxIdLength} letters, digits, '-' or '_'.", nameof(options));
        if (_options.Tags.FirstOrDefault(tag => tag.Length is 0 or > 64) is { } bad) throw new ArgumentException($"A tag is '{bad}'; give 1 to 64 characters.", nameof(options));
        if (_options.FlushInterval <= TimeSpan.Zero || _options.FlushInterval.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), _options.FlushInterval, $"FlushInterval is {_options.FlushInterval}; give a time above zero and below 24 days.");
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
            (_rowStep, _recordNumber, _isFinished) = (step, 0, false);
            _nextSummary = Environment.TickCount64 + SummaryEveryMilliseconds;
            _faults.Guard(() => CutEarlierFolders(step));
            _start = DateTime.UtcNow;
            string run = Path.Combine(_folder, NewFolderName());
            _log = new WandbLog(Path.Combine(run, $"run-{RunId}.wandb"), _options.FlushInterval, _faults);
            WriteHeader();
            WriteRun();
            WriteEnvironment();
            WriteConsole();
            // A file without its run cannot be uploaded, nor can others together with it.
            _log.Flush();
            // A folder that could not be made is reported already.
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
            if (_log is null) return;
            int record = BeginRecord(WandbSchema.Configuration);
            WriteConfiguration(configuration);
            EndRecord(record);
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
                string file = "artifacts/" + SafeName(Path.GetFileName(path));
                using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                Copy(source, run, file);
                WriteFile(file, isMedia: false);
            });
        }
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        string json = WandbValue.Format(value);
        lock (_gate) Item(_summaryItems, name, json);
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
            int record = BeginRecord(WandbSchema.Stats);
            Timestamp(2, DateTime.UtcNow);
            foreach ((string name, double value) in values)
            {
                int item = _record.Begin(3);
                _record.Text(KeyField, WandbSystemNames.Of(name));
                _record.Text(ValueField, WandbValue.Format(value));
                _record.End(item);
            }

            EndRecord(record);
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
            int item = _summaryItems.Begin(1);
            _summaryItems.Text(NestedKeyField, "_wandb");
            _summaryItems.Text(NestedKeyField, "runtime");
            _summaryItems.Text(ValueField, WandbValue.Format(seconds));
            _summaryItems.End(item);
            WriteSummary();
            int record = BeginRecord(WandbSchema.Exit);
            int code = outcome switch { RunOutcome.Finished => 0, RunOutcome.Cancelled => CancelledCode, _ => FailedCode };
            if (code != 0) _record.Integer(1, code);
            _record.Integer(2, seconds);
            EndRecord(record);
            EndRecord(BeginRecord(WandbSchema.Final));
            EndRecord(BeginRecord(WandbSchema.Footer));
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
            _log = null;
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
            Item(_rowItems, name, json);
            Item(_summaryItems, name, json);
        }
    }

    private void WriteRow()
    {
        if (_isFinished || (_row.Count == 0 && _rowItems.Length == 0)) return;
        double seconds = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        int history = BeginRecord(WandbSchema.History);
        foreach (Series series in _row)
        {
            Item(series.Key, Number(series.Value));
            (series.IsInRow, series.IsInSummary) = (false, false);
        }

        _record.Raw(_rowItems.Written);
        Item("_timestamp"u8, Number(seconds));
        Item("_runtime"u8, Number(Runtime));
        Item("_step"u8, Number(_rowStep));
        int step = _record.Begin(2);
        if (_rowStep != 0) _record.Integer(1, _rowStep);
        _record.End(step);
        EndRecord(history);
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
        int summary = BeginRecord(WandbSchema.Summary);
        foreach (Series series in _series.Values)
        {
            if (series.IsInSummary) continue;
            Item(series.Key, Number(series.Value));
            series.IsInSummary = true;
        }

        _record.Raw(_summaryItems.Written);
        Item("_step"u8, Number(_rowStep));
        Item("_timestamp"u8, Number((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds));
        Item("_runtime"u8, Number(Runtime));
        EndRecord(summary);
        _summaryItems.Clear();
    }

    // What comes before the run begins waits for it.
    private void WriteConsole()
    {
        if (_log is null || _isFinished) return;
        while (_console.TryDequeue(out (string Text, bool IsError, DateTime Time) piece))
        {
            int record = BeginRecord(WandbSchema.OutputRaw);
            if (!piece.IsError) _record.Integer(1, 1);
            Timestamp(2, piece.Time);
            _record.Text(3, piece.Text);
            EndRecord(record);
        }
    }

    private void WriteHeader()
    {
        int header = BeginRecord(WandbSchema.Header), version = _record.Begin(1);
        _record.Text(1, "RlKit " + typeof(WandbTracker).Assembly.GetName().Version?.ToString(3));
        _record.Text(2, OldestReader);
        _record.End(version);
        EndRecord(header);
    }

    private void WriteRun()
    {
        int run = BeginRecord(WandbSchema.Run);
        _record.Text(1, RunId);
        _record.OptionalText(3, _options.Project);
        if (_configuration is not null)
        {
            int configuration = _record.Begin(4);
            WriteConfiguration(_configuration);
            _record.End(configuration);
        }

        _record.OptionalText(6, _options.Group);
        _record.OptionalText(8, _options.Name);
        foreach (string tag in _options.Tags) _record.Text(10, tag);
        _record.Text(13, Environment.MachineName);
        Timestamp(17, _start);
        EndRecord(run);
    }

    private void WriteEnvironment()
    {
        int environment = BeginRecord(WandbSchema.Environment);
        _record.Text(1, RuntimeInformation.OSDescription);
        Timestamp(3, _start);
        foreach (string argument in RunEnvironment.CommandLine(Environment.GetCommandLineArgs()).Skip(1)) _record.Text(5, argument);
        _record.OptionalText(6, Path.GetFileName(Environment.GetCommandLineArgs()[0]));
        _record.Text(12, Environment.MachineName);
        _record.OptionalText(14, Environment.ProcessPath);
        _record.Integer(17, Environment.ProcessorCount);
        int memory = _record.Begin(21);
        _record.Integer(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _record.End(memory);
        _record.Text(199, RunId);
        EndRecord(environment);
    }

    private void WriteConfiguration(IReadOnlyDictionary<string, object?> configuration)
    {
        foreach ((string name, object? value) in configuration)
        {
            int item = _record.Begin(1);
            string[] parts = name.Split('/');
            if (parts.Length == 1) _record.Text(KeyField, name);
            else foreach (string part in parts) _record.Text(NestedKeyField, part);
            _record.Text(ValueField, WandbValue.Format(value));
            _record.End(item);
        }
    }

    private void WriteFile(string path, bool isMedia)
    {
        int record = BeginRecord(WandbSchema.Files), file = _record.Begin(1);
        _record.Text(1, path);
        const int atEnd = 1, media = 2;
        if (isMedia) _record.Integer(3, media);
        else _record.Integer(2, atEnd);
        _record.End(file);
        EndRecord(record);
    }

    private void AddMedia(string type, string kind, string name, string extension, byte[] content, long step, string properties)
    {
        lock (_gate)
        {
            GoTo(step);
            string hash = Convert.ToHexStringLower(SHA256.HashData(content));
            string file = string.Create(CultureInfo.InvariantCulture, $"media/{kind}/{SafeName(name)}_{step}_{hash.AsSpan(0, 20)}{extension}");
            using var source = new MemoryStream(content);
            Copy(source, RunFolder, file);
            WriteFile(file, isMedia: true);
            AddItem(name, $"{{\"_type\":\"{type}\",\"sha256\":\"{hash}\",\"size\":{content.Length},\"path\":{WandbValue.Quote(file)}{properties}}}", step);
        }
    }

    private static void Copy(Stream source, string run, string file)
    {
        string path = Path.Combine(run, "files", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // One that grows meanwhile is copied as far as it was.
        long left = source.Length;
        byte[] part = new byte[(int)Math.Min(left, CopyLength)];
        AtomicFile.Write(path, output =>
        {
            while (left > 0 && source.Read(part, 0, (int)Math.Min(left, part.Length)) is > 0 and int length)
            {
                output.Write(part, 0, length);
                left -= length;
            }
        });
    }

    // A part of a file's name that every system takes.
    private static string SafeName(string name)
    {
        const int most = 60;
        string safe = string.Concat(name.Take(most).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')).TrimStart('.');
        return safe.Length > 0 ? safe : "file";
    }

    private string NewFolderName()
    {
        for (DateTime time = _start.ToLocalTime(); ; time = time.AddSeconds(1))
        {
            string name = FolderPrefix + time.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture) + "-" + RunId;
            if (!Directory.Exists(Path.Combine(_folder, name))) return name;
        }
    }

    private void CutEarlierFolders(long step)
    {
        if (!Directory.Exists(_folder)) return;
        foreach (string run in Directory.EnumerateDirectories(_folder, FolderPrefix + "*"))
        {
            string path = Path.Combine(run, $"run-{RunId}.wandb");
            // What was uploaded, also in part, stays as it is.
            if (!File.Exists(path) || File.Exists(path + ".synced") || File.Exists(path + ".syncstate")) continue;
            long end = EndUpTo(path, step);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
            // One without its header was never begun.
            if (end > 0 && end < file.Length) file.SetLength(end);
        }
    }

    private static long EndUpTo(string path, long step)
    {
        using var reader = new WandbFileReader(path);
        long end = reader.End;
        try
        {
            while (reader.Read() is { } record)
            {
                if (record.Kind == "history" && StepOf(record) > step) return end;
                end = reader.End;
            }
        }
        catch (InvalidDataException)
        {
            // A damaged record, and what follows it, nobody can read.
        }

        return end;
    }

    private static long StepOf(WandbRecord history) =>
        history.Content.TryGetValue("step", out object? step) && step is IReadOnlyDictionary<string, object?> fields && fields.TryGetValue("num", out object? number) && number is long value ? value : 0;

    private int BeginRecord(int kind)
    {
        _record.Clear();
        _record.Integer(1, ++_recordNumber);
        return _record.Begin(kind);
    }

    private void EndRecord(int record)
    {
        _record.End(record);
        _log!.Append(_record.Written);
    }

    private void Timestamp(int field, DateTime time)
    {
        const int nanosecondsPerTick = 100;
        long ticks = (time - DateTime.UnixEpoch).Ticks;
        int timestamp = _record.Begin(field);
        _record.Integer(1, ticks / TimeSpan.TicksPerSecond);
        if (ticks % TimeSpan.TicksPerSecond is > 0 and long rest) _record.Integer(2, rest * nanosecondsPerTick);
        _record.End(timestamp);
    }

    private void Item(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int item = _record.Begin(1);
        _record.Bytes(KeyField, key);
        _record.Bytes(ValueField, value);
        _record.End(item);
    }

    private static void Item(ProtobufWriter items, string key, string json)
    {
        int item = items.Begin(1);
        items.Text(KeyField, key);
        items.Text(ValueField, json);
        items.End(item);
    }

    private ReadOnlySpan<byte> Number(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8;
        return value.TryFormat(_number, out int length, "R", CultureInfo.InvariantCulture) ? _number.AsSpan(0, length) : throw new InvalidOperationException("A number is longer than any is.");
    }

    private ReadOnlySpan<byte> Number(long value) =>
        value.TryFormat(_number, out int length, default, CultureInfo.InvariantCulture) ? _number.AsSpan(0, length) : throw new InvalidOperationException("A number is longer than any is.");

    private sealed class Series(byte[] key, bool isReserved)
    {
        public byte[] Key { get; } = key;

        public bool IsReserved { get; } = isReserved;

        public double Value { get; set; }

        public bool IsInRow { get; set; }

        public bool IsInSummary { get; set; } = true;
    }
}
