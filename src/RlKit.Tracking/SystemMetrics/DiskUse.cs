namespace RlKit.Tracking;

/// <summary>The disk of a folder, and on Linux what the process read and wrote.</summary>
internal sealed class DiskUse(string folder)
{
    private const double MebiByte = 1 << 20, GibiByte = 1 << 30;
    private const string OwnTransfers = "/proc/self/io";

    // Windows knows drives by their root, other systems by any path on them.
    private readonly DriveInfo _drive = new(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : Path.GetFullPath(folder));

    public void Measure(Dictionary<string, double> values)
    {
        long free = _drive.AvailableFreeSpace, total = _drive.TotalSize;
        values[Metrics.SystemDiskFree] = free / GibiByte;
        if (total > 0) values[Metrics.SystemDiskPercent] = 100.0 * (total - free) / total;
        if (!OperatingSystem.IsLinux()) return;
        string transfers = File.ReadAllText(OwnTransfers);
        values[Metrics.SystemDiskRead] = MemoryUse.Number(transfers, "read_bytes:") / MebiByte;
        values[Metrics.SystemDiskWritten] = MemoryUse.Number(transfers, "write_bytes:") / MebiByte;
    }
}
