using System.Globalization;
using System.Text;

namespace RlKit.Tracking;

/// <summary>Writes what a run reports as plain lines, for a console or a log: <c>step 10,000  rollout/ep_rew_mean 123.4  train/loss 0.0123</c>.</summary>
public sealed class ConsoleTracker : ITracker
{
    private readonly TextWriter _output;
    private readonly TimeSpan _interval;
    private readonly SortedDictionary<string, object?> _summary = new(StringComparer.Ordinal);
    private readonly StringBuilder _line = new();
    private readonly ScalarRow _row = new();
    private long _nextLine;

    /// <summary>A tracker that writes to a console or another text.</summary>
    /// <param name="output">Where the lines go, for example <see cref="Console.Out"/>; it stays the caller's.</param>
    /// <param name="interval">The shortest time between two lines of scalars, of which one shows the newest value of each name since the last; null for a line for each step that has some.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is negative.</exception>
    public ConsoleTracker(TextWriter output, TimeSpan? interval = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval ?? TimeSpan.Zero, TimeSpan.Zero, nameof(interval));
        _output = output;
        _interval = interval ?? TimeSpan.Zero;
    }

    /// <inheritdoc/>
    public void Begin(long step)
    {
        _row.Clear();
        _summary.Clear();
        _nextLine = Environment.TickCount64 + (long)_interval.TotalMilliseconds;
        if (step > 0) _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step:N0}  goes on"));
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach ((string name, object? value) in configuration) _output.WriteLine($"{name} {Shown(value)}");
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (step != _row.Step && Environment.TickCount64 >= _nextLine) WriteRow();
        _row.Set(name, value, step);
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(step, name, text.ReplaceLineEndings(" "));
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step) => Write(step, name, path);

    /// <inheritdoc/>
    public void Artifact(string name, string path) => Write(_row.Step, name, path);

    /// <inheritdoc/>
    public void Summary(string name, object? value) => _summary[name] = value;

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length)
    {
    }

    /// <inheritdoc/>
    public void Flush() => _output.Flush();

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        WriteRow();
        foreach ((string name, object? value) in _summary) _output.WriteLine($"{name} {Shown(value)}");
        _summary.Clear();
        _output.WriteLine(error is null ? outcome.ToString().ToLowerInvariant() : $"{outcome.ToString().ToLowerInvariant()}: {error.Message.ReplaceLineEndings(" ")}");
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => WriteRow();

    private static string Shown(object? value) => value switch
    {
        null => "-",
        bool flag => flag ? "true" : "false",
        double number => number.ToString(Math.Abs(number) is >= 10_000 and < 1e15 ? "F0" : "G5", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!.ReplaceLineEndings(" "),
    };

    private void WriteRow()
    {
        if (_row.Filled == 0) return;
        _nextLine = Environment.TickCount64 + (long)_interval.TotalMilliseconds;
        _line.Clear().Append(CultureInfo.InvariantCulture, $"step {_row.Step:N0}");
        for (int i = 0; i < _row.Names.Count; i++)
            if (_row[i] is { } value) _line.Append("  ").Append(_row.Names[i]).Append(' ').Append(Shown(value));
        _output.WriteLine(_line);
        _row.Clear();
    }

    private void Write(long step, string name, string text) => _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step:N0}  {name} {text}"));
}
