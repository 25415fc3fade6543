namespace RlKit.Tracking.Alerts;

/// <summary>How an <see cref="AlertTracker"/> works.</summary>
public sealed record AlertTrackerOptions
{
    /// <summary>The shortest time between two alerts of one rule about a metric or the memory; crossings in between are counted, and the next alert tells how many. Zero or more.</summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time that <see cref="AlertTracker.Finish"/> waits for alerts that are on their way; 0 or more.</summary>
    public TimeSpan FinishTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told once for each channel that cannot be reached, and at the end for each rule whose metric was never reported. It is called by any thread; what it throws is ignored.</summary>
    public Action<Exception>? OnError { get; init; }

    // Each next wait is four times as long.
    internal TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    internal Func<long> Memory { get; init; } = static () => Environment.WorkingSet;
}
