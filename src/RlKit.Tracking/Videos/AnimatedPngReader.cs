using System.Buffers.Binary;
using System.IO.Compression;

namespace RlKit.Tracking.Videos;

/// <summary>
/// Reads the frames of a PNG file, animated or not: 8-bit RGB or RGBA (its alpha is passed over), not interlaced, as <see cref="Video.AnimatedPngWriter"/> writes it
/// (W3C PNG, third edition).
/// </summary>
internal static class AnimatedPngReader
{
    private const int SignatureLength = 8, MaxPixels = 1 << 28;

    /// <summary>Gives each frame, as it is shown, and for how long it is shown in seconds. The frame is the same object each time.</summary>
    /// <exception cref="InvalidDataException">It is no PNG file, or one of another kind.</exception>
    public static IEnumerable<(Frame Frame, double Seconds)> Frames(byte[] file)
    {
        if (file.Length < SignatureLength || !file.AsSpan(0, SignatureLength).SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) throw Unreadable("it is no PNG file");
        Frame? canvas = null;
        int channels = 3;
        Control? control = null;
        bool isAnimated = false;
        using var data = new MemoryStream();
        for (int at = SignatureLength; at + 12 <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (length < 0 || length > file.Length - at - 12) throw Unreadable("it is cut");
            string type = System.Text.Encoding.Latin1.GetString(file, at + 4, 4);
            ReadOnlyMemory<byte> content = file.AsMemory(at + 8, length);
            at += length + 12;
            switch (type)
            {
                case "IHDR": (canvas, channels) = Header(content.Span); break;
                case "acTL": isAnimated = true; break;
                case "IDAT": data.Write(content.Span); break;
                case "fdAT": data.Write(content.Span[4..]); break;
                case "fcTL" or "IEND":
                    if (data.Length > 0 && canvas is not null)
                    {
                        // A picture before the first control chunk is not of the animation.
                        if (control is not null || !isAnimated)
                        {
                            Control shown = control ?? new Control(canvas.Width, canvas.Height, 0, 0, 0);
                            Draw(data, canvas, shown, channels);
                            yield return (canvas, shown.Seconds);
                        }

                        data.SetLength(0);
                    }

                    if (type == "IEND") yield break;
                    control = Control.Read(content.Span);
                    break;
            }
        }

        throw Unreadable("it has no end");
    }

    private static (Frame Canvas, int Channels) Header(ReadOnlySpan<byte> header)
    {
        if (header.Length < 13) throw Unreadable("its header is cut");
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        if (width < 1 || height < 1 || (long)width * height > MaxPixels) throw Unreadable($"it has {width} x {height} pixels");
        if (header[8] != 8 || header[9] is not (2 or 6) || header[12] != 0) throw Unreadable($"it has colour type {header[9]} of {header[8]} bits{(header[12] != 0 ? ", interlaced" : "")}");
        return (new Frame(width, height), header[9] == 2 ? 3 : 4);
    }

    private static void Draw(MemoryStream data, Frame canvas, Control control, int channels)
    {
        if (control.Left + control.Width > canvas.Width || control.Top + control.Height > canvas.Height) throw Unreadable("a frame lies outside the picture");
        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
        int stride = channels * control.Width;
        byte[] line = new byte[1 + stride], above = new byte[1 + stride];
        for (int y = 0; y < control.Height; y++)
        {
            if (inflated.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) < line.Length) throw Unreadable("a frame is cut");
            Unfilter(line, above, channels);
            Span<byte> target = canvas.Pixels.AsSpan(3 * ((control.Top + y) * canvas.Width + control.Left), 3 * control.Width);
            if (channels == 3) line.AsSpan(1).CopyTo(target);
            else
                for (int x = 0; x < control.Width; x++) line.AsSpan(1 + 4 * x, 3).CopyTo(target[(3 * x)..]);
            (line, above) = (above, line);
        }
    }

    private static void Unfilter(Span<byte> line, ReadOnlySpan<byte> above, int channels)
    {
        byte filter = line[0];
        Span<byte> now = line[1..];
        ReadOnlySpan<byte> up = above[1..];
        for (int i = 0; i < now.Length; i++)
        {
            int left = i < channels ? 0 : now[i - channels], upperLeft = i < channels ? 0 : up[i - channels];
            now[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => up[i],
                3 => (left + up[i]) / 2,
                4 => Paeth(left, up[i], upperLeft),
                _ => throw Unreadable($"there is no filter {filter}"),
            });
        }
    }

    private static int Paeth(int left, int up, int upperLeft)
    {
        int estimate = left + up - upperLeft;
        int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toUpperLeft = Math.Abs(estimate - upperLeft);
        return toLeft <= toUp && toLeft <= toUpperLeft ? left : toUp <= toUpperLeft ? up : upperLeft;
    }

    private static InvalidDataException Unreadable(string reason) => new($"This PNG cannot be read: {reason}; give one of 8-bit RGB that is not interlaced.");

    private readonly record struct Control(int Width, int Height, int Left, int Top, double Seconds)
    {
        public static Control Read(ReadOnlySpan<byte> content)
        {
            if (content.Length < 26) throw Unreadable("a frame's control is cut");
            if (content[24] != 0 || content[25] != 0) throw Unreadable("a frame is blended or removed");
            int width = BinaryPrimitives.ReadInt32BigEndian(content[4..]), height = BinaryPrimitives.ReadInt32BigEndian(content[8..]);
            int left = BinaryPrimitives.ReadInt32BigEndian(content[12..]), top = BinaryPrimitives.ReadInt32BigEndian(content[16..]);
            if (width < 1 || height < 1 || left < 0 || top < 0) throw Unreadable("a frame has no size");
            int unit = BinaryPrimitives.ReadUInt16BigEndian(content[22..]);
            return new Control(width, height, left, top, BinaryPrimitives.ReadUInt16BigEndian(content[20..]) / (double)(unit == 0 ? 100 : unit));
        }
    }
}
