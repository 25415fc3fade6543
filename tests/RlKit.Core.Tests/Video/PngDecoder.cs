using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RlKit.Tests.Video;

/// <summary>Reads PNG and animated PNG by the specification, with nothing of the encoder: all five filters, disposal and blending of frames, every checksum.</summary>
internal static class PngDecoder
{
    public static Animation Decode(byte[] file)
    {
        Assert.That(file[..8], Is.EqualTo(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }), "signature");
        var animation = new Animation();
        int width = 0, height = 0, announced = 0, sequence = 0;
        var region = default(Region);
        bool hasRegion = false, isEnded = false;
        var data = new MemoryStream();
        byte[] canvas = [];
        int position = 8;
        while (position < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position));
            string type = Encoding.ASCII.GetString(file, position + 4, 4);
            byte[] body = file[(position + 8)..(position + 8 + length)];
            uint checksum = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(position + 8 + length));
            Assert.That(checksum, Is.EqualTo(Checksum(file.AsSpan(position + 4, 4 + length))), $"checksum of {type}");
            Assert.That(isEnded, Is.False, $"{type} after IEND");
            if (animation.Chunks.Count == 0) Assert.That(type, Is.EqualTo("IHDR"));
            animation.Chunks.Add(type);
            animation.ImageBytes += type is "IDAT" or "fdAT" ? length : 0;
            position += 12 + length;
            switch (type)
            {
                case "IHDR":
                    width = Int(body, 0);
                    height = Int(body, 4);
                    Assert.That(body[8..], Is.EqualTo(new byte[] { 8, 2, 0, 0, 0 }), "8-bit RGB, deflate, adaptive filters, not interlaced");
                    (animation.Width, animation.Height) = (width, height);
                    canvas = new byte[3 * width * height];
                    break;
                case "acTL":
                    announced = Int(body, 0);
                    animation.Plays = Int(body, 4);
                    break;
                case "fcTL":
                    Finish();
                    Assert.That(Int(body, 0), Is.EqualTo(sequence++), "sequence number");
                    region = new(Int(body, 12), Int(body, 16), Int(body, 4), Int(body, 8), Short(body, 20) / (double)Short(body, 22), body[24], body[25]);
                    Assert.That(region.Width > 0 && region.Height > 0 && region.Left >= 0 && region.Top >= 0 && region.Left + region.Width <= width && region.Top + region.Height <= height, region.ToString());
                    hasRegion = true;
                    break;
                case "IDAT":
                    data.Write(body);
                    break;
                case "fdAT":
                    Assert.That(Int(body, 0), Is.EqualTo(sequence++), "sequence number");
                    data.Write(body, 4, body.Length - 4);
                    break;
                case "IEND":
                    Finish();
                    isEnded = true;
                    break;
                default:
                    Assert.Fail($"unexpected chunk {type}");
                    break;
            }
        }

        Assert.That(isEnded, Is.True, "IEND");
        if (announced > 0) Assert.That(animation.Frames, Has.Count.EqualTo(announced), "frames announced");
        return animation;

        void Finish()
        {
            if (data.Length == 0) return;
            if (!hasRegion) region = new(0, 0, width, height, 0, 0, 0);
            byte[] before = (byte[])canvas.Clone();
            byte[] rows = Unfilter(Inflate(data.ToArray()), region.Width, region.Height);
            for (int y = 0; y < region.Height; y++) rows.AsSpan(3 * region.Width * y, 3 * region.Width).CopyTo(canvas.AsSpan(3 * ((region.Top + y) * width + region.Left)));
            animation.Frames.Add((byte[])canvas.Clone());
            animation.Seconds.Add(region.Seconds);
            if (region.Dispose == 2) canvas = before;
            Assert.That(region.Dispose, Is.Not.EqualTo(1), "disposing to transparent has no meaning in a picture without opacity");
            data.SetLength(0);
            hasRegion = false;
        }
    }

    private static byte[] Inflate(byte[] data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var output = new MemoryStream();
        zlib.CopyTo(output);
        return output.ToArray();
    }

    private static byte[] Unfilter(byte[] data, int width, int height)
    {
        int stride = 3 * width;
        Assert.That(data, Has.Length.EqualTo((stride + 1) * height));
        var rows = new byte[stride * height];
        for (int y = 0; y < height; y++)
        {
            byte filter = data[y * (stride + 1)];
            for (int x = 0; x < stride; x++)
            {
                int a = x < 3 ? 0 : rows[y * stride + x - 3], b = y == 0 ? 0 : rows[(y - 1) * stride + x], c = x < 3 || y == 0 ? 0 : rows[(y - 1) * stride + x - 3];
                int prediction = filter switch
                {
                    0 => 0,
                    1 => a,
                    2 => b,
                    3 => (a + b) / 2,
                    4 => Paeth(a, b, c),
                    _ => throw new InvalidDataException($"filter {filter}"),
                };
                rows[y * stride + x] = (byte)(data[y * (stride + 1) + 1 + x] + prediction);
            }
        }

        return rows;
    }

    private static int Paeth(int a, int b, int c)
    {
        int pa = Math.Abs(b - c), pb = Math.Abs(a - c), pc = Math.Abs(a + b - 2 * c);
        if (pa <= pb && pa <= pc) return a;
        return pb <= pc ? b : c;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint register = 0xFFFFFFFF;
        foreach (byte item in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bool carry = ((register ^ (uint)(item >> bit)) & 1) != 0;
                register >>= 1;
                if (carry) register ^= 0xEDB88320;
            }
        }

        return register ^ 0xFFFFFFFF;
    }

    private static int Int(byte[] bytes, int start) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(start));

    private static int Short(byte[] bytes, int start) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(start));

    public sealed class Animation
    {
        public int Width { get; set; }

        public int Height { get; set; }

        public int Plays { get; set; }

        public long ImageBytes { get; set; }

        public List<byte[]> Frames { get; } = [];

        public List<double> Seconds { get; } = [];

        public List<string> Chunks { get; } = [];
    }

    private readonly record struct Region(int Left, int Top, int Width, int Height, double Seconds, byte Dispose, byte Blend);
}
