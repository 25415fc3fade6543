namespace RlKit.Tests;

/// <summary>Checksums by their definition, a bit at a time.</summary>
internal static class Checksums
{
    public static uint Crc32(ReadOnlySpan<byte> bytes) => Reflected(bytes, 0xEDB88320);

    public static uint Crc32C(ReadOnlySpan<byte> bytes) => Reflected(bytes, 0x82F63B78);

    private static uint Reflected(ReadOnlySpan<byte> bytes, uint polynomial)
    {
        uint value = uint.MaxValue;
        foreach (byte item in bytes)
        {
            value ^= item;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? polynomial ^ (value >> 1) : value >> 1;
        }

        return ~value;
    }
}
