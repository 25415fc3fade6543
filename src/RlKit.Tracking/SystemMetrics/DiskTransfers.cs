namespace RlKit.Tracking;

/// <summary>What the process read from disks and wrote to them, on Linux.</summary>
internal static class DiskTransfers
{
    private const double MebiByte = 1 << 20;
    private const string Own = "/proc/self/io";

    public static void Measure(Dictionary<string, double> values)
    {
        if (!OperatingSystem.IsLinux()) return;
        string transfers = File.ReadAllText(Own);
        values[Metrics.SystemDiskRead] = MemoryUse.Number(transfers, "read_bytes:") / MebiByte;
        values[Metrics.SystemDiskWritten] = MemoryUse.Number(transfers, "write_bytes:") / MebiByte;
    }
}
