using System.Diagnostics;
using System.Globalization;

namespace RlKit.Tracking;

/// <summary>Processor time of the process, and of the machine on Linux, since the measurement before.</summary>
internal sealed class ProcessorUse
{
    private const string MachineTimes = "/proc/stat";

    private long _measured, _machineBusy, _machineAll;
    private TimeSpan _process;

    public void Measure(Dictionary<string, double> values)
    {
        bool isFirst = _measured == 0;
        long now = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(_measured, now).TotalSeconds;
        TimeSpan process = Environment.CpuUsage.TotalTime;
        if (!isFirst) values[Metrics.SystemProcessProcessor] = Percent((process - _process).TotalSeconds, seconds * Environment.ProcessorCount);
        (_measured, _process) = (now, process);

        if (!OperatingSystem.IsLinux()) return;
        (long busy, long all) = MachineTime(File.ReadAllText(MachineTimes));
        // The times are in hundredths of a second: two measurements may see the same.
        if (!isFirst && all > _machineAll) values[Metrics.SystemProcessor] = Percent(busy - _machineBusy, all - _machineAll);
        (_machineBusy, _machineAll) = (busy, all);
    }

    /// <summary>The first line of /proc/stat: "cpu", then the times in user, nice, system, idle, waiting for a disk, interrupts (two), stolen, and of guests, which user and nice have too.</summary>
    internal static (long Busy, long All) MachineTime(string stat)
    {
        string[] cells = stat.AsSpan(0, stat.IndexOf('\n')).ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (cells.Length < 5 || cells[0] != "cpu") throw new InvalidDataException($"'{MachineTimes}' begins with '{string.Join(' ', cells)}', and not with the processors' times.");
        long[] times = [.. cells.Skip(1).Take(8).Select(cell => long.Parse(cell, CultureInfo.InvariantCulture))];
        long idle = times[3] + (times.Length > 4 ? times[4] : 0), all = times.Sum();
        return (all - idle, all);
    }

    // Two clocks of different grain.
    private static double Percent(double part, double whole) => Math.Clamp(100 * part / whole, 0, 100);
}
