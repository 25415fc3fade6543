using System.Buffers.Binary;
using System.Diagnostics;
using RlKit.Video;

namespace RlKit.Tracking.Videos;

/// <summary>
/// Makes animated GIFs (CompuServe GIF89a), which dashboards play where they show no other video. Each frame is only the rectangle that differs from the one before it, with its
/// own colours: exact up to 256, else the most frequent ones of 4096.
/// </summary>
internal static class AnimatedGif
{
    private const int MaxColors = 256, Reduced = 4096;

    // Browsers show a shorter frame for a tenth of a second.
    private const int ShortestHundredths = 2;

    /// <summary>A video file as GIF: animated PNG, or whatever <c>ffmpeg</c> reads where it is installed; a GIF is left as it is.</summary>
    /// <exception cref="IOException">The file cannot be read, or ffmpeg not be used.</exception>
    /// <exception cref="InvalidDataException">The file is no video of a kind that can be read.</exception>
    public static byte[] FromVideo(string path)
    {
        string extension = Path.GetExtension(path);
        if (extension.Equals(".gif", StringComparison.OrdinalIgnoreCase)) return File.ReadAllBytes(path);
        return extension.Equals(VideoWriter.Extension(VideoFormat.AnimatedPng), StringComparison.OrdinalIgnoreCase)
            ? Encode(AnimatedPngReader.Frames(File.ReadAllBytes(path)))
            : ByFfmpeg(path);
    }

    /// <summary>Pixels in a row, and rows, of a GIF.</summary>
    /// <exception cref="InvalidDataException">It is no GIF.</exception>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> gif) => gif.Length >= 10 && gif.StartsWith("GIF8"u8)
        ? (BinaryPrimitives.ReadUInt16LittleEndian(gif[6..]), BinaryPrimitives.ReadUInt16LittleEndian(gif[8..]))
        : throw new InvalidDataException("This is no GIF file.");

    /// <summary>Makes a GIF that plays for ever.</summary>
    /// <param name="frames">The frames, all of one size, and for how many seconds each is shown; a frame may be the same object each time.</param>
    /// <exception cref="InvalidDataException">There is no frame, or it has sides above 65,535.</exception>
    public static byte[] Encode(IEnumerable<(Frame Frame, double Seconds)> frames)
    {
        using var output = new MemoryStream();
        byte[]? shown = null;
        Frame? last = null;
        var compressor = new GifCompressor();
        double time = 0;
        long written = 0;
        foreach ((Frame frame, double seconds) in frames)
        {
            last = frame;
            time += seconds;
            long hundredths = (long)Math.Round(100 * time) - written;
            if (shown is null) WriteHeader(output, frame);
            // A frame that would be shown too briefly is passed over; what changed in it is in the next.
            else if (hundredths < ShortestHundredths) continue;
            WriteFrame(output, frame, shown, (int)Math.Min(hundredths, ushort.MaxValue), compressor);
            written += hundredths;
            shown ??= new byte[frame.Pixels.Length];
            frame.Pixels.CopyTo(shown, 0);
        }

        if (last is null || shown is null) throw new InvalidDataException("A video has no frame.");
        if (!last.Pixels.AsSpan().SequenceEqual(shown)) WriteFrame(output, last, shown, ShortestHundredths, compressor);
        output.WriteByte(0x3B);
        return output.ToArray();
    }

    private static void WriteHeader(MemoryStream output, Frame frame)
    {
        if (frame.Width > ushort.MaxValue || frame.Height > ushort.MaxValue) throw new InvalidDataException($"A GIF cannot have {frame.Width} x {frame.Height} pixels.");
        output.Write("GIF89a"u8);
        Write16(output, frame.Width);
        Write16(output, frame.Height);
        output.Write([0x70, 0, 0]);
        output.Write([0x21, 0xFF, 11]);
        output.Write("NETSCAPE2.0"u8);
        output.Write([3, 1, 0, 0, 0]);
    }

    private static void WriteFrame(MemoryStream output, Frame frame, byte[]? shown, int hundredths, GifCompressor compressor)
    {
        (int left, int top, int width, int height) = shown is null ? (0, 0, frame.Width, frame.Height) : Changed(frame, shown);
        byte[] indices = new byte[width * height];
        byte[] palette = Colors(frame, left, top, width, height, indices, out int count);
        int bits = 1;
        while (1 << bits < count) bits++;
        const int keepsWhatIsThere = 1 << 2;
        output.Write([0x21, 0xF9, 4, keepsWhatIsThere]);
        Write16(output, hundredths);
        output.Write([0, 0, 0x2C]);
        Write16(output, left);
        Write16(output, top);
        Write16(output, width);
        Write16(output, height);
        output.WriteByte((byte)(0x80 | (bits - 1)));
        output.Write(palette, 0, 3 << bits);
        compressor.Compress(indices, Math.Max(bits, 2), output);
    }

