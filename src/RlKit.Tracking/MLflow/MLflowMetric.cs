namespace RlKit.Tracking.MLflow;

/// <summary>A value on its way to the server.</summary>
/// <param name="Name">The metric's name as it was reported.</param>
/// <param name="Key">Its name in MLflow.</param>
/// <param name="Value">The number.</param>
/// <param name="Step">Environment steps.</param>
/// <param name="Time">Milliseconds since 1970; no other value of the same name and step has it.</param>
/// <param name="Need">What is to be done with it.</param>
internal sealed record MLflowMetric(string Name, string Key, double Value, long Step, long Time, MLflowNeed Need)
{
    /// <summary>The server has it.</summary>
    public bool IsThere { get; set; }
}
