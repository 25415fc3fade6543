using System.Buffers.Binary;
using System.Text;

namespace RlKit.Tracking;

/// <summary>Appends records to a file of metrics. A scalar costs some tens of nanoseconds and allocates nothing.</summary>
internal sealed class MetricsWriter : IDisposable
{
    private const int BufferLength = 1 << 16;
    private const long WriteEveryMilliseconds = 1_000;

    private readonly Dictionary<string, uint> _names = new(StringComparer.Ordinal);
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly FileStream _file;
    private int _filled;
    private long _nextWrite = Environment.TickCount64 + WriteEveryMilliseconds;

    /// <summary>Opens the file of a run that is at a step: what follows it is dropped. At step 0 all is.</summary>
    public MetricsWriter(string path, long step)
    {
        if (step > 0 && File.Exists(path)) AtomicFile.Write(path, output => CopyUpTo(path, step, output));
        bool isNew = step == 0 || !File.Exists(path);
        // Unbuffered: the buffer here is the only one.
        _file = new FileStream(path, isNew ? FileMode.Create : FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (isNew)
        {
            WriteHeader(_file);
            return;
        }

        foreach (ReadOnlyMemory<byte> content in MetricsFile.Contents(path))
            if (content.Span[0] == MetricsFile.NameKind) _names[Encoding.UTF8.GetString(content.Span[5..])] = MetricsFile.NameNumber(content.Span);
        _file.Seek(0, SeekOrigin.End);
    }

    public void Scalar(string name, double value, long step)
    {
        Span<byte> content = Begin(MetricKind.Scalar, Number(name), step, MetricsFile.ScalarLength);
        BinaryPrimitives.WriteDoubleLittleEndian(content[MetricsFile.StampLength..], value);
        End(MetricsFile.ScalarLength);
    }

    public void Text(MetricKind kind, string name, string text, long step)
    {
        int length = MetricsFile.StampLength + Encoding.UTF8.GetByteCount(text);
        uint number = Number(name);
        if (length + MetricsFile.FrameLength <= BufferLength)
        {
            Encoding.UTF8.GetBytes(text, Begin(kind, number, step, length)[MetricsFile.StampLength..]);
            End(length);
            return;
        }

        // Longer than the buffer: on its own.
        Write();
        byte[] record = new byte[MetricsFile.FrameLength + length];
        Span<byte> content = record.AsSpan(MetricsFile.FrameLength);
        Stamp(content, (byte)kind, number, step);
        Encoding.UTF8.GetBytes(text, content[MetricsFile.StampLength..]);
        Frame(record, length);
        _file.Write(record);
    }

    public void Histogram(string name, Histogram histogram, long step)
    {
        int length = MetricsFile.StampLength + 8 * (4 + histogram.Counts.Count);
        Span<byte> rest = Begin(MetricKind.Histogram, Number(name), step, length)[MetricsFile.StampLength..];
        BinaryPrimitives.WriteDoubleLittleEndian(rest, histogram.Min);
        BinaryPrimitives.WriteDoubleLittleEndian(rest[8..], histogram.Max);
        BinaryPrimitives.WriteDoubleLittleEndian(rest[16..], histogram.Sum);
        BinaryPrimitives.WriteDoubleLittleEndian(rest[24..], histogram.SumOfSquares);
        for (int i = 0; i < histogram.Counts.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(rest[(32 + 8 * i)..], histogram.Counts[i]);
        End(length);
    }

    /// <summary>Makes all records durable.</summary>
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

    private static void WriteHeader(Stream output)
    {
        Span<byte> header = stackalloc byte[MetricsFile.HeaderLength];
        MetricsFile.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[MetricsFile.Magic.Length..], MetricsFile.FormatVersion);
        output.Write(header);
    }

    private static void CopyUpTo(string path, long step, Stream output)
    {
        // Not disposed: it would close what it writes to.
        var buffered = new BufferedStream(output, BufferLength);
        WriteHeader(buffered);
        byte[] frame = new byte[MetricsFile.FrameLength];
        foreach (ReadOnlyMemory<byte> content in MetricsFile.Contents(path))
        {
            if (content.Span[0] != MetricsFile.NameKind && MetricsFile.Step(content.Span) > step) continue;
            BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), MetricsFile.Checksum(content.Span));
            buffered.Write(frame);
            buffered.Write(content.Span);
        }

        buffered.Flush();
    }

    private uint Number(string name)
    {
        if (_names.TryGetValue(name, out uint number)) return number;
        number = (uint)_names.Count;
        _names.Add(name, number);
        int length = 5 + Encoding.UTF8.GetByteCount(name);
        if (length + MetricsFile.FrameLength > BufferLength) throw new ArgumentException($"The name of a metric has {name.Length} characters; give a shorter one.", nameof(name));
        Span<byte> content = Reserve(length);
        content[0] = MetricsFile.NameKind;
        BinaryPrimitives.WriteUInt32LittleEndian(content[1..], number);
        Encoding.UTF8.GetBytes(name, content[5..]);
        End(length);
        return number;
    }

    private Span<byte> Begin(MetricKind kind, uint number, long step, int length)
    {
        Span<byte> content = Reserve(length);
        Stamp(content, (byte)kind, number, step);
        return content;
    }

    private static void Stamp(Span<byte> content, byte kind, uint number, long step)
    {
        content[0] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(content[1..], number);
        BinaryPrimitives.WriteInt64LittleEndian(content[5..], step);
        BinaryPrimitives.WriteDoubleLittleEndian(content[13..], (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
    }

    private Span<byte> Reserve(int length)
    {
        if (_filled + MetricsFile.FrameLength + length > BufferLength) Write();
        return _buffer.AsSpan(_filled + MetricsFile.FrameLength, length);
    }

    private void End(int length)
    {
        Frame(_buffer.AsSpan(_filled), length);
        _filled += MetricsFile.FrameLength + length;
        // So that whoever watches a slow run sees it.
        if (Environment.TickCount64 >= _nextWrite) Write();
    }

    private static void Frame(Span<byte> record, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], MetricsFile.Checksum(record.Slice(MetricsFile.FrameLength, length)));
    }

    /// <summary>Makes all records visible to readers.</summary>
    public void Write()
    {
        _nextWrite = Environment.TickCount64 + WriteEveryMilliseconds;
        if (_filled == 0) return;
        _file.Write(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }
}
