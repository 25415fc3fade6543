using System.Buffers.Binary;
using System.Text;
using RlKit.Tracking.Files;
using RlKit.Tracking.Protobuf;

namespace RlKit.Tracking.TensorBoard;

/// <summary>Writes one event file, for several threads. A scalar allocates nothing.</summary>
internal sealed class EventFileWriter : IDisposable
{
    private const string Version = "brain.Event:2", Writer = "RlKit";

    private readonly BackgroundFile _file;
    private readonly object _gate = new();
    private readonly ProtobufWriter _event = new();
    private readonly Dictionary<string, byte[]> _tags = new(StringComparer.Ordinal);

    public EventFileWriter(string path, TimeSpan interval, TrackerFaults faults)
    {
        _file = new BackgroundFile(path, interval, faults);
        _event.Clear();
        _event.Double(EventFields.WallTime, Now);
        _event.Text(EventFields.FileVersion, Version);
        int source = _event.Begin(EventFields.SourceMetadata);
        _event.Text(1, Writer);
        _event.End(source);
        Append();
    }

    public string FilePath => _file.FilePath;

    /// <summary>Seconds since 1970.</summary>
    public static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    public void Session(SessionStatus status, long step)
    {
        lock (_gate)
        {
            BeginEvent(step);
            int session = _event.Begin(EventFields.SessionLog);
            _event.Integer(1, (long)status);
            _event.End(session);
            Append();
        }
    }

    public void Scalar(string tag, float value, long step)
    {
        lock (_gate)
        {
            (int summary, int item) = BeginValue(tag, step);
            _event.Float(EventFields.SimpleValue, value);
            EndValue(summary, item);
        }
    }

    public void Text(string tag, string text, long step)
    {
        lock (_gate)
        {
            (int summary, int item) = BeginValue(tag, step);
            Metadata("text", []);
            int tensor = _event.Begin(EventFields.Tensor);
            _event.Integer(1, EventTensor.String);
            _event.Text(8, text);
            _event.End(tensor);
            EndValue(summary, item);
        }
    }

    public void Histogram(string tag, Histogram histogram, long step)
    {
        // Equal numbers are one bucket without a width.
        int buckets = histogram.Max > histogram.Min ? histogram.Counts.Count : 1;
        double width = (histogram.Max - histogram.Min) / buckets;
        byte[] content = new byte[3 * sizeof(double) * buckets];
        for (int i = 0; i < buckets; i++)
        {
            Span<byte> row = content.AsSpan(3 * sizeof(double) * i);
            BinaryPrimitives.WriteDoubleLittleEndian(row, histogram.Min + i * width);
            BinaryPrimitives.WriteDoubleLittleEndian(row[sizeof(double)..], i == buckets - 1 ? histogram.Max : histogram.Min + (i + 1) * width);
            BinaryPrimitives.WriteDoubleLittleEndian(row[(2 * sizeof(double))..], histogram.Counts[i]);
        }

        lock (_gate)
        {
            (int summary, int item) = BeginValue(tag, step);
            Metadata("histograms", []);
            int tensor = _event.Begin(EventFields.Tensor);
            _event.Integer(1, EventTensor.Double);
            int shape = _event.Begin(2);
            foreach (int length in (ReadOnlySpan<int>)[buckets, 3])
            {
                int axis = _event.Begin(2);
                _event.Integer(1, length);
                _event.End(axis);
            }

            _event.End(shape);
            _event.Bytes(4, content);
            _event.End(tensor);
            EndValue(summary, item);
        }
    }

    /// <summary>A PNG or GIF file.</summary>
    public void Image(string tag, int width, int height, ReadOnlySpan<byte> encoded, long step)
    {
        lock (_gate)
        {
            const int rgb = 3;
            (int summary, int item) = BeginValue(tag, step);
            int image = _event.Begin(EventFields.Image);
            _event.Integer(1, height);
            _event.Integer(2, width);
            _event.Integer(3, rgb);
            _event.Bytes(4, encoded);
            _event.End(image);
            EndValue(summary, item);
        }
    }

    /// <summary>A value that is only metadata, as hyper-parameters are.</summary>
    public void HyperParameters(string tag, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            (int summary, int item) = BeginValue(tag, step: 0);
            Metadata("hparams", content);
            EndValue(summary, item);
        }
    }

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private void BeginEvent(long step)
    {
        _event.Clear();
        _event.Double(EventFields.WallTime, Now);
        if (step != 0) _event.Integer(EventFields.Step, step);
    }

    private (int Summary, int Value) BeginValue(string tag, long step)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (!_tags.TryGetValue(tag, out byte[]? bytes)) _tags[tag] = bytes = Encoding.UTF8.GetBytes(tag);
        BeginEvent(step);
        int summary = _event.Begin(EventFields.Summary), item = _event.Begin(1);
        _event.Bytes(EventFields.Tag, bytes);
        return (summary, item);
    }

    private void EndValue(int summary, int item)
    {
        _event.End(item);
        _event.End(summary);
        Append();
    }

    private void Metadata(string plugin, ReadOnlySpan<byte> content)
    {
        int metadata = _event.Begin(EventFields.Metadata), data = _event.Begin(1);
        _event.Text(1, plugin);
        if (content.Length > 0) _event.Bytes(2, content);
        _event.End(data);
        _event.End(metadata);
    }

    private void Append()
    {
        ReadOnlySpan<byte> payload = _event.Written;
        int length = EventFileReader.HeaderLength + payload.Length + EventFileReader.FooterLength;
        lock (_file.Gate)
        {
            Span<byte> room = _file.Reserve(length);
            if (room.IsEmpty) return;
            BinaryPrimitives.WriteUInt64LittleEndian(room, (ulong)payload.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(room[sizeof(ulong)..], Crc32C.Masked(room[..sizeof(ulong)]));
            payload.CopyTo(room[EventFileReader.HeaderLength..]);
            BinaryPrimitives.WriteUInt32LittleEndian(room[(EventFileReader.HeaderLength + payload.Length)..], Crc32C.Masked(payload));
            _file.Commit(length);
        }
    }
}
