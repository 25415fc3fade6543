namespace RlKit;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>It did all its steps, or a stop condition was met.</summary>
    Finished,

    /// <summary>It was cancelled; a checkpoint was written and it can be resumed.</summary>
    Cancelled,

    /// <summary>An exception ended it.</summary>
    Failed,
}
