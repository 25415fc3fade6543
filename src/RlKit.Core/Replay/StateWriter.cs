using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RlKit.Replay;

/// <summary>Writes a buffer's state: a header that names the kind and the sizes, the content, and a checksum over both.</summary>
internal ref struct StateWriter
{
    private readonly BinaryWriter _writer;
    private StateChecksum _checksum;

    public StateWriter(BinaryWriter writer, string kind, int version)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("The state of a buffer is written on little-endian machines only.");
        _writer = writer;
        _writer.Write(kind);
        Write(version);
    }

    public void Write(byte value) => Write([value]);

    public void Write(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Write(bytes);
    }

    public void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Write(MemoryMarshal.AsBytes(values));

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        _checksum.Append(bytes);
        _writer.Write(bytes);
    }

    public readonly void Finish() => _writer.Write(_checksum.Value);
}
