using System.Buffers.Binary;
using System.Text;
using RlKit.Tracking.Protobuf;

namespace RlKit.Tracking.TensorBoard;

/// <summary>
/// Reads an event file of TensorBoard (TFRecord framing, <c>Event</c> messages of tensorflow/core/util/event.proto) and checks every checksum. A file that
/// another process still writes can be read too: at its end <see cref="Read"/> gives null, and goes on when there is more.
/// </summary>
public sealed class EventFileReader : IDisposable
{
    internal const int HeaderLength = 12, FooterLength = 4;

    private const int BufferLength = 1 << 20;

    private readonly FileStream _file;
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _tags = new Dictionary<string, string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private byte[] _buffer = new byte[BufferLength];
    private int _start, _end;
    private long _offset, _index;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public EventFileReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    /// <summary>Whether the file, as far as it was read, ends within a record, as a process that was killed leaves it.</summary>
    public bool IsCut => _end > _start;

    /// <summary>All whole records of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A record is damaged.</exception>
    public static IEnumerable<EventRecord> ReadAll(string path)
    {
        using var reader = new EventFileReader(path);
        while (reader.Read() is { } record) yield return record;
    }

    /// <summary>The next record.</summary>
    /// <returns>Null at the end, also where the last record is cut.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The record is damaged.</exception>
    public EventRecord? Read()
    {
        if (!Fill(HeaderLength)) return null;
        ReadOnlySpan<byte> header = _buffer.AsSpan(_start, HeaderLength);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (Crc32C.Masked(header[..sizeof(ulong)]) != BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(ulong)..])) throw Damaged("its length does not match its checksum");
        if (length > int.MaxValue - HeaderLength - FooterLength) throw Damaged($"it has {length} bytes");
        int whole = HeaderLength + (int)length + FooterLength;
        if (!Fill(whole)) return null;
        ReadOnlySpan<byte> payload = _buffer.AsSpan(_start + HeaderLength, (int)length);
        if (Crc32C.Masked(payload) != BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start + HeaderLength + (int)length))) throw Damaged("its content does not match its checksum");
        EventRecord record;
        try
        {
            record = Decode(payload);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(exception.Message);
        }

        _start += whole;
        _offset += whole;
        _index++;
        return record;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private bool Fill(int length)
    {
        if (_end - _start >= length) return true;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        // A length that the file cannot have reserves no memory.
        if (length > _buffer.Length && length > _end + _file.Length - _file.Position) return false;
        if (length > _buffer.Length) Array.Resize(ref _buffer, length);
        _end += _file.ReadAtLeast(_buffer.AsSpan(_end), length - _end, throwOnEndOfStream: false);
        return _end >= length;
    }

    private InvalidDataException Damaged(string reason) => new($"The record {_index} of '{_file.Name}', at byte {_offset}, is damaged: {reason}.");

    private EventRecord Decode(ReadOnlySpan<byte> message)
    {
        double wallTime = 0;
        long step = 0;
        string? version = null, writer = null;
        SessionStatus? session = null;
        EventValue[] values = [];
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case EventFields.WallTime: wallTime = fields.Double(); break;
                case EventFields.Step: step = fields.Integer(); break;
                case EventFields.FileVersion: version = fields.Text(); break;
                case EventFields.Summary: values = DecodeSummary(fields.Bytes(), values); break;
                case EventFields.SessionLog: session = (SessionStatus)FirstInteger(fields.Bytes()); break;
                case EventFields.SourceMetadata: writer = FirstText(fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        return new EventRecord(_index, wallTime, step, version, writer, session, values);
    }

    private EventValue[] DecodeSummary(ReadOnlySpan<byte> message, EventValue[] values)
    {
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            if (field == 1) values = [.. values, DecodeValue(fields.Bytes())];
            else fields.Skip();
        }

        return values;
    }

    private EventValue DecodeValue(ReadOnlySpan<byte> message)
    {
        string tag = "";
        EventMetadata? metadata = null;
        bool isScalar = false;
        float scalar = 0;
        object? content = null;
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case EventFields.Tag: tag = Tag(fields.Bytes()); break;
                case EventFields.SimpleValue: (isScalar, scalar) = (true, fields.Float()); break;
                case EventFields.Image: content = DecodeImage(fields.Bytes()); break;
                case EventFields.Histogram: content = DecodeHistogram(fields.Bytes()); break;
                case EventFields.Audio: content = DecodeAudio(fields.Bytes()); break;
                case EventFields.Tensor: content = DecodeTensor(fields.Bytes()); break;
                case EventFields.Metadata: metadata = DecodeMetadata(fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        return new EventValue(tag, metadata, isScalar, scalar, content);
    }

    // A file has few tags and many values of each.
    private string Tag(ReadOnlySpan<byte> bytes)
    {
        const int onStack = 256;
        Span<char> room = bytes.Length <= onStack ? stackalloc char[onStack] : new char[bytes.Length];
        ReadOnlySpan<char> text = room[..Encoding.UTF8.GetChars(bytes, room)];
        if (_tags.TryGetValue(text, out string? tag)) return tag;
        tag = text.ToString();
        _tags[tag] = tag;
        return tag;
    }

    private static EventMetadata DecodeMetadata(ReadOnlySpan<byte> message)
    {
        string plugin = "", displayName = "", description = "";
        byte[] content = [];
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    var data = new ProtobufReader(fields.Bytes());
                    while (data.Next(out int part))
                    {
                        if (part == 1) plugin = data.Text();
                        else if (part == 2) content = data.Bytes().ToArray();
                        else data.Skip();
                    }

                    break;
                case 2: displayName = fields.Text(); break;
                case 3: description = fields.Text(); break;
                default: fields.Skip(); break;
            }
        }

        return new EventMetadata(plugin, content, displayName, description);
    }

    private static EventHistogram DecodeHistogram(ReadOnlySpan<byte> message)
    {
        double min = 0, max = 0, count = 0, sum = 0, squares = 0;
        List<double> edges = [], counts = [];
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 1: min = fields.Double(); break;
                case 2: max = fields.Double(); break;
                case 3: count = fields.Double(); break;
                case 4: sum = fields.Double(); break;
                case 5: squares = fields.Double(); break;
                case 6: fields.Doubles(edges); break;
                case 7: fields.Doubles(counts); break;
                default: fields.Skip(); break;
            }
        }

        return new EventHistogram(min, max, count, sum, squares, edges, counts);
    }

    private static EventImage DecodeImage(ReadOnlySpan<byte> message)
    {
        long height = 0, width = 0, colorSpace = 0;
        byte[] encoded = [];
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 1: height = fields.Integer(); break;
                case 2: width = fields.Integer(); break;
                case 3: colorSpace = fields.Integer(); break;
                case 4: encoded = fields.Bytes().ToArray(); break;
                default: fields.Skip(); break;
            }
        }

        return new EventImage(width, height, (int)colorSpace, encoded);
    }

    private static EventAudio DecodeAudio(ReadOnlySpan<byte> message)
    {
        float rate = 0;
        long channels = 0, length = 0;
        byte[] encoded = [];
        string contentType = "";
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 1: rate = fields.Float(); break;
                case 2: channels = fields.Integer(); break;
                case 3: length = fields.Integer(); break;
                case 4: encoded = fields.Bytes().ToArray(); break;
                case 5: contentType = fields.Text(); break;
                default: fields.Skip(); break;
            }
        }

        return new EventAudio(rate, channels, length, contentType, encoded);
    }

    private static EventTensor DecodeTensor(ReadOnlySpan<byte> message)
    {
        int type = 0;
        List<long> shape = [];
        List<double> numbers = [];
        List<ReadOnlyMemory<byte>> strings = [];
        ReadOnlySpan<byte> raw = [];
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            switch (field)
            {
                case 1: type = (int)fields.Integer(); break;
                case 2: DecodeShape(fields.Bytes(), shape); break;
                case 4: raw = fields.Bytes(); break;
                case 5: fields.Floats(numbers); break;
                case 6: fields.Doubles(numbers); break;
                case 8: strings.Add(fields.Bytes().ToArray()); break;
                default: fields.Skip(); break;
            }
        }

        if (type == EventTensor.Float)
            for (; raw.Length >= sizeof(float); raw = raw[sizeof(float)..]) numbers.Add(BinaryPrimitives.ReadSingleLittleEndian(raw));
        if (type == EventTensor.Double)
            for (; raw.Length >= sizeof(double); raw = raw[sizeof(double)..]) numbers.Add(BinaryPrimitives.ReadDoubleLittleEndian(raw));
        return new EventTensor(type, shape, numbers, strings);
    }

    private static void DecodeShape(ReadOnlySpan<byte> message, List<long> shape)
    {
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            if (field == 2) shape.Add(FirstInteger(fields.Bytes()));
            else fields.Skip();
        }
    }

    private static long FirstInteger(ReadOnlySpan<byte> message)
    {
        long value = 0;
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            if (field == 1) value = fields.Integer();
            else fields.Skip();
        }

        return value;
    }

    private static string FirstText(ReadOnlySpan<byte> message)
    {
        string value = "";
        var fields = new ProtobufReader(message);
        while (fields.Next(out int field))
        {
            if (field == 1) value = fields.Text();
            else fields.Skip();
        }

        return value;
    }
}
