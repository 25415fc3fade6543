namespace RlKit.Tracking.Alerts;

/// <summary>An alert was not delivered.</summary>
/// <param name="message">Why, without secrets.</param>
/// <param name="isPermanent">Another attempt is of no use.</param>
/// <param name="inner">The error behind it.</param>
public sealed class AlertException(string message, bool isPermanent = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another attempt is of no use.</summary>
    public bool IsPermanent => isPermanent;

    /// <summary>How long the receiver asks to wait before another attempt; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
