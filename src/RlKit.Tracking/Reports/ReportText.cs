using System.Text;

namespace RlKit.Tracking.Reports;

/// <summary>A part of a text file of a run.</summary>
/// <param name="Text">The part, of whole lines where it is not the whole.</param>
/// <param name="Held">The bytes of the part.</param>
/// <param name="Length">The bytes of the file.</param>
internal sealed record ReportText(string Text, long Held, long Length)
{
    private const int MostBytes = 64 << 10;

    /// <summary>The end of a file; null where there is none, or it is empty.</summary>
    public static ReportText? Tail(string path)
    {
        if (!IsThere(path)) return null;
        using FileStream file = ReportFile.Open(path);
        long length = file.Length;
        file.Position = Math.Max(0, length - MostBytes);
        Span<byte> bytes = Read(file);
        if (length > MostBytes) bytes = bytes[(bytes.IndexOf((byte)'\n') + 1)..];
        return Make(bytes, length);
    }

    /// <summary>The beginning of a file; null where there is none, or it is empty.</summary>
    public static ReportText? Head(string path)
    {
        if (!IsThere(path)) return null;
        using FileStream file = ReportFile.Open(path);
        long length = file.Length;
        Span<byte> bytes = Read(file);
        int end = bytes.LastIndexOf((byte)'\n');
        if (length > MostBytes && end >= 0) bytes = bytes[..(end + 1)];
        return Make(bytes, length);
    }

    // A link could bring another file of this machine into a report.
    private static bool IsThere(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null };

    private static Span<byte> Read(FileStream file)
    {
        byte[] bytes = new byte[MostBytes];
        return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    // What is not UTF-8 becomes the replacement character.
    private static ReportText? Make(ReadOnlySpan<byte> bytes, long length) => length == 0 ? null : new ReportText(Encoding.UTF8.GetString(bytes), bytes.Length, length);
}
