using System.Buffers.Binary;
using System.Text;

namespace RlKit.Tracking.Protobuf;

/// <summary>Reads the fields of a protobuf message, in the order in which they were written.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private WireType _type;

    /// <summary>Goes to the next field.</summary>
    /// <param name="field">Its number.</param>
    /// <returns>False at the message's end.</returns>
    /// <exception cref="InvalidDataException">These bytes are no message.</exception>
    public bool Next(out int field)
    {
        field = 0;
        if (_position >= _message.Length) return false;
        ulong tag = Varint();
        field = (int)(tag >> 3);
        _type = (WireType)(tag & 7);
        return field > 0 ? true : throw Malformed("a field has the number 0");
    }

    public long Integer()
    {
        Require(WireType.Varint);
        return (long)Varint();
    }

    public double Double()
    {
        Require(WireType.Fixed64);
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));
    }

    public float Float()
    {
        Require(WireType.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Require(WireType.Bytes);
        ulong length = Varint();
        return length <= (ulong)(_message.Length - _position) ? Take((int)length) : throw Malformed("a field is longer than its message");
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A repeated double: packed, or one value of it.</summary>
    public void Doubles(List<double> values)
    {
        if (_type == WireType.Fixed64)
        {
            values.Add(Double());
            return;
        }

        ReadOnlySpan<byte> packed = Bytes();
        for (; packed.Length >= sizeof(double); packed = packed[sizeof(double)..]) values.Add(BinaryPrimitives.ReadDoubleLittleEndian(packed));
    }

    /// <summary>A repeated float: packed, or one value of it.</summary>
    public void Floats(List<double> values)
    {
        if (_type == WireType.Fixed32)
        {
            values.Add(Float());
            return;
        }

        ReadOnlySpan<byte> packed = Bytes();
        for (; packed.Length >= sizeof(float); packed = packed[sizeof(float)..]) values.Add(BinaryPrimitives.ReadSingleLittleEndian(packed));
    }

    /// <summary>Passes over a field that is not known.</summary>
    public void Skip()
    {
        switch (_type)
        {
            case WireType.Varint: Varint(); break;
            case WireType.Fixed64: Take(sizeof(double)); break;
            case WireType.Bytes: Bytes(); break;
            case WireType.Fixed32: Take(sizeof(float)); break;
            default: throw Malformed($"there is no wire type {(int)_type}");
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_position >= _message.Length) throw Malformed("it ends within a number");
            byte next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Malformed("a number has more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _message.Length - _position) throw Malformed("it ends within a value");
        _position += length;
        return _message.Slice(_position - length, length);
    }

    private readonly void Require(WireType type)
    {
        if (_type != type) throw Malformed($"a field is of wire type {(int)_type} instead of {(int)type}");
    }

    private static InvalidDataException Malformed(string reason) => new($"These bytes are no protobuf message of the expected kind: {reason}.");
}
