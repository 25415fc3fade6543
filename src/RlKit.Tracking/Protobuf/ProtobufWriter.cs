using System.Buffers.Binary;
using System.Text;

namespace RlKit.Tracking.Protobuf;

/// <summary>Writes the fields of protobuf messages into a buffer that is used again. It allocates only to grow.</summary>
internal sealed class ProtobufWriter
{
    private const int MaxVarintLength = 10;

    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>What was written since the last <see cref="Clear"/>; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>The length of <see cref="Written"/>.</summary>
    public int Length => _length;

    public void Clear() => _length = 0;

    /// <summary>An int64, enum or bool field; a negative number takes ten bytes.</summary>
    public void Integer(int field, long value)
    {
        Tag(field, WireType.Varint);
        Varint((ulong)value);
    }

    public void Double(int field, double value)
    {
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        _length += sizeof(double);
    }

    public void Float(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Room(sizeof(float)), value);
        _length += sizeof(float);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Varint((ulong)value.Length);
        Raw(value);
    }

    public void Text(int field, ReadOnlySpan<char> value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Tag(field, WireType.Bytes);
        Varint((ulong)length);
        _length += Encoding.UTF8.GetBytes(value, Room(length));
    }

    /// <summary>A text field, left out where there is no text.</summary>
    public void OptionalText(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Text(field, value);
    }

    /// <summary>Begins a message that is a field of this one.</summary>
    /// <returns>What <see cref="End"/> is given.</returns>
    public int Begin(int field)
    {
        Tag(field, WireType.Bytes);
        Room(1);
        return ++_length;
    }

    /// <summary>Ends a message that <see cref="Begin"/> began.</summary>
    public void End(int start)
    {
        int length = _length - start, extra = VarintLength((ulong)length) - 1;
        if (extra > 0)
        {
            // One byte was left free for the length; a longer one moves the content.
            Room(extra);
            _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(start + extra));
        }

        _length = start - 1;
        Varint((ulong)length);
        _length += length;
    }

    /// <summary>Bytes that are fields already.</summary>
    public void Raw(ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(Room(fields.Length));
        _length += fields.Length;
    }

    private static int VarintLength(ulong value)
    {
        int length = 1;
        while ((value >>= 7) != 0) length++;
        return length;
    }

    private void Tag(int field, WireType type) => Varint((ulong)((field << 3) | (int)type));

    private void Varint(ulong value)
    {
        Span<byte> room = Room(MaxVarintLength);
        int i = 0;
        for (; value >= 0x80; value >>= 7) room[i++] = (byte)(value | 0x80);
        room[i++] = (byte)value;
        _length += i;
    }

    private Span<byte> Room(int length)
    {
        if (_length + length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + length));
        return _bytes.AsSpan(_length);
    }
}