    private static (int Left, int Top, int Width, int Height) Changed(Frame frame, byte[] shown)
    {
        int left = frame.Width, right = -1, top = -1, bottom = -1, stride = 3 * frame.Width;
        for (int y = 0; y < frame.Height; y++)
        {
            ReadOnlySpan<byte> now = frame.Pixels.AsSpan(y * stride, stride), before = shown.AsSpan(y * stride, stride);
            int same = now.CommonPrefixLength(before);
            if (same == stride) continue;
            if (top < 0) top = y;
            bottom = y;
            left = Math.Min(left, same / 3);
            int end = stride - 1;
            while (now[end] == before[end]) end--;
            right = Math.Max(right, end / 3);
        }

        // Every frame has to have a rectangle: one pixel stands for no change.
        return top < 0 ? (0, 0, 1, 1) : (left, top, right - left + 1, bottom - top + 1);
    }

    private static byte[] Colors(Frame frame, int left, int top, int width, int height, byte[] indices, out int count)
    {
        byte[] palette = new byte[3 * MaxColors];
        var numbers = new Dictionary<int, byte>();
        int lastColor = -1, at = 0;
        byte lastNumber = 0;
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                int pixel = 3 * (y * frame.Width + x), color = frame.Pixels[pixel] << 16 | frame.Pixels[pixel + 1] << 8 | frame.Pixels[pixel + 2];
                if (color != lastColor)
                {
                    if (!numbers.TryGetValue(color, out lastNumber))
                    {
                        if (numbers.Count == MaxColors)
                        {
                            count = MaxColors;
                            return ReducedColors(frame, left, top, width, height, indices);
                        }

                        lastNumber = (byte)numbers.Count;
                        numbers.Add(color, lastNumber);
                        frame.Pixels.AsSpan(pixel, 3).CopyTo(palette.AsSpan(3 * lastNumber));
                    }

                    lastColor = color;
                }

                indices[at++] = lastNumber;
            }
        }

        count = numbers.Count;
        return palette;
    }

    // Four bits of each colour; of these 4096 the 256 most frequent, and for the others the nearest.
    private static byte[] ReducedColors(Frame frame, int left, int top, int width, int height, byte[] indices)
    {
        int[] frequencies = new int[Reduced];
        ForEachPixel((color, _) => frequencies[color]++);
        int[] chosen = [.. Enumerable.Range(0, Reduced).Where(color => frequencies[color] > 0).OrderByDescending(color => frequencies[color]).Take(MaxColors)];
        byte[] palette = new byte[3 * MaxColors], nearest = new byte[Reduced];
        for (int i = 0; i < chosen.Length; i++)
            for (int channel = 0; channel < 3; channel++) palette[3 * i + channel] = (byte)(17 * Channel(chosen[i], channel));
        for (int color = 0; color < Reduced; color++)
        {
            if (frequencies[color] == 0) continue;
            int best = int.MaxValue;
            for (int i = 0; i < chosen.Length && best > 0; i++)
            {
                int distance = 0;
                for (int channel = 0; channel < 3; channel++)
                {
                    int difference = Channel(color, channel) - Channel(chosen[i], channel);
                    distance += difference * difference;
                }

                if (distance < best) (best, nearest[color]) = (distance, (byte)i);
            }
        }

        ForEachPixel((color, index) => indices[index] = nearest[color]);
        return palette;

        static int Channel(int color, int channel) => (color >> (4 * channel)) & 15;

        void ForEachPixel(Action<int, int> action)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int pixel = 3 * ((top + y) * frame.Width + left + x);
                    action(frame.Pixels[pixel] >> 4 | frame.Pixels[pixel + 1] >> 4 << 4 | frame.Pixels[pixel + 2] >> 4 << 8, y * width + x);
                }
            }
        }
    }

    private static byte[] ByFfmpeg(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no video '{path}'.", path);
        var start = new ProcessStartInfo(Mp4Writer.FindFfmpeg()) { RedirectStandardOutput = true, UseShellExecute = false, CreateNoWindow = true };
        foreach (string argument in (string[])["-hide_banner", "-loglevel", "quiet", "-nostdin", "-i", Path.GetFullPath(path), "-filter_complex", "split[a][b];[a]palettegen[p];[b][p]paletteuse", "-f", "gif", "pipe:1"])
            start.ArgumentList.Add(argument);
        using Process ffmpeg = Process.Start(start) ?? throw new IOException("ffmpeg does not start.");
        using var output = new MemoryStream();
        ffmpeg.StandardOutput.BaseStream.CopyTo(output);
        ffmpeg.WaitForExit();
        return ffmpeg.ExitCode == 0 ? output.ToArray() : throw new InvalidDataException($"ffmpeg cannot read the video '{path}' (exit code {ffmpeg.ExitCode}).");
    }

    private static void Write16(MemoryStream output, int value)
    {
        output.WriteByte((byte)value);
        output.WriteByte((byte)(value >> 8));
    }
}
