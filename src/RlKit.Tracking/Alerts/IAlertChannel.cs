namespace RlKit.Tracking.Alerts;

/// <summary>Where alerts go. A channel is used by one thread at a time.</summary>
public interface IAlertChannel
{
    /// <summary>What it is, for messages; no secret.</summary>
    string Name { get; }

    /// <summary>Sends an alert, and returns when it is delivered.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="AlertException">It was not delivered.</exception>
    void Send(Alert alert, CancellationToken cancellation);
}
