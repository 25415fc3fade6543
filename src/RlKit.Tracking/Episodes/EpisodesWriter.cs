using System.Globalization;
using System.Text;

namespace RlKit.Tracking;

/// <summary>Appends episodes to episodes.csv; it allocates nothing.</summary>
internal sealed class EpisodesWriter : IDisposable
{
    private const int BufferLength = 1 << 14;
    private const int LongestLine = 100;
    private const long WriteEveryMilliseconds = 1_000;

    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly FileStream _file;
    private int _filled;
    private long _nextWrite = Environment.TickCount64 + WriteEveryMilliseconds;

    /// <summary>Opens the file of a run that is at a step: later episodes are dropped.</summary>
    public EpisodesWriter(string path, long step)
    {
        if (step > 0 && File.Exists(path))
        {
            AtomicFile.Write(path, output =>
            {
                using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
                writer.WriteLine(EpisodesFile.Header);
                foreach ((_, string line) in EpisodesFile.Lines(path))
                    if (EpisodesFile.Parse(line) is { } row && row.Step <= step) writer.WriteLine(line);
            });
        }

        bool isNew = step == 0 || !File.Exists(path);
        _file = new FileStream(path, isNew ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (isNew) _file.Write(Encoding.UTF8.GetBytes(EpisodesFile.Header + "\n"));
    }

    public void Add(long step, int environment, double episodeReturn, int length)
    {
        if (_filled + LongestLine > BufferLength) Write();
        Append(step, (byte)',');
        Append(environment, (byte)',');
        Append(episodeReturn, (byte)',');
        Append(length, (byte)'\n');
        if (Environment.TickCount64 >= _nextWrite) Write();
    }

    /// <summary>Makes all lines durable.</summary>
    public void Flush()
    {
        Write();
        _file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        Write();
        _file.Dispose();
    }

    private void Append<T>(T value, byte end)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(_buffer.AsSpan(_filled), out int written, default, CultureInfo.InvariantCulture);
        _filled += written;
        _buffer[_filled++] = end;
    }

    private void Write()
    {
        _nextWrite = Environment.TickCount64 + WriteEveryMilliseconds;
        if (_filled == 0) return;
        _file.Write(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }
}
