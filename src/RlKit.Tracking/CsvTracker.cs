using System.Globalization;
using System.Text;
using RlKit.Tracking.Files;

namespace RlKit.Tracking;

/// <summary>Writes the scalars of a run as comma-separated values: a row for each step that has some, a column for each name. pandas, R and Excel read it as it is.</summary>
/// <remarks>
/// <para>The first columns are <c>step</c> and <c>time</c> (seconds since 1970). A cell without a value is empty; numbers that are not finite are NaN, Infinity and -Infinity. When a
/// name comes for the first time, the file is written anew with one column more. Finished episodes are a file of their own, as in a run's directory (<see cref="EpisodesFile"/>).
/// Texts, pictures, videos, distributions, files and final values have no place here.</para>
/// <para>A run that goes on adds to its files, after rows of later steps were cut off. Rows are written by a background thread; only <see cref="Flush"/> waits for it, and only the end for the disk.</para>
/// </remarks>
public sealed class CsvTracker : ITracker
{
    private const int LongestNumber = 32;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string? _episodesPath;
    private readonly TrackerFaults _faults;
    private ScalarRow _row = new();
    private BackgroundFile? _file;
    private EpisodesWriter? _episodes;
    private int _columns;

    /// <summary>A tracker of one run.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="episodesPath">The file of finished episodes; null for none.</param>
    /// <param name="onError">Told what went wrong: once, when a file could not be written after some attempts; the tracker then does nothing more. It is called by any thread.</param>
    public CsvTracker(string path, string? episodesPath = null, Action<Exception>? onError = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
        _episodesPath = episodesPath is null ? null : Path.GetFullPath(episodesPath);
        _faults = new TrackerFaults(onError);
    }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public void Begin(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        Dispose();
        _row = new ScalarRow();
        _columns = 0;
        _faults.Guard(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            if (step > 0 && File.Exists(_path)) ReadColumns();
            if (step > 0) Rewrite(step);
            else WriteHeader();
            if (_episodesPath is not null) _episodes = new EpisodesWriter(_episodesPath, step);
        });
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_row.Filled > 0 && step != _row.Step) WriteRow();
        _row.Set(name, value, step);
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
        if (_episodes is null) return;
        try
        {
            _episodes.Add(step, environment, episodeReturn, length);
        }
        catch (IOException error)
        {
            _episodes = null;
            _faults.Report(error);
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        WriteRow();
        _file?.Flush();
        _faults.Guard(() => _episodes?.Flush());
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null) => Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        WriteRow();
        _file?.Dispose();
        _file = null;
        _faults.Guard(() => _episodes?.Dispose());
        _episodes = null;
    }

    private void WriteRow()
    {
        if (_row.Filled == 0) return;
        if (_faults.First is null && _columns != _row.Names.Count) _faults.Guard(() => Rewrite(long.MaxValue));
        if (_file is not null)
        {
            lock (_file.Gate)
            {
                Span<byte> line = _file.Reserve((_columns + 2) * LongestNumber);
                if (line.Length > 0) _file.Commit(Format(line));
            }
        }

        _row.Clear();
    }

    private int Format(Span<byte> line)
    {
        int length = 0;
        Append(line, ref length, _row.Step, default);
        line[length++] = (byte)',';
        Append(line, ref length, _row.Time, "F3");
        for (int i = 0; i < _columns; i++)
        {
            line[length++] = (byte)',';
            if (_row[i] is { } value) Append(line, ref length, value, "R");
        }

        line[length++] = (byte)'\n';
        return length;
    }

    private static void Append<T>(Span<byte> line, ref int length, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(line[length..], out int written, format, CultureInfo.InvariantCulture);
        length += written;
    }

    private void ReadColumns()
    {
        using var reader = new StreamReader(_path);
        if (reader.ReadLine() is not { } header || !header.StartsWith(MetricsCsv.FirstColumns, StringComparison.Ordinal)) throw new InvalidDataException($"'{_path}' is not what a {nameof(CsvTracker)} wrote; move it away.");
        foreach (string name in CsvLine.Split(header).Skip(2)) _row.Add(name);
        _columns = _row.Names.Count;
    }

    private void WriteHeader()
    {
        File.WriteAllText(_path, MetricsCsv.Header(_row.Names) + "\n");
        _file = new BackgroundFile(_path, WriteInterval, _faults, appends: true);
    }

    // With a column for each name that is known, and the rows up to a step.
    private void Rewrite(long lastStep)
    {
        _file?.Dispose();
        _file = null;
        AtomicFile.Write(_path, output =>
        {
            using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(MetricsCsv.Header(_row.Names));
            if (!File.Exists(_path)) return;
            string missing = new(',', _row.Names.Count - _columns);
            foreach (string line in WholeLines.Read(_path).Skip(1))
                if (long.TryParse(line.AsSpan(0, Math.Max(line.IndexOf(',', StringComparison.Ordinal), 0)), NumberStyles.None, CultureInfo.InvariantCulture, out long step) && step <= lastStep)
                    writer.WriteLine(line + missing);
        });
        _columns = _row.Names.Count;
        _file = new BackgroundFile(_path, WriteInterval, _faults, appends: true);
    }
}
