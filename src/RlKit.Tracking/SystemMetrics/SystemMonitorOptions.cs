namespace RlKit.Tracking;

/// <summary>How a <see cref="SystemMonitor"/> works.</summary>
public sealed record SystemMonitorOptions
{
    /// <summary>The time between two measurements; above zero. Default ten seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told once for each thing that could not be measured, which is then left out. It is called by the monitor's thread. What it throws is ignored.</summary>
    public Action<Exception>? OnError { get; init; }

    /// <summary>The program that tells of NVIDIA's GPUs; a name is looked for in the folders of PATH.</summary>
    internal string NvidiaSmi { get; init; } = "nvidia-smi";
}
