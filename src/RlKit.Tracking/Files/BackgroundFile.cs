using Microsoft.Win32.SafeHandles;

namespace RlKit.Tracking.Files;

/// <summary>
/// A file that grows at its end and is written by a thread of its own. Whoever adds to it waits only when the disk is a whole buffer behind; nothing is
/// dropped. When writing fails it is tried again a few times, from where the last whole write ended; then the file is given up and says so.
/// </summary>
internal sealed class BackgroundFile : IDisposable
{
    private const int BufferLength = 1 << 20, WakeLength = 1 << 16;

    private static readonly int[] RetryMilliseconds = [50, 200, 1_000];

    private readonly object _gate = new();
    private readonly TimeSpan _interval;
    private readonly TrackerFaults _faults;
    private readonly bool _appends;
    private readonly Thread _thread;
    private byte[] _pending = new byte[BufferLength], _writing = new byte[BufferLength];
    private int _filled;
    private long _flushesAsked, _flushesDone, _end;
    private bool _isClosing, _hasFailed, _isDiskAsked, _isDurable;
    private SafeFileHandle? _file;

    /// <summary>Makes a new file when there is something to write, or goes on with one.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="interval">The longest time that something added waits for being written.</param>
    /// <param name="faults">Told what made it give up.</param>
    /// <param name="appends">Adds to a file that exists; else such a file is an error.</param>
    public BackgroundFile(string path, TimeSpan interval, TrackerFaults faults, bool appends = false)
    {
        FilePath = path;
        _interval = interval;
        _faults = faults;
        _appends = appends;
        _thread = new Thread(Run) { IsBackground = true, Name = "RlKit writes " + Path.GetFileName(path) };
        _thread.Start();
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>What is held while something is added.</summary>
    public object Gate => _gate;

    /// <summary>Room for bytes to add. To be called, with <see cref="Commit"/>, by whoever holds <see cref="Gate"/>; it may be let go while waiting.</summary>
    /// <returns>At least so many bytes; none when the file was given up.</returns>
    public Span<byte> Reserve(int length)
    {
        while (!_hasFailed && _filled > 0 && _filled + length > _pending.Length)
        {
            Monitor.PulseAll(_gate);
            Monitor.Wait(_gate);
        }

        if (_hasFailed) return [];
        if (length > _pending.Length) _pending = new byte[length];
        return _pending.AsSpan(_filled);
    }

    /// <summary>Adds the first bytes of what <see cref="Reserve"/> gave.</summary>
    public void Commit(int length)
    {
        bool wakes = _filled < WakeLength && _filled + length >= WakeLength;
        _filled += length;
        if (wakes) Monitor.PulseAll(_gate);
    }

    /// <summary>
    /// Returns when everything added is with the operating system, which keeps it if the process is killed, or the file was given up. Only the end waits for the disk in any case: a training
    /// that waited for several disk writes at every checkpoint would be slower by a fifth.
    /// </summary>
    /// <param name="toDisk">Waits for the disk, as the record does, of which all else are copies.</param>
    public void Flush(bool toDisk = false)
    {
        lock (_gate)
        {
            long flush = ++_flushesAsked;
            _isDiskAsked |= toDisk;
            Monitor.PulseAll(_gate);
            while (_flushesDone < flush && !_hasFailed) Monitor.Wait(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosing = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        _file?.Dispose();
    }

    private void Run()
    {
        try
        {
            while (WriteNext())
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            lock (_gate)
            {
                _faults.Keep(exception);
                _hasFailed = true;
                Monitor.PulseAll(_gate);
            }

            _faults.Tell(exception);
        }
    }

    private bool WriteNext()
    {
        int length;
        long flush;
        bool isLast, toDisk;
        lock (_gate)
        {
            if (_filled < WakeLength && _flushesAsked == _flushesDone && !_isClosing) Monitor.Wait(_gate, _interval);
            (_pending, _writing) = (_writing, _pending);
            (length, _filled) = (_filled, 0);
            (flush, isLast, toDisk) = (_flushesAsked, _isClosing, _isDiskAsked);
            _isDiskAsked = false;
            Monitor.PulseAll(_gate);
        }

        bool isFlush = flush > _flushesDone || (isLast && (_file is not null || length > 0));
        if (length > 0 || isFlush) Write(_writing.AsSpan(0, length), toDisk || isLast);
        if (_writing.Length > BufferLength) _writing = new byte[BufferLength];
        lock (_gate)
        {
            _flushesDone = flush;
            Monitor.PulseAll(_gate);
            return !isLast;
        }
    }

    private void Write(ReadOnlySpan<byte> bytes, bool toDisk)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _file ??= Open();
                if (bytes.Length > 0) _isDurable = false;
                RandomAccess.Write(_file, bytes, _end);
                // It takes milliseconds, and a run that ends asks for it three times.
                if (toDisk && !_isDurable) RandomAccess.FlushToDisk(_file);
                _isDurable |= toDisk;
                _end += bytes.Length;
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && attempt < RetryMilliseconds.Length)
            {
                Thread.Sleep(RetryMilliseconds[attempt]);
            }
        }
    }

    private SafeFileHandle Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        SafeFileHandle file = File.OpenHandle(FilePath, _appends ? FileMode.OpenOrCreate : FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
        _end = RandomAccess.GetLength(file);
        return file;
    }
}
