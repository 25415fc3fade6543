using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// An image with its padding, taken apart by stride: plane (channel, y mod stride, x mod stride) holds every stride-th pixel of
/// every stride-th row. Whatever a kernel's tap multiplies then lies contiguous, one shift away from what the next tap does, with
/// one row of output after the other at a distance of <see cref="Width"/>; the few columns between them are computed and dropped.
/// </summary>
internal readonly unsafe struct ImagePlanes<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    private readonly Conv2dShape _shape;

    public ImagePlanes(in Conv2dShape shape)
    {
        _shape = shape;
        Height = (shape.Height + 2 * shape.PaddingY + shape.StrideY - 1) / shape.StrideY;
        Width = (shape.Width + 2 * shape.PaddingX + shape.StrideX - 1) / shape.StrideX;
    }

    /// <summary>Rows of a plane.</summary>
    public int Height { get; }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>Elements from one channel to the next.</summary>
    public int Channel => _shape.StrideY * _shape.StrideX * Height * Width;

    /// <summary>Elements of an image's planes.</summary>
    public int Size => _shape.Channels * Channel;

    /// <summary>Elements that a panel may read behind the planes.</summary>
    public static int Slack => 4 * S.Width;

    /// <summary>Elements from the first output's pixel to the last's, inclusive.</summary>
    public int Span => (_shape.OutputHeight - 1) * Width + _shape.OutputWidth;

    /// <summary>Where the pixel lies that tap (y, x) of a channel multiplies for the first output.</summary>
    public nint Tap(int channel, int y, int x)
    {
        var plane = (channel * _shape.StrideY + y % _shape.StrideY) * _shape.StrideX + x % _shape.StrideX;
        return ((nint)plane * Height + y / _shape.StrideY) * Width + x / _shape.StrideX;
    }

    /// <summary>Fills <paramref name="planes"/> from an image of floats or, where that is null, of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* floats, byte* bytes, float scale, float* planes)
    {
        var s = _shape;
        var (stride, padding) = (s.StrideX, s.PaddingX);
        var plane = (nint)Height * Width;
        new Span<float>(planes + Size, Slack).Clear();
        if (stride == 1 && s.StrideY == 1 && padding == 0 && s.PaddingY == 0)
        {
            // The image is its own plane.
            if (floats != null)
                Copy(floats, planes, Size);
            else
                Convert(bytes, scale, planes, Size);
            return;
        }

        var row = stride == 1 ? null : Workspace.Get(Workspace.Slot.Row, stride * (Width + S.Width));
        if (row != null)
            new Span<float>(row, stride * (Width + S.Width)).Clear();

        for (var channel = 0; channel < s.Channels; channel++)
        {
            for (var padded = 0; padded < Height * s.StrideY; padded++)
            {
                var y = padded - s.PaddingY;
                var to = planes + channel * Channel + padded % s.StrideY * stride * plane + padded / s.StrideY * Width;
                if (y < 0 || y >= s.Height)
                {
                    for (var phase = 0; phase < stride; phase++)
                        new Span<float>(to + phase * plane, Width).Clear();
                    continue;
                }

                var from = ((nint)channel * s.Height + y) * s.Width;
                if (padding == 0 && stride > 1 && floats != null)
                {
                    Split(floats + from, s.Width, to, plane);
                    continue;
                }

                var pixels = (row == null ? to : row) + padding;
                if (row == null && padding > 0)
                {
                    new Span<float>(to, padding).Clear();
                    new Span<float>(to + padding + s.Width, padding).Clear();
                }
                if (floats != null)
                    Copy(floats + from, pixels, s.Width);
                else
                    Convert(bytes + from, scale, pixels, s.Width);
                if (row != null)
                    Split(row, stride * Width, to, plane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, float* to, int count)
    {
        for (var i = 0; i < count; i += S.Width)
            S.StoreFirst(to + i, S.LoadFirst(from + i, count - i), count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Convert(byte* from, float scale, float* to, int count)
    {
        var factor = S.Broadcast(scale);
        var i = 0;
        for (; i <= count - S.Width; i += S.Width)
            S.Store(to + i, S.Multiply(S.LoadBytes(from + i), factor));
        for (; i < count; i++)
            to[i] = from[i] * scale;
    }

    /// <summary>Deals the <paramref name="count"/> pixels of a row to the phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Split(float* row, int count, float* to, nint plane)
    {
        switch (_shape.StrideX)
        {
            case 2:
                for (var i = 0; i < Width; i += S.Width)
                {
                    var at = 2 * i;
                    V x0 = S.LoadFirst(row + at, count - at), x1 = S.LoadFirst(row + at + S.Width, count - at - S.Width);
                    S.StoreFirst(to + i, S.Even(x0, x1), Width - i);
                    S.StoreFirst(to + plane + i, S.Odd(x0, x1), Width - i);
                }
                break;
            case 4:
                for (var i = 0; i < Width; i += S.Width)
                {
                    var at = 4 * i;
                    V x0 = S.LoadFirst(row + at, count - at), x1 = S.LoadFirst(row + at + S.Width, count - at - S.Width);
                    V x2 = S.LoadFirst(row + at + 2 * S.Width, count - at - 2 * S.Width), x3 = S.LoadFirst(row + at + 3 * S.Width, count - at - 3 * S.Width);
                    V even0 = S.Even(x0, x1), even1 = S.Even(x2, x3), odd0 = S.Odd(x0, x1), odd1 = S.Odd(x2, x3);
                    S.StoreFirst(to + i, S.Even(even0, even1), Width - i);
                    S.StoreFirst(to + plane + i, S.Even(odd0, odd1), Width - i);
                    S.StoreFirst(to + 2 * plane + i, S.Odd(even0, even1), Width - i);
                    S.StoreFirst(to + 3 * plane + i, S.Odd(odd0, odd1), Width - i);
                }
                break;
            default:
                for (var phase = 0; phase < _shape.StrideX; phase++)
                {
                    for (var i = 0; i < Width; i++)
                    {
                        var at = i * _shape.StrideX + phase;
                        to[phase * plane + i] = at < count ? row[at] : 0;
                    }
                }
                break;
        }
    }

    /// <summary>Takes the image without its padding back from <paramref name="planes"/>, or adds it to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Extract(float* planes, float* image, bool accumulate)
    {
        var s = _shape;
        var stride = s.StrideX;
        var plane = (nint)Height * Width;
        var row = stride == 1 ? null : Workspace.Get(Workspace.Slot.Row, stride * (Width + S.Width));
        for (var channel = 0; channel < s.Channels; channel++)
        {
            for (var y = 0; y < s.Height; y++)
            {
                var padded = y + s.PaddingY;
                var from = planes + channel * Channel + padded % s.StrideY * stride * plane + padded / s.StrideY * Width;
                if (row != null)
                {
                    Join(from, plane, row);
                    from = row;
                }
                from += s.PaddingX;
                for (var x = 0; x < s.Width; x += S.Width)
                {
                    var value = S.LoadFirst(from + x, s.Width - x);
                    if (accumulate)
                        value = S.Add(S.LoadFirst(image + x, s.Width - x), value);
                    S.StoreFirst(image + x, value, s.Width - x);
                }
                image += s.Width;
            }
        }
    }

    /// <summary>Puts a row together from its phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Join(float* from, nint plane, float* row)
    {
        if (_shape.StrideX == 2)
        {
            for (var i = 0; i < Width; i += S.Width)
            {
                V even = S.LoadFirst(from + i, Width - i), odd = S.LoadFirst(from + plane + i, Width - i);
                S.Store(row + 2 * i, S.InterleaveLow(even, odd));
                S.Store(row + 2 * i + S.Width, S.InterleaveHigh(even, odd));
            }
            return;
        }
        for (var phase = 0; phase < _shape.StrideX; phase++)
        {
            for (var i = 0; i < Width; i++)
                row[i * _shape.StrideX + phase] = from[phase * plane + i];
        }
    }
}
