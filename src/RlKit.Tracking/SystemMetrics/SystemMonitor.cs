using RlKit.Tracking.Files;

namespace RlKit.Tracking;

/// <summary>
/// Measures the process and its machine now and then, on a thread of its own: at once, after every interval, and at the end. What it measures goes to a tracker
/// (<see cref="ITracker.SystemMetrics"/>); <see cref="Metrics"/> has the names.
/// </summary>
/// <remarks>
/// Processor, memory, garbage collections and disk are measured everywhere, those of NVIDIA's GPUs where <c>nvidia-smi</c> is. The machine's processor time, its available memory
/// and what the process read and wrote are known on Linux only; other systems leave the first and the last out, and tell of memory as of the last garbage collection.
/// Shares of processor time are over the time since the measurement before, and the first one has none.
/// </remarks>
public sealed class SystemMonitor : IDisposable
{
    // A share of processor time over less says little.
    private const long ShortestMilliseconds = 100;

    private readonly object _gate = new();
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, double>>> _sources;
    private readonly ITracker _tracker;
    private readonly TimeSpan _interval;
    private readonly TrackerFaults _faults;
    private readonly Thread _thread;
    private bool _isEnding;

    /// <summary>Begins to measure.</summary>
    /// <param name="tracker">Where measurements go; it is to be disposed after the monitor.</param>
    /// <param name="folder">A folder on the disk that the run is written to.</param>
    /// <param name="options">How to work; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not above zero.</exception>
    public SystemMonitor(ITracker tracker, string folder, SystemMonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new SystemMonitorOptions();
        if (options.Interval <= TimeSpan.Zero || options.Interval.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), options.Interval, $"Interval is {options.Interval}; give a time above zero and below 24 days.");
        (_tracker, _interval, _faults) = (tracker, options.Interval, new TrackerFaults(options.OnError));
        _sources = [new ProcessorUse().Measure, MemoryUse.Measure, GarbageCollections.Measure, new DiskUse(folder).Measure, DiskTransfers.Measure];
        if (NvidiaSmi.Find(options.NvidiaSmi) is { } smi) _sources.Add(smi.Measure);
        _thread = new Thread(Run) { IsBackground = true, Name = "RlKit measures the system", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>The first thing that could not be measured; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <summary>Measures a last time and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        for (bool isLast = false; !isLast;)
        {
            Measure();
            long measured = Environment.TickCount64, next = measured + (long)_interval.TotalMilliseconds;
            lock (_gate)
            {
                while (!_isEnding && next - Environment.TickCount64 is > 0 and long wait) Monitor.Wait(_gate, (int)wait);
                isLast = _isEnding;
            }

            if (isLast && Environment.TickCount64 - measured >= ShortestMilliseconds) Measure();
        }
    }

    private void Measure()
    {
        _values.Clear();
        for (int i = _sources.Count - 1; i >= 0; i--)
        {
            try
            {
                _sources[i](_values);
            }
#pragma warning disable CA1031 // Whatever a system does not tell: it must not end the training.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _sources.RemoveAt(i);
                _faults.Report(error);
            }
        }

        _faults.Guard(() => _tracker.SystemMetrics(_values));
    }
}
