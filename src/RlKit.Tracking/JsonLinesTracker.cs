using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RlKit.Tracking.Files;

namespace RlKit.Tracking;

/// <summary>Writes everything that a run reports as JSON lines: one object a line, which says by <c>event</c> what it is. For jq, DuckDB, pandas and log collectors.</summary>
/// <remarks>
/// <para>All have <c>event</c>, <c>step</c> and <c>time</c> (seconds since 1970). <c>scalars</c>: the numbers of one step by name. <c>episode</c>: <c>environment</c>, <c>return</c>, <c>length</c>.
/// <c>text</c>, <c>video</c>, <c>artifact</c>: <c>name</c> and <c>text</c> or <c>path</c>. <c>histogram</c>: <c>name</c>, <c>min</c>, <c>max</c>, <c>sum</c>, <c>sum_of_squares</c>,
/// <c>counts</c>. <c>config</c> and <c>summary</c>: <c>values</c> by name. <c>finish</c>: <c>outcome</c>, <c>error</c>. Numbers that are not finite are the texts NaN, Infinity and -Infinity, since JSON
/// has none. Pictures have no place here.</para>
/// <para>A run that goes on adds to its file, after lines of later steps were cut off. Lines are written by a background thread; only <see cref="Flush"/> waits for it, and only the end for the disk.</para>
/// </remarks>
public sealed class JsonLinesTracker : ITracker
{
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TrackerFaults _faults;
    private readonly SortedDictionary<string, object?> _summary = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _line = new();
    // Not made for the web: letters of all languages stay as they are.
    private readonly Utf8JsonWriter _json;
    private ScalarRow _row = new();
    private BackgroundFile? _file;
    private IReadOnlyDictionary<string, object?>? _configuration;
    private long _step;
    private bool _isFinished;

    /// <summary>A tracker of one run.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="onError">Told what went wrong: once, when the file could not be written after some attempts; the tracker then does nothing more. It is called by any thread.</param>
    public JsonLinesTracker(string path, Action<Exception>? onError = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
        _faults = new TrackerFaults(onError);
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public void Begin(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        _file?.Dispose();
        _file = null;
        _row = new ScalarRow();
        _summary.Clear();
        (_step, _isFinished) = (step, false);
        _faults.Guard(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            if (step == 0) File.Delete(_path);
            else if (File.Exists(_path)) CutOff(step);
            _file = new BackgroundFile(_path, WriteInterval, _faults, appends: true);
        });
        if (_configuration is not null) WriteValues("config", _configuration);
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        if (_file is not null) WriteValues("config", configuration);
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        ArgumentNullException.ThrowIfNull(name);
        GoTo(step);
        _row.Set(name, value, step);
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
        GoTo(step);
        Histogram histogram = Tracking.Histogram.Of(values);
        BeginLine("histogram", Now);
        _json.WriteString("name", name);
        _json.WriteNumber("min", histogram.Min);
        _json.WriteNumber("max", histogram.Max);
        _json.WriteNumber("sum", histogram.Sum);
        _json.WriteNumber("sum_of_squares", histogram.SumOfSquares);
        _json.WriteStartArray("counts");
        foreach (long count in histogram.Counts) _json.WriteNumberValue(count);
        _json.WriteEndArray();
        EndLine();
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step) => WriteNamed("text", name, "text", text, step);

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step) => WriteNamed("video", name, "path", path, step);

    /// <inheritdoc/>
    public void Artifact(string name, string path) => WriteNamed("artifact", name, "path", path, _step);

    /// <inheritdoc/>
    public void Summary(string name, object? value) => _summary[name] = value;

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length)
    {
        GoTo(step);
        BeginLine("episode", Now);
        _json.WriteNumber("environment", environment);
        WriteNumber("return", episodeReturn);
        _json.WriteNumber("length", length);
        EndLine();
    }

    /// <inheritdoc/>
    public void Flush()
    {
        WriteRow();
        _file?.Flush();
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        if (_file is null || _isFinished) return;
        _isFinished = true;
        WriteRow();
        if (_summary.Count > 0) WriteValues("summary", _summary);
        BeginLine("finish", Now);
        _json.WriteString("outcome", outcome.ToString().ToLowerInvariant());
        _json.WriteString("error", error?.Message);
        EndLine();
        _file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        WriteRow();
        _file?.Dispose();
        _file = null;
        _json.Dispose();
    }

    private static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    private void GoTo(long step)
    {
        if (step == _step) return;
        WriteRow();
        _step = step;
    }

    private void WriteRow()
    {
        if (_row.Filled == 0) return;
        BeginLine("scalars", _row.Time);
        for (int i = 0; i < _row.Names.Count; i++)
            if (_row[i] is { } value) WriteNumber(_row.Names[i] is "event" or "step" or "time" ? "_" + _row.Names[i] : _row.Names[i], value);
        EndLine();
        _row.Clear();
    }

    private void WriteNamed(string kind, string name, string property, string value, long step)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        GoTo(step);
        BeginLine(kind, Now);
        _json.WriteString("name", name);
        _json.WriteString(property, value);
        EndLine();
    }

    private void WriteValues(string kind, IEnumerable<KeyValuePair<string, object?>> values)
    {
        BeginLine(kind, Now);
        _json.WriteStartObject("values");
        foreach ((string name, object? value) in values)
        {
            switch (value)
            {
                case null: _json.WriteNull(name); break;
                case bool flag: _json.WriteBoolean(name, flag); break;
                case int number: _json.WriteNumber(name, number); break;
                case long number: _json.WriteNumber(name, number); break;
                case double number: WriteNumber(name, number); break;
                default: _json.WriteString(name, value.ToString()); break;
            }
        }

        _json.WriteEndObject();
        EndLine();
    }

    private void WriteNumber(string name, double value)
    {
        if (double.IsFinite(value)) _json.WriteNumber(name, value);
        else _json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }

    private void BeginLine(string kind, double time)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("event", kind);
        _json.WriteNumber("step", _step);
        _json.WriteNumber("time", Math.Round(time, 3));
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        ReadOnlySpan<byte> line = _line.WrittenSpan;
        if (_file is null) return;
        lock (_file.Gate)
        {
            Span<byte> room = _file.Reserve(line.Length + 1);
            if (room.Length == 0) return;
            line.CopyTo(room);
            room[line.Length] = (byte)'\n';
            _file.Commit(line.Length + 1);
        }
    }

    private void CutOff(long step) => AtomicFile.Write(_path, output =>
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        foreach (string line in WholeLines.Read(_path))
            if (StepOf(line) <= step) writer.WriteLine(line);
    });

    // A damaged line is of no use to anyone: it is cut off too.
    private static long StepOf(string line)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        try
        {
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("step"u8) && reader.Read()) return reader.GetInt64();
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
        }

        return long.MaxValue;
    }
}
