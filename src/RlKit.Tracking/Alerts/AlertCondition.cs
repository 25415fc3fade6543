namespace RlKit.Tracking.Alerts;

/// <summary>What an <see cref="AlertRule"/> waits for.</summary>
internal enum AlertCondition
{
    Below,
    AtMost,
    Above,
    AtLeast,
    NotFinite,
    NoImprovement,
    NoDecrease,
    Memory,
    NoHeartbeat,
    NoProgress,
    Finished,
    Cancelled,
    Failed,
    Killed,
}
