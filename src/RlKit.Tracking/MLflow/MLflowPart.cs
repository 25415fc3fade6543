namespace RlKit.Tracking.MLflow;

/// <summary>One file of a queue: what one process reported.</summary>
internal sealed class MLflowPart
{
    public required int Number { get; init; }

    /// <summary>Records of later steps are not sent: the run went on from here, and reports them again.</summary>
    public long LastStep { get; set; } = long.MaxValue;

    /// <summary>The server has everything before this position of the file.</summary>
    public long Acknowledged { get; set; } = MetricsFile.HeaderLength;

    /// <summary>Up to where something was being sent of which nobody knows whether it arrived; not above <see cref="Acknowledged"/> when there is nothing such.</summary>
    public long Sending { get; set; }
}
