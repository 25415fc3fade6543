namespace RlKit.Tracking.TensorBoard;

/// <summary>What a session record says. The numbers are the file's.</summary>
public enum SessionStatus
{
    /// <summary>Nothing.</summary>
    Unspecified = 0,

    /// <summary>Writing starts, or goes on, at the record's step: what earlier files hold of this step and later ones no longer counts.</summary>
    Start = 1,

    /// <summary>Writing ended.</summary>
    Stop = 2,

    /// <summary>A checkpoint was written.</summary>
    Checkpoint = 3,
}
