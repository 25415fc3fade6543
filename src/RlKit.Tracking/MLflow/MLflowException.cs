namespace RlKit.Tracking.MLflow;

/// <summary>A request to an MLflow server failed.</summary>
internal sealed class MLflowException(MLflowFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public MLflowFault Fault => fault;

    /// <summary>MLflow's name of the error; empty where it gave none.</summary>
    public string Code { get; init; } = "";

    /// <summary>How long the server asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsTransient => fault is MLflowFault.NotSent or MLflowFault.Unknown;
}
