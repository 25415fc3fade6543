namespace RlKit.Tracking;

/// <summary>The disk of a folder.</summary>
internal sealed class DiskUse(string folder)
{
    private const double GibiByte = 1 << 30;

    // Windows knows drives by their root, other systems by any path on them.
    private readonly DriveInfo _drive = new(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : Path.GetFullPath(folder));

    public void Measure(Dictionary<string, double> values)
    {
        long free = _drive.AvailableFreeSpace, total = _drive.TotalSize;
        values[Metrics.SystemDiskFree] = free / GibiByte;
        if (total > 0) values[Metrics.SystemDiskPercent] = 100.0 * (total - free) / total;
    }
}
