namespace RlKit.Tracking.Reports;

/// <summary>A video or a picture of a run.</summary>
/// <param name="Name">What it was reported as.</param>
/// <param name="Step">Its step; null for one that lies in the run's folder without having been reported.</param>
/// <param name="FilePath">The file.</param>
/// <param name="MediaType">Its type by its first bytes, for example "image/png".</param>
/// <param name="Length">Its bytes.</param>
internal sealed record ReportFile(string Name, long? Step, string FilePath, string MediaType, long Length)
{
    private const int SignatureLength = 12;

    /// <summary>The type of a file that a browser shows, by its first bytes; null for any other, so that a report holds no other files of the machine.</summary>
    public static string? FindMediaType(string path)
    {
        Span<byte> start = stackalloc byte[SignatureLength];
        using FileStream file = Open(path);
        start = start[..file.ReadAtLeast(start, SignatureLength, throwOnEndOfStream: false)];
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])) return "image/png";
        if (start.StartsWith("GIF8"u8)) return "image/gif";
        if (start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])) return "image/jpeg";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1a, 0x45, 0xdf, 0xa3])) return "video/webm";
        return start.Length == SignatureLength && start[4..8].SequenceEqual("ftyp"u8) ? "video/mp4" : null;
    }

    /// <summary>Opens a file that another process may be writing.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
