using System.Text;

namespace RlKit.Tracking;

/// <summary>
/// Shows text where it would have gone, and hands it to a tracker too (<see cref="ITracker.ConsoleText"/>). For one of the console's two streams:
/// <c>Console.SetOut(new ConsoleTee(Console.Out, tracker, isError: false))</c>.
/// </summary>
/// <remarks>What native code and other processes write does not come by here.</remarks>
public sealed class ConsoleTee : TextWriter
{
    private readonly ITracker _tracker;
    private readonly bool _isError;

    /// <summary>A writer in front of another.</summary>
    /// <param name="shown">Where text is shown; it stays the caller's.</param>
    /// <param name="tracker">Where text goes too; it stays the caller's.</param>
    /// <param name="isError">Whether this is the standard error.</param>
    public ConsoleTee(TextWriter shown, ITracker tracker, bool isError)
        : base(shown?.FormatProvider)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(tracker);
        (Shown, _tracker, _isError) = (shown, tracker, isError);
    }

    /// <summary>Where text is shown. What is drawn on it directly, as bars that move, is not handed on.</summary>
    public TextWriter Shown { get; }

    /// <inheritdoc/>
    public override Encoding Encoding => Shown.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (!buffer.IsEmpty) Write(buffer.ToString());
    }

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        Shown.Write(value);
        _tracker.ConsoleText(value, _isError);
    }

    /// <inheritdoc/>
    public override void WriteLine() => Write(NewLine);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc/>
    public override void WriteLine(ReadOnlySpan<char> buffer) => Write(string.Concat(buffer, NewLine));

    /// <inheritdoc/>
    public override void Flush() => Shown.Flush();
}
