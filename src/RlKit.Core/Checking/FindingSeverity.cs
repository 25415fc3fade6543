namespace RlKit;

/// <summary>How bad a finding of <see cref="EnvironmentChecker"/> is.</summary>
public enum FindingSeverity
{
    /// <summary>It may be meant so, but it often is a mistake; it can be silenced by its code.</summary>
    Warning,

    /// <summary>The environment breaks its contract, and what is learned in it cannot be trusted.</summary>
    Error,
}
