using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace RlKit.Tracking;

/// <summary>Reads the metrics of a run, of one that is being written and of one that was killed too.</summary>
/// <remarks>
/// <para>The file is append-only and little-endian: the eight bytes <c>RLKITMET</c>, the format's number (uint32, 1), then records. A record is the length of its content (uint32),
/// the CRC-32C of length and content (uint32), and the content: a kind (one byte), the name's number (uint32), and then by kind</para>
/// <list type="table">
/// <item><term>1, a name</term><description>the name that this number stands for from here on, in UTF-8</description></item>
/// <item><term>2, a scalar</term><description>step (int64), time in seconds since 1970 (float64), value (float64)</description></item>
/// <item><term>3, a text</term><description>step, time, the text in UTF-8</description></item>
/// <item><term>4, a histogram</term><description>step, time, lowest, highest, sum, sum of squares (float64 each), and a count (int64) for each of 64 ranges</description></item>
/// <item><term>5, 6, 7, a video, an image, another file</term><description>step, time, the path in UTF-8</description></item>
/// </list>
/// <para>A process that is killed leaves at most one torn record, at the end; reading stops before it.</para>
/// </remarks>
public static class MetricsFile
{
    internal const byte NameKind = 1;
    internal const uint FormatVersion = 1;
    internal const int HeaderLength = 12;
    internal const int FrameLength = 8;
    internal const int StampLength = 1 + 4 + 8 + 8;

    private const int BufferLength = 1 << 18;

    internal static ReadOnlySpan<byte> Magic => "RLKITMET"u8;

    /// <summary>The records, in the order in which they were reported.</summary>
    /// <param name="path">The file; one that does not exist has no records.</param>
    /// <exception cref="InvalidDataException">The file is something else, or of a newer format.</exception>
    public static IEnumerable<MetricRecord> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadAll(path);
    }

    /// <summary>The values of one scalar, in the order in which they were reported.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static IReadOnlyList<(long Step, double Value)> Scalars(string path, string name) =>
        [.. Read(path).Where(record => record.Kind == MetricKind.Scalar && record.Name == name).Select(record => (record.Step, record.Value))];

    internal static uint Checksum(ReadOnlySpan<byte> content)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, (uint)content.Length);
        int i = 0;
        for (; i + 8 <= content.Length; i += 8) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(content[i..]));
        for (; i < content.Length; i++) crc = BitOperations.Crc32C(crc, content[i]);
        return ~crc;
    }

    private static IEnumerable<MetricRecord> ReadAll(string path)
    {
        var names = new Dictionary<uint, string>();
        foreach (ReadOnlyMemory<byte> content in Contents(path))
        {
            if (content.Span[0] == NameKind) names[NameNumber(content.Span)] = Encoding.UTF8.GetString(content.Span[5..]);
            else yield return Decode(content.Span, names, path);
        }
    }

    /// <summary>The contents of all whole records; each is valid until the next.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Contents(string path)
    {
        if (!File.Exists(path)) yield break;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] buffer = new byte[BufferLength];
        int start = 0, end = 0;
        if (!Fill(HeaderLength)) yield break;
        if (!buffer.AsSpan().StartsWith(Magic)) throw new InvalidDataException($"'{path}' is no file of metrics.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(Magic.Length));
        if (version > FormatVersion)
            throw new InvalidDataException($"'{path}' has metrics of format {version}, and this version of RlKit reads up to {FormatVersion}; read it with the version that wrote it, or a newer one.");

        start = HeaderLength;
        while (Fill(FrameLength))
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(start));
            if (length is < 5 or > int.MaxValue - FrameLength || !Fill(FrameLength + (int)length)) yield break;
            ReadOnlyMemory<byte> content = buffer.AsMemory(start + FrameLength, (int)length);
            if (Checksum(content.Span) != BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(start + 4))) yield break;
            yield return content;
            start += FrameLength + (int)length;
        }

        bool Fill(int length)
        {
            if (end - start >= length) return true;
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            // A length that the file cannot have reserves no memory.
            if (length > buffer.Length && length > end + file.Length - file.Position) return false;
            if (length > buffer.Length) Array.Resize(ref buffer, length);
            end += file.ReadAtLeast(buffer.AsSpan(end), length - end, throwOnEndOfStream: false);
            return end >= length;
        }
    }

    internal static uint NameNumber(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);

    internal static long Step(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadInt64LittleEndian(content[5..]);

    private static MetricRecord Decode(ReadOnlySpan<byte> content, Dictionary<uint, string> names, string path)
    {
        var kind = (MetricKind)content[0];
        if (content.Length < StampLength || !names.TryGetValue(NameNumber(content), out string? name))
            throw new InvalidDataException($"'{path}' has a record of kind {content[0]} without a name or a step; it was not written by RlKit.");
        double time = BinaryPrimitives.ReadDoubleLittleEndian(content[13..]);
        ReadOnlySpan<byte> rest = content[StampLength..];
        return kind switch
        {
            MetricKind.Scalar => new(kind, name, Step(content), time, BinaryPrimitives.ReadDoubleLittleEndian(rest), null, null),
            MetricKind.Histogram => new(kind, name, Step(content), time, 0, null, DecodeHistogram(rest)),
            _ => new(kind, name, Step(content), time, 0, Encoding.UTF8.GetString(rest), null),
        };
    }

    private static Histogram DecodeHistogram(ReadOnlySpan<byte> rest)
    {
        long[] counts = new long[(rest.Length - 32) / 8];
        for (int i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadInt64LittleEndian(rest[(32 + 8 * i)..]);
        return new Histogram(
            BinaryPrimitives.ReadDoubleLittleEndian(rest), BinaryPrimitives.ReadDoubleLittleEndian(rest[8..]),
            BinaryPrimitives.ReadDoubleLittleEndian(rest[16..]), BinaryPrimitives.ReadDoubleLittleEndian(rest[24..]), counts);
    }
}
