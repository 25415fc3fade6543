namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>The names that Weights &amp; Biases has for measurements of the machine.</summary>
internal static class WandbSystemNames
{
    private const string Prefix = "system/", GpuPrefix = "system/gpu_";

    /// <summary>The name there of a measurement, for example of <see cref="Metrics.SystemProcessor"/>.</summary>
    public static string Of(string name)
    {
        switch (name)
        {
            // What is called cpu there is this process's share of all processors.
            case Metrics.SystemProcessProcessor: return "cpu";
            case Metrics.SystemProcessor: return "cpu_machine";
            case Metrics.SystemMemoryPercent: return "memory_percent";
            case Metrics.SystemMemoryAvailable: return "proc.memory.availableMB";
            case Metrics.SystemProcessMemory: return "proc.memory.rssMB";
            case Metrics.SystemProcessThreads: return "proc.cpu.threads";
            case Metrics.SystemDiskPercent: return "disk.runs.usagePercent";
        }

        if (name.StartsWith(GpuPrefix, StringComparison.Ordinal) && name[GpuPrefix.Length..].Split('_', 2) is [string index, string what])
        {
            switch (what)
            {
                case "percent": return $"gpu.{index}.gpu";
                case "memory_percent": return $"gpu.{index}.memoryAllocated";
                case "temperature": return $"gpu.{index}.temp";
                case "power_watts": return $"gpu.{index}.powerWatts";
            }
        }

        return (name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name).Replace('/', '.');
    }
}
