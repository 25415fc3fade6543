namespace RlKit.Tracking.Alerts;

/// <summary>Writes alerts to a writer, one line each, for example to <see cref="Console.Error"/>.</summary>
/// <param name="writer">The writer; it stays the caller's.</param>
public sealed class WriterChannel(TextWriter writer) : IAlertChannel
{
    private readonly TextWriter _writer = writer ?? throw new ArgumentNullException(nameof(writer));

    /// <inheritdoc/>
    public string Name => "the console";

    /// <inheritdoc/>
    public void Send(Alert alert, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        try
        {
            _writer.WriteLine($"ALERT {alert}");
            _writer.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new AlertException(error.Message, isPermanent: true, error);
        }
    }
}
