using System.Diagnostics;
using System.Globalization;

namespace RlKit.Tracking;

/// <summary>Memory of the machine and of the process.</summary>
internal static class MemoryUse
{
    private const double MebiByte = 1 << 20, KibiBytesInMebiByte = 1 << 10;
    private const string MachineMemory = "/proc/meminfo", OwnStatus = "/proc/self/status";

    public static void Measure(Dictionary<string, double> values)
    {
        values[Metrics.SystemProcessMemory] = Environment.WorkingSet / MebiByte;
        (double total, double available) = OperatingSystem.IsLinux() ? OfLinux(File.ReadAllText(MachineMemory)) : OfRuntime();
        values[Metrics.SystemMemoryAvailable] = available;
        if (total > 0) values[Metrics.SystemMemoryPercent] = 100 * (1 - available / total);
        if (OperatingSystem.IsLinux())
        {
            values[Metrics.SystemProcessThreads] = Number(File.ReadAllText(OwnStatus), "Threads:");
        }
        else
        {
            using var process = Process.GetCurrentProcess();
            values[Metrics.SystemProcessThreads] = process.Threads.Count;
        }
    }

    internal static (double Total, double Available) OfLinux(string memory) => (Number(memory, "MemTotal:") / KibiBytesInMebiByte, Number(memory, "MemAvailable:") / KibiBytesInMebiByte);

    private static (double Total, double Available) OfRuntime()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return (memory.TotalAvailableMemoryBytes / MebiByte, Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) / MebiByte);
    }

    /// <summary>The number behind a name at the beginning of a line.</summary>
    internal static double Number(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal)) continue;
            ReadOnlySpan<char> rest = line[name.Length..].Trim();
            int end = rest.IndexOf(' ');
            return double.Parse(end < 0 ? rest : rest[..end], CultureInfo.InvariantCulture);
        }

        throw new InvalidDataException($"The system does not tell of '{name.TrimEnd(':')}'.");
    }
}
