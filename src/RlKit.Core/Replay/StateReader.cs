using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RlKit.Replay;

/// <summary>Reads what <see cref="StateWriter"/> wrote, and says what is wrong with anything else.</summary>
internal ref struct StateReader
{
    private readonly BinaryReader _reader;
    private readonly string _kind;
    private StateChecksum _checksum;

    public StateReader(BinaryReader reader, string kind, int version)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _reader = reader;
        _kind = kind;
        string found;
        try
        {
            found = reader.ReadString();
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The data is not the state of a {kind}: it does not begin with its name.", exception);
        }

        if (found != kind)
            throw new InvalidDataException($"The data is not the state of a {kind}: it begins with '{(found.Length <= 40 ? found : found[..40] + "...")}'.");
        int foundVersion = ReadInt32();
        if (foundVersion != version)
            throw new InvalidDataException($"The state of the {kind} has version {foundVersion}; this version of RlKit reads {version}.");
    }

    public byte ReadByte()
    {
        byte value = 0;
        Read(new Span<byte>(ref value));
        return value;
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        Read(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Read(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    public void Read<T>(Span<T> values)
        where T : unmanaged => Read(MemoryMarshal.AsBytes(values));

    public void Read(scoped Span<byte> bytes)
    {
        try
        {
            _reader.BaseStream.ReadExactly(bytes);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"The state of the {_kind} ends early; it was not written to its end.", exception);
        }

        _checksum.Append(bytes);
    }

    /// <summary>Reads a number that has to be what this object was made with.</summary>
    public void Expect(string name, long own)
    {
        long found = ReadInt64();
        if (found != own)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The state is of a {_kind} with {name} {found}, and this one has {own}; make it with the same options."));
    }

    /// <summary>As <see cref="Expect(string, long)"/>, for a real number.</summary>
    public void Expect(string name, double own)
    {
        double found = ReadDouble();
        if (!found.Equals(own))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The state is of a {_kind} with {name} {found}, and this one has {own}; make it with the same options."));
    }

    public readonly InvalidDataException Damaged(string what) => new($"The state of the {_kind} is damaged: {what}.");

    public readonly void Finish()
    {
        ulong found;
        try
        {
            found = _reader.ReadUInt64();
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"The state of the {_kind} ends early; it was not written to its end.", exception);
        }

        if (found != _checksum.Value) throw Damaged("its checksum does not fit its content");
    }
}
