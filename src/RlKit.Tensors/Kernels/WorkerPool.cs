using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// A few threads that share the parts of one operation with the caller. The parts are a fixed partition of the outputs, so
/// that the result does not depend on who computes which part or on how many threads there are. Idle threads spin briefly, then sleep.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>The most parts one run may have.</summary>
    public const int MaxParts = 0xFFFF;

    // About 20 microseconds: longer than the pause between two operations of an update, too short to disturb others.
    private const int SpinsBeforeSleep = 400;

    private readonly SemaphoreSlim _wake = new(0);
    private Thread[] _workers = [];
    private delegate*<void*, int, void> _body;
    private void* _context;
    private int _busy;
    private int _sleeping;
    private int _finished;
    private volatile bool _disposed;

    // Run number (32 bits), parts (16), next part (16): one word, so that taking a part also checks that its run is still open.
    private long _ticket;

    /// <param name="threads">How many threads work on an operation, the caller's included; at least 1.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
    }

    public int Threads { get; }

    /// <summary>
    /// Calls <paramref name="body"/> with (context, part) for each part in 0..parts-1 and returns when all have finished.
    /// The body must not throw. While another thread uses the pool, the caller works alone.
    /// </summary>
    public void Run(int parts, delegate*<void*, int, void> body, void* context)
    {
        if (parts > MaxParts)
            throw new ArgumentOutOfRangeException(nameof(parts), parts, $"At most {MaxParts} parts in a run.");

        if (Threads == 1 || parts <= 1 || _disposed || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (var part = 0; part < parts; part++)
                body(context, part);
            return;
        }

        if (_workers.Length == 0)
            Start();

        _body = body;
        _context = context;
        _finished = 0;
        Interlocked.Exchange(ref _ticket, ((_ticket >> 32) + 1) << 32 | (long)parts << 16);

        var sleeping = Volatile.Read(ref _sleeping);
        if (sleeping > 0)
            _wake.Release(Math.Min(sleeping, parts - 1));

        TakeParts();
        var spin = new SpinWait();
        while (Volatile.Read(ref _finished) < parts)
            spin.SpinOnce(sleep1Threshold: -1);

        Volatile.Write(ref _busy, 0);
    }

    public void Dispose()
    {
        _disposed = true;
        if (_workers.Length > 0)
            _wake.Release(_workers.Length);
    }

    private void Start()
    {
        _workers = new Thread[Threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"RlKit tensor worker {i + 1}" };
            _workers[i].Start();
        }
    }

    private void Work()
    {
        while (!_disposed)
        {
            for (var spins = 0; spins < SpinsBeforeSleep; spins++)
            {
                if (TakeParts())
                    spins = 0;
                Thread.SpinWait(8);
            }

            Interlocked.Increment(ref _sleeping);
            if (!Open(Volatile.Read(ref _ticket)) && !_disposed)
                _wake.Wait();
            Interlocked.Decrement(ref _sleeping);
        }
    }

    /// <summary>Works until no part is left; true if there was one.</summary>
    private bool TakeParts()
    {
        var worked = false;
        for (var ticket = Volatile.Read(ref _ticket); Open(ticket); ticket = Volatile.Read(ref _ticket))
        {
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
                continue;

            // The run cannot end, nor its fields change, before this part is reported as finished.
            _body(_context, (int)(ticket & 0xFFFF));
            Interlocked.Increment(ref _finished);
            worked = true;
        }
        return worked;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Open(long ticket) => (ticket & 0xFFFF) < ((ticket >> 16) & 0xFFFF);
}
