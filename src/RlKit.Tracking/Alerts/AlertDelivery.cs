using System.Security.Cryptography;
using RlKit.Tracking.Files;

namespace RlKit.Tracking.Alerts;

/// <summary>Sends alerts through channels, each of which fails alone and is reported once.</summary>
internal sealed class AlertDelivery(IReadOnlyList<IAlertChannel> channels, TrackerFaults faults, TimeSpan firstRetry)
{
    private const int MostAttempts = 3;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly HashSet<IAlertChannel> _failed = [];

    /// <summary>Sends an alert through all channels.</summary>
    /// <returns>Whether one of them, or none at all, took it.</returns>
    public bool Send(Alert alert, CancellationToken cancellation)
    {
        bool isSent = channels.Count == 0;
        foreach (IAlertChannel channel in channels) isSent |= Send(channel, alert, cancellation);
        return isSent;
    }

    private bool Send(IAlertChannel channel, Alert alert, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                channel.Send(alert, cancellation);
                return true;
            }
#pragma warning disable CA1031 // Whatever a channel does: it must not end the training, nor keep the other channels.
            catch (Exception error) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (attempt < MostAttempts && error is not AlertException { IsPermanent: true })
                {
                    TimeSpan wait = firstRetry * Math.Pow(4, attempt - 1) * (0.5 + RandomNumberGenerator.GetInt32(1000) / 2000.0);
                    if (error is AlertException { RetryAfter: { } asked } && asked > wait) wait = asked < LongestWait ? asked : LongestWait;
                    cancellation.WaitHandle.WaitOne(wait);
                    if (!cancellation.IsCancellationRequested) continue;
                }

                if (_failed.Add(channel)) faults.Report(new AlertException($"Alerts do not get through {channel.Name}: {error.Message}", inner: error));
                return false;
            }
        }
    }
}
