namespace RlKit.Video;

/// <summary>The checksum of PNG chunks (ISO 3309, polynomial 0xEDB88320 with the bits reversed).</summary>
internal static class Crc32
{
    private static readonly uint[] Table = BuildTable();

    /// <summary>The checksum of all bytes so far and these; it begins with 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint value = ~checksum;
        foreach (byte item in bytes) value = Table[(byte)(value ^ item)] ^ (value >> 8);
        return ~value;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
