using System.Buffers.Binary;
using System.Numerics;

namespace RlKit.Tracking.TensorBoard;

/// <summary>The checksum of event files: CRC-32C (RFC 3720, appendix B.4), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    private const uint MaskDelta = 0xA282EAD8;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint value = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) value = BitOperations.Crc32C(value, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte item in bytes) value = BitOperations.Crc32C(value, item);
        return ~value;
    }

    /// <summary>The checksum as TFRecord files store it.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Of(bytes), 15) + MaskDelta;
}
