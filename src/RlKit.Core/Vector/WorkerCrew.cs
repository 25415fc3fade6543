using System.Runtime.ExceptionServices;

namespace RlKit;

/// <summary>
/// A few threads that live as long as a vector environment and share its copies: thread k works on the k-th range of indices. A run allocates nothing.
/// The calling thread takes the first range, so that a crew of one starts no thread.
/// </summary>
internal sealed class WorkerCrew : IDisposable
{
    // About 20 microseconds: longer than the calls between two steps of a fast environment, shorter than an update of a network.
    private const int Spins = 400;

    private readonly Lock _runLock = new();
    private readonly object _start = new();
    private readonly object _finish = new();
    private readonly int _count;
    private readonly int _ranges;
    private readonly Thread[] _threads;
    private readonly Exception?[] _failures;
    private Action<int, int>? _work;
    private volatile int _generation;
    private volatile int _pending;
    private bool _stopped;

    /// <summary>A crew over the indices 0 to count - 1.</summary>
    public WorkerCrew(int count, int threads)
    {
        _count = count;
        _ranges = Math.Min(threads, count);
        _failures = new Exception?[_ranges];
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
            _pending = _threads.Length;
            lock (_start)
            {
                _generation++;
                Monitor.PulseAll(_start);
            }

            Work(0);
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
            lock (_start)
            {
                _generation++;
                Monitor.PulseAll(_start);
            }
        }

        foreach (Thread thread in _threads) thread.Join();
    }

    private void Serve(int range)
    {
        int seen = 0;
        while (true)
        {
            for (int i = 0; i < Spins && _generation == seen; i++) Thread.SpinWait(10);
            if (_generation == seen)
            {
                lock (_start)
                {
                    while (_generation == seen) Monitor.Wait(_start);
                }
            }

            seen++;
            if (_stopped) return;
            Work(range);
            if (Interlocked.Decrement(ref _pending) > 0) continue;
            lock (_finish) Monitor.Pulse(_finish);
        }
    }

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
    }

    private void AwaitOthers()
    {
        for (int i = 0; i < Spins && _pending > 0; i++) Thread.SpinWait(10);
        if (_pending == 0) return;
        lock (_finish)
        {
            while (_pending > 0) Monitor.Wait(_finish);
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
