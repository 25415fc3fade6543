using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace RlKit;

/// <summary>
/// A few threads that live as long as a vector environment and share its copies: thread k works on the k-th range of indices. A run allocates nothing.
/// The calling thread takes the first range, so that a crew of one starts no thread, and then every range that its thread has not begun: on a busy machine,
/// or with little to do, a run takes hardly longer than without threads.
/// </summary>
internal sealed class WorkerCrew : IDisposable
{
    // 50 microseconds: longer than the calls between two steps of a fast environment, shorter than an update of a network. A clock, because the length of
    // a processor's pause is only estimated, differently in every process.
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly Lock _runLock = new();
    private readonly object _start = new();
    private readonly object _finish = new();
    private readonly int _count;
    private readonly int _ranges;
    private readonly Thread[] _threads;
    private readonly Exception?[] _failures;

    // The last run in which each range was taken, by its thread or by the caller.
    private readonly int[] _taken;
    private Action<int, int>? _work;
    private volatile int _run;
    private volatile int _unfinished;
    private volatile int _sleeping;
    private volatile bool _callerSleeps;
    private bool _stopped;

    /// <summary>A crew over the indices 0 to count - 1.</summary>
    public WorkerCrew(int count, int threads)
    {
        _count = count;
        _ranges = Math.Min(threads, count);
        _failures = new Exception?[_ranges];
        _taken = new int[_ranges];
        _threads = new Thread[_ranges - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int range = i + 1;
            _threads[i] = new Thread(() => Serve(range)) { IsBackground = true, Name = $"RlKit vector environment {range}" };
            _threads[i].Start();
        }
    }

    /// <summary>Calls work(start, end) for every range, and returns when all are done. What a range throws is thrown here; the first range's, when several do.</summary>
    public void Run(Action<int, int> work)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        if (_ranges == 1)
        {
            work(0, _count);
            return;
        }

        lock (_runLock)
        {
            _work = work;
            _unfinished = _ranges;
            Start();
            for (int range = 0; range < _ranges; range++)
                if (TryTake(range, _run)) Work(range);
            AwaitOthers();
            _work = null;
            ThrowFailure();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_runLock)
        {
            if (_stopped) return;
            _stopped = true;
            Start();
        }

        foreach (Thread thread in _threads) thread.Join();
    }

    // Who goes to sleep says so first and then looks once more; who wakes changes what is looked at first and then asks whether someone sleeps. With a full
    // fence between the two on both sides one of them sees the other, and a lock is taken only when someone sleeps.
    private void Start()
    {
        Interlocked.Increment(ref _run);
        if (_sleeping == 0) return;
        lock (_start) Monitor.PulseAll(_start);
    }

    private void Serve(int range)
    {
        int seen = 0;
        while (true)
        {
            for (long start = Stopwatch.GetTimestamp(); _run == seen && Stopwatch.GetTimestamp() - start < SpinTicks;) Thread.SpinWait(1);
            if (_run == seen)
            {
                lock (_start)
                {
                    Interlocked.Increment(ref _sleeping);
                    while (_run == seen) Monitor.Wait(_start);
                    Interlocked.Decrement(ref _sleeping);
                }
            }

            // Runs that the caller did alone meanwhile are skipped.
            seen = _run;
            if (Volatile.Read(ref _stopped)) return;
            if (TryTake(range, seen)) Work(range);
        }
    }

    // Every range is taken once in every run, so that before the n-th it holds n - 1: a thread that comes late finds it taken, and leaves it alone.
    private bool TryTake(int range, int run) => Interlocked.CompareExchange(ref _taken[range], run, run - 1) == run - 1;

    private void Work(int range)
    {
        try
        {
            _work!((int)((long)_count * range / _ranges), (int)((long)_count * (range + 1) / _ranges));
        }
        catch (Exception exception)
        {
            _failures[range] = exception;
        }

        if (Interlocked.Decrement(ref _unfinished) > 0 || !_callerSleeps) return;
        lock (_finish) Monitor.Pulse(_finish);
    }

    private void AwaitOthers()
    {
        for (long start = Stopwatch.GetTimestamp(); _unfinished > 0 && Stopwatch.GetTimestamp() - start < SpinTicks;) Thread.SpinWait(1);
        if (_unfinished == 0) return;
        lock (_finish)
        {
            _callerSleeps = true;
            Interlocked.MemoryBarrier();
            while (_unfinished > 0) Monitor.Wait(_finish);
            _callerSleeps = false;
        }
    }

    private void ThrowFailure()
    {
        foreach (Exception? failure in _failures)
        {
            if (failure is null) continue;
            Array.Clear(_failures);
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
