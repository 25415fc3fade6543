namespace RlKit.Tracking;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>A process is training it.</summary>
    Running,

    /// <summary>It did all its steps, or a stop condition was met.</summary>
    Finished,

    /// <summary>Someone ended it; it can be resumed.</summary>
    Cancelled,

    /// <summary>An error ended it.</summary>
    Failed,

    /// <summary>Its process ended without a word: a kill, a crash, a power failure. It can be resumed.</summary>
    Killed,
}
