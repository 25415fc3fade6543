using System.Buffers.Binary;
using System.Text;
using RlKit.Tracking.Files;

namespace RlKit.Tracking;

/// <summary>Appends records to a file of metrics, which a thread of its own writes. A scalar costs some tens of nanoseconds and allocates nothing.</summary>
/// <remarks>When the file can be written no more, every call throws an <see cref="IOException"/>.</remarks>
internal sealed class MetricsWriter : IDisposable
{
    private const int BodyStart = MetricsFile.FrameLength + MetricsFile.StampLength, CopyBufferLength = 1 << 16;

    // So that whoever watches a slow run sees it.
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, uint> _names = new(StringComparer.Ordinal);
    private readonly TrackerFaults _faults = new(null);
    private readonly BackgroundFile _file;

    /// <summary>Opens the file of a run that is at a step: what follows it is dropped. At step 0 all is.</summary>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public MetricsWriter(string path, long step)
    {
        if (step > 0 && File.Exists(path))
        {
            AtomicFile.Write(path, output => CopyUpTo(path, step, output));
            foreach (ReadOnlyMemory<byte> content in MetricsFile.Contents(path))
                if (content.Span[0] == MetricsFile.NameKind) _names[Encoding.UTF8.GetString(content.Span[5..])] = MetricsFile.NameNumber(content.Span);
        }
        else
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            WriteHeader(file);
        }

        _file = new BackgroundFile(path, WriteInterval, _faults, appends: true);
    }

    public void Scalar(string name, double value, long step)
    {
        lock (_file.Gate)
        {
            Span<byte> record = Begin(MetricKind.Scalar, name, step, sizeof(double));
            BinaryPrimitives.WriteDoubleLittleEndian(record[BodyStart..], value);
            End(record);
        }
    }

    public void Text(MetricKind kind, string name, string text, long step)
    {
        lock (_file.Gate)
        {
            Span<byte> record = Begin(kind, name, step, Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, record[BodyStart..]);
            End(record);
        }
    }

    public void Histogram(string name, Histogram histogram, long step)
    {
        lock (_file.Gate)
        {
            Span<byte> record = Begin(MetricKind.Histogram, name, step, 8 * (4 + histogram.Counts.Count)), rest = record[BodyStart..];
            BinaryPrimitives.WriteDoubleLittleEndian(rest, histogram.Min);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[8..], histogram.Max);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[16..], histogram.Sum);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[24..], histogram.SumOfSquares);
            for (int i = 0; i < histogram.Counts.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(rest[(32 + 8 * i)..], histogram.Counts[i]);
            End(record);
        }
    }

    /// <summary>Makes all records durable.</summary>
    public void Flush()
    {
        _file.Flush(toDisk: true);
        if (_faults.First is not null) throw Failed();
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_faults.First is not null) throw Failed();
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
        var buffered = new BufferedStream(output, CopyBufferLength);
        WriteHeader(buffered);
        byte[] frame = new byte[MetricsFile.FrameLength];
        foreach (ReadOnlyMemory<byte> content in MetricsFile.Contents(path))
        {
            if (content.Span[0] != MetricsFile.NameKind && MetricsFile.Step(content.Span) > step) continue;
            Frame(frame, content.Span);
            buffered.Write(frame);
            buffered.Write(content.Span);
        }

        buffered.Flush();
    }

    private Span<byte> Begin(MetricKind kind, string name, long step, int bodyLength)
    {
        if (!_names.TryGetValue(name, out uint number)) number = Add(name);
        Span<byte> record = Reserve(BodyStart + bodyLength), content = record[MetricsFile.FrameLength..];
        content[0] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(content[1..], number);
        BinaryPrimitives.WriteInt64LittleEndian(content[5..], step);
        BinaryPrimitives.WriteDoubleLittleEndian(content[13..], (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
        return record;
    }

    private uint Add(string name)
    {
        uint number = (uint)_names.Count;
        Span<byte> record = Reserve(MetricsFile.FrameLength + 5 + Encoding.UTF8.GetByteCount(name)), content = record[MetricsFile.FrameLength..];
        content[0] = MetricsFile.NameKind;
        BinaryPrimitives.WriteUInt32LittleEndian(content[1..], number);
        Encoding.UTF8.GetBytes(name, content[5..]);
        End(record);
        _names.Add(name, number);
        return number;
    }

    private Span<byte> Reserve(int length)
    {
        Span<byte> room = _file.Reserve(length);
        return room.IsEmpty ? throw Failed() : room[..length];
    }

    private void End(Span<byte> record)
    {
        Frame(record, record[MetricsFile.FrameLength..]);
        _file.Commit(record.Length);
    }

    private static void Frame(Span<byte> frame, ReadOnlySpan<byte> content)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], MetricsFile.Checksum(content));
    }

    private IOException Failed() => new($"'{_file.FilePath}' can be written no more: {_faults.First!.Message}", _faults.First);
}
