using System.Buffers.Binary;

namespace RlKit.Video;

/// <summary>
/// Writes an animated PNG: without loss, and each frame only as the rectangle that differs from the frame before it (W3C PNG, third
/// edition, section 11.3.6: acTL, fcTL and fdAT). It plays for ever.
/// </summary>
public sealed class AnimatedPngWriter : VideoWriter
{
    private const int SequenceBytes = 4, FrameControlBytes = 26;

    private readonly PngEncoder _encoder = new();
    private FileStream? _file;
    private byte[] _shown = [];
    private int _stride, _height;
    private long _animationControl;
    private int _sequence;

    /// <summary>A writer of one animated PNG.</summary>
    /// <inheritdoc/>
    public AnimatedPngWriter(string path, int framesPerSecond)
        : base(path, framesPerSecond)
    {
    }

    /// <inheritdoc/>
    protected override void Begin(int width, int height)
    {
        _stride = 3 * width;
        _height = height;
        _shown = new byte[_stride * height];
        _file = new FileStream(PartialPath, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        _file.Write(PngEncoder.Signature);
        PngEncoder.WriteHeader(_file, width, height);
        _animationControl = _file.Position;
        WriteAnimationControl(_file, frames: 1);
    }

    /// <inheritdoc/>
    protected override void Append(Frame frame)
    {
        (int left, int top, int width, int height) = FrameCount == 0 ? (0, 0, frame.Width, frame.Height) : Changed(frame.Pixels);
        Span<byte> control = stackalloc byte[FrameControlBytes];
        control.Clear();
        BinaryPrimitives.WriteInt32BigEndian(control, _sequence++);
        BinaryPrimitives.WriteInt32BigEndian(control[4..], width);
        BinaryPrimitives.WriteInt32BigEndian(control[8..], height);
        BinaryPrimitives.WriteInt32BigEndian(control[12..], left);
        BinaryPrimitives.WriteInt32BigEndian(control[16..], top);
        BinaryPrimitives.WriteUInt16BigEndian(control[20..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(control[22..], (ushort)FramesPerSecond);
        PngEncoder.WriteChunk(_file!, "fcTL"u8, control);

        if (FrameCount == 0)
        {
            PngEncoder.WriteChunk(_file!, "IDAT"u8, _encoder.Compress(frame.Pixels, _stride, left, top, width, height, reserve: 0));
        }
        else
        {
            Span<byte> data = _encoder.Compress(frame.Pixels, _stride, left, top, width, height, reserve: SequenceBytes);
            BinaryPrimitives.WriteInt32BigEndian(data, _sequence++);
            PngEncoder.WriteChunk(_file!, "fdAT"u8, data);
        }

        frame.Pixels.CopyTo(_shown, 0);
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        PngEncoder.WriteChunk(_file!, "IEND"u8, []);
        _file!.Position = _animationControl;
        WriteAnimationControl(_file, FrameCount);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    /// <inheritdoc/>
    protected override void Abandon() => _file?.Dispose();

    private static void WriteAnimationControl(FileStream file, int frames)
    {
        Span<byte> control = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(control, frames);
        BinaryPrimitives.WriteInt32BigEndian(control[4..], 0);
        PngEncoder.WriteChunk(file, "acTL"u8, control);
    }

    private (int Left, int Top, int Width, int Height) Changed(ReadOnlySpan<byte> pixels)
    {
        int first = pixels.CommonPrefixLength(_shown);
        // Every frame has to have a rectangle: one pixel stands for no change.
        if (first == pixels.Length) return (0, 0, 1, 1);
        int top = first / _stride, bottom = _height - 1;
        while (Row(pixels, bottom).SequenceEqual(Row(_shown, bottom))) bottom--;

        int left = _stride, right = 0;
        for (int y = top; y <= bottom; y++)
        {
            ReadOnlySpan<byte> now = Row(pixels, y), before = Row(_shown, y);
            int same = now.CommonPrefixLength(before);
            if (same == _stride) continue;
            left = Math.Min(left, same);
            int end = _stride;
            while (end > right && now[end - 1] == before[end - 1]) end--;
            right = Math.Max(right, end);
        }

        left /= 3;
        return (left, top, (right + 2) / 3 - left, bottom - top + 1);
    }

    private ReadOnlySpan<byte> Row(ReadOnlySpan<byte> pixels, int y) => pixels.Slice(y * _stride, _stride);
}
