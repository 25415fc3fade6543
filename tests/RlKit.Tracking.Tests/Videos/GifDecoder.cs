using System.Buffers.Binary;

namespace RlKit.Tests.Videos;

/// <summary>Reads animated GIFs as browsers do, for comparison.</summary>
internal static class GifDecoder
{
    /// <summary>The pictures as they are shown, and for how many hundredths of a second.</summary>
    public static List<(byte[] Pixels, int Hundredths)> Decode(byte[] file, out int width, out int height)
    {
        Assert.That(System.Text.Encoding.ASCII.GetString(file, 0, 6), Is.EqualTo("GIF89a"));
        width = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(6));
        height = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        Assert.That(file[10] & 0x80, Is.Zero, "no global colours");
        var frames = new List<(byte[], int)>();
        byte[] canvas = new byte[3 * width * height];
        int at = 13, hundredths = 0;
        while (file[at] != 0x3B)
        {
            if (file[at] == 0x21)
            {
                if (file[at + 1] == 0xF9) hundredths = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 4));
                at += 2;
                Blocks(file, ref at);
                continue;
            }

            Assert.That(file[at], Is.EqualTo(0x2C));
            int left = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 1)), top = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 3));
            int columns = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 5)), rows = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 7));
            int colors = 2 << (file[at + 9] & 7), palette = at + 10;
            at = palette + 3 * colors;
            int bits = file[at++];
            byte[] indices = Decompress(Blocks(file, ref at), bits);
            Assert.That(indices, Has.Length.EqualTo(columns * rows));
            for (int i = 0; i < indices.Length; i++)
                file.AsSpan(palette + 3 * indices[i], 3).CopyTo(canvas.AsSpan(3 * ((top + i / columns) * width + left + i % columns)));
            frames.Add(((byte[])canvas.Clone(), hundredths));
        }

        Assert.That(at, Is.EqualTo(file.Length - 1));
        return frames;
    }

    private static byte[] Blocks(byte[] file, ref int at)
    {
        var data = new List<byte>();
        while (file[at] != 0)
        {
            data.AddRange(file.AsSpan(at + 1, file[at]));
            at += 1 + file[at];
        }

        at++;
        return [.. data];
    }

    private static byte[] Decompress(byte[] data, int bits)
    {
        int clear = 1 << bits, width = bits + 1, position = 0;
        var output = new List<byte>();
        var strings = new List<byte[]>();
        byte[]? last = null;
        while (true)
        {
            int code = 0;
            for (int i = 0; i < width; i++, position++) code |= ((data[position / 8] >> (position % 8)) & 1) << i;
            if (code == clear + 1) return [.. output];
            if (code == clear)
            {
                strings.Clear();
                for (int i = 0; i < clear + 2; i++) strings.Add([(byte)i]);
                (width, last) = (bits + 1, null);
                continue;
            }

            byte[] now = code < strings.Count ? strings[code] : [.. last!, last![0]];
            if (last is not null && strings.Count < 4096) strings.Add([.. last, now[0]]);
            if (strings.Count == 1 << width && width < 12) width++;
            output.AddRange(now);
            last = now;
        }
    }
}
