using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace RlKit.Video;

/// <summary>Writes the parts of a PNG file: 8-bit RGB, not interlaced (W3C Portable Network Graphics, third edition).</summary>
internal sealed class PngEncoder
{
    private const int BytesPerPixel = 3;

    private byte[] _rows = [];
    private byte[] _best = [], _candidate = [], _zeros = [];

    private enum Filter : byte
    {
        None,
        Left,
        Up,
        Paeth = 4,
    }

    /// <summary>The eight bytes that every PNG file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a chunk.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="type">Four letters.</param>
    /// <param name="data">What it holds.</param>
    public static void WriteChunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, type), data));
        output.Write(number);
    }

    /// <summary>Writes the header chunk.</summary>
    public static void WriteHeader(Stream output, int width, int height)
    {
        const byte bitsPerChannel = 8, rgb = 2;
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = bitsPerChannel;
        header[9] = rgb;
        WriteChunk(output, "IHDR"u8, header);
    }

    /// <summary>Compresses a rectangle of a picture, as IDAT and fdAT hold it.</summary>
    /// <param name="pixels">The rows of the whole picture, three bytes a pixel.</param>
    /// <param name="stride">Bytes in a row of the whole picture.</param>
    /// <param name="left">The first column.</param>
    /// <param name="top">The first row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="reserve">Free bytes to leave before the data.</param>
    /// <returns>The reserve and the compressed data.</returns>
    public Span<byte> Compress(ReadOnlySpan<byte> pixels, int stride, int left, int top, int width, int height, int reserve)
    {
        int bytes = BytesPerPixel * width;
        if (_best.Length != bytes) (_best, _candidate, _zeros) = (new byte[bytes], new byte[bytes], new byte[bytes]);
        if (_rows.Length < (1 + bytes) * height) _rows = new byte[(1 + bytes) * height];
        ReadOnlySpan<byte> above = _zeros;
        for (int row = 0; row < height; row++)
        {
            ReadOnlySpan<byte> line = pixels.Slice((top + row) * stride + BytesPerPixel * left, bytes);
            Span<byte> output = _rows.AsSpan(row * (1 + bytes), 1 + bytes);
            output[0] = (byte)FilterRow(line, above);
            _best.CopyTo(output[1..]);
            above = line;
        }

        var compressed = new MemoryStream();
        compressed.SetLength(reserve);
        compressed.Position = reserve;
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(_rows, 0, (1 + bytes) * height);
        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    // Of the filters, the one whose result is nearest to zero compresses best as a rule (the heuristic that the PNG specification gives).
    private Filter FilterRow(ReadOnlySpan<byte> line, ReadOnlySpan<byte> above)
    {
        line.CopyTo(_best);
        Filter best = Filter.None;
        if (line.SequenceEqual(above))
        {
            _best.AsSpan().Clear();
            return Filter.Up;
        }

        long smallest = Cost(_best);
        Subtract(line, above, _candidate);
        Consider(Filter.Up, ref best, ref smallest);
        line[..BytesPerPixel].CopyTo(_candidate);
        Subtract(line[BytesPerPixel..], line[..^BytesPerPixel], _candidate.AsSpan(BytesPerPixel));
        Consider(Filter.Left, ref best, ref smallest);
        SubtractPaeth(line, above, _candidate);
        Consider(Filter.Paeth, ref best, ref smallest);
        return best;
    }

    private void Consider(Filter filter, ref Filter best, ref long smallest)
    {
        long cost = Cost(_candidate);
        if (cost >= smallest) return;
        (best, smallest) = (filter, cost);
        (_best, _candidate) = (_candidate, _best);
    }

    private static long Cost(ReadOnlySpan<byte> residuals)
    {
        long sum = 0;
        foreach (byte residual in residuals) sum += Math.Abs((int)(sbyte)residual);
        return sum;
    }

    private static void Subtract(ReadOnlySpan<byte> values, ReadOnlySpan<byte> predictions, Span<byte> residuals)
    {
        int i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(values[i..]) - new Vector<byte>(predictions[i..])).CopyTo(residuals[i..]);
        for (; i < values.Length; i++) residuals[i] = (byte)(values[i] - predictions[i]);
    }

    private static void SubtractPaeth(ReadOnlySpan<byte> line, ReadOnlySpan<byte> above, Span<byte> residuals)
    {
        for (int i = 0; i < line.Length; i++)
        {
            bool isFirst = i < BytesPerPixel;
            int left = isFirst ? 0 : line[i - BytesPerPixel], up = above[i], upperLeft = isFirst ? 0 : above[i - BytesPerPixel];
            int estimate = left + up - upperLeft;
            int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toUpperLeft = Math.Abs(estimate - upperLeft);
            int prediction = toLeft <= toUp && toLeft <= toUpperLeft ? left : toUp <= toUpperLeft ? up : upperLeft;
            residuals[i] = (byte)(line[i] - prediction);
        }
    }
}
