using System.Globalization;
using System.Text;
using RlKit.Tracking.Files;
using RlKit.Tracking.Protobuf;
using RlKit.Tracking.Videos;
using RlKit.Video;

namespace RlKit.Tracking.TensorBoard;

/// <summary>
/// Writes event files for TensorBoard: scalars, distributions, texts, pictures, videos (as animated GIF) and hyper-parameters. Look at them with
/// <c>tensorboard --logdir FOLDER</c>, where the folder may hold many runs.
/// </summary>
/// <remarks>
/// <para>Numbers are kept in single precision, which is all that TensorBoard shows. A finished episode is the scalar <see cref="Metrics.EpisodeReturn"/>; final values are scalars
/// named <c>summary/...</c>. The configuration is a table under Text and the hyper-parameters of the run under HParams, where TensorBoard itself finds what the runs
/// of a folder have in common and which metrics they have.</para>
/// <para>A run that goes on begins another file, and tells TensorBoard that of earlier files only what is up to that step counts. Values are written by a background thread; only
/// <see cref="Flush"/> waits for it, and only the end for the disk. An artifact has no place in an event file and is not kept.</para>
/// </remarks>
public sealed class TensorBoardTracker : ITracker
{
    private const string FilePrefix = "events.out.tfevents.";

    private readonly string _folder;
    private readonly TensorBoardTrackerOptions _options;
    private readonly TrackerFaults _faults;
    private readonly SortedDictionary<string, object?> _summary = new(StringComparer.Ordinal);
    private EventFileWriter? _writer;
    private IReadOnlyDictionary<string, object?>? _configuration;
    private long _step;
    private bool _isFinished;

    /// <summary>A tracker of one run.</summary>
    /// <param name="folder">The run's folder; TensorBoard shows each folder with event files as one run. It is made when the run begins.</param>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The flush interval is not above zero.</exception>
    public TensorBoardTracker(string folder, TensorBoardTrackerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _options = options ?? new TensorBoardTrackerOptions();
        if (_options.FlushInterval <= TimeSpan.Zero || _options.FlushInterval.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), _options.FlushInterval, $"FlushInterval is {_options.FlushInterval}; give a time above zero and below 24 days.");
        _faults = new TrackerFaults(_options.OnError);
    }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <summary>The file that is written; null before the run begins.</summary>
    public string? FilePath => _writer?.FilePath;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public void Begin(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        _writer?.Dispose();
        _summary.Clear();
        (_step, _isFinished) = (step, false);
        _writer = new EventFileWriter(NewFilePath(), _options.FlushInterval, _faults);
        // What has this step stays; readers drop what has the session's step or a later one.
        _writer.Session(SessionStatus.Start, step == 0 ? 0 : step + 1);
        if (_configuration is not null) WriteConfiguration(_writer, _configuration);
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        if (_writer is not null) WriteConfiguration(_writer, configuration);
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        _step = step;
        Writer.Scalar(name, (float)value, step);
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
        _step = step;
        Writer.Histogram(name, Tracking.Histogram.Of(values), step);
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        _step = step;
        Writer.Text(name, text, step);
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _step = step;
        using var encoded = new MemoryStream();
        Png.Write(frame, encoded);
        Writer.Image(name, frame.Width, frame.Height, encoded.GetBuffer().AsSpan(0, (int)encoded.Length), step);
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _step = step;
        EventFileWriter writer = Writer;
        _faults.Guard(() =>
        {
            byte[] encoded = AnimatedGif.FromVideo(path);
            (int width, int height) = AnimatedGif.Size(encoded);
            writer.Image(name, width, height, encoded, step);
        });
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value) => _summary[name] = value;

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length) => Scalar(Metrics.EpisodeReturn, episodeReturn, step);

    /// <inheritdoc/>
    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (_writer is not { } writer) return;
        foreach ((string name, double value) in values) writer.Scalar(name, (float)value, _step);
    }

    /// <inheritdoc/>
    public void Flush() => _writer?.Flush();

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        if (_writer is null || _isFinished) return;
        _isFinished = true;
        foreach ((string name, object? value) in _summary)
        {
            switch (value)
            {
                case int number: Writer.Scalar("summary/" + name, number, _step); break;
                case long number: Writer.Scalar("summary/" + name, number, _step); break;
                case double number: Writer.Scalar("summary/" + name, (float)number, _step); break;
                default: Writer.Text("summary/" + name, Invariant(value), _step); break;
            }
        }

        if (error is not null) Writer.Text("error", error.Message, _step);
        // A cancelled run may go on; only the first such record of a run counts.
        if (outcome != RunOutcome.Cancelled) Writer.HyperParameters("_hparams_/session_end_info", SessionEnd(outcome));
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private EventFileWriter Writer => _writer ?? throw new InvalidOperationException("The run has not begun; call Begin with its step before reporting.");

    private void WriteConfiguration(EventFileWriter writer, IReadOnlyDictionary<string, object?> configuration)
    {
        writer.HyperParameters("_hparams_/session_start_info", SessionStart(configuration));
        var table = new StringBuilder("| option | value |\n|---|---|\n");
        foreach ((string name, object? value) in configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal)) table.Append(CultureInfo.InvariantCulture, $"| {Cell(name)} | {Cell(Invariant(value))} |\n");
        writer.Text("configuration", table.ToString(), _step);
    }

    // Readers take a folder's files in the order of their names, and that is the order of the runs' beginnings also when the clock was set back.
    private string NewFilePath()
    {
        long seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (Directory.Exists(_folder))
        {
            foreach (string path in Directory.EnumerateFiles(_folder, FilePrefix + "*"))
            {
                string digits = Path.GetFileName(path)[FilePrefix.Length..].Split('.')[0];
                if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long earlier) && earlier < 9_999_999_999) seconds = Math.Max(seconds, earlier + 1);
            }
        }

        string host = string.Concat(Environment.MachineName.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        return Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{FilePrefix}{seconds:D10}.{host}.{Environment.ProcessId}.0"));
    }

    // The messages of tensorboard/plugins/hparams: HParamsPluginData, SessionStartInfo, SessionEndInfo.
    private static ReadOnlySpan<byte> SessionStart(IReadOnlyDictionary<string, object?> configuration)
    {
        const int textValue = 3;
        var data = new ProtobufWriter();
        int start = data.Begin(3);
        foreach ((string name, object? value) in configuration)
        {
            int pair = data.Begin(1);
            data.Text(1, name);
            int item = data.Begin(2);
            switch (value)
            {
                case bool flag: data.Integer(4, flag ? 1 : 0); break;
                case int number: data.Double(2, number); break;
                case long number: data.Double(2, number); break;
                case double number: data.Double(2, number); break;
                default: data.Text(textValue, Invariant(value)); break;
            }

            data.End(item);
            data.End(pair);
        }

        data.Double(5, EventFileWriter.Now);
        data.End(start);
        return data.Written;
    }

    private static ReadOnlySpan<byte> SessionEnd(RunOutcome outcome)
    {
        const int success = 1, failure = 2;
        var data = new ProtobufWriter();
        int end = data.Begin(4);
        data.Integer(1, outcome == RunOutcome.Finished ? success : failure);
        data.Double(2, EventFileWriter.Now);
        data.End(end);
        return data.Written;
    }

    private static string Invariant(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
