namespace RlKit;

/// <summary>A picture: rows from top to bottom, pixels from left to right, three bytes (red, green, blue) each.</summary>
public sealed class Frame
{
    /// <summary>A black frame.</summary>
    /// <param name="width">Pixels in a row, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public Frame(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        Pixels = new byte[3 * width * height];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The bytes, of length 3 * <see cref="Width"/> * <see cref="Height"/>.</summary>
    public byte[] Pixels { get; }

    /// <summary>One pixel.</summary>
    /// <param name="x">Column, 0 on the left.</param>
    /// <param name="y">Row, 0 at the top.</param>
    public (byte Red, byte Green, byte Blue) this[int x, int y]
    {
        get
        {
            int start = Offset(x, y);
            return (Pixels[start], Pixels[start + 1], Pixels[start + 2]);
        }
    }

    private int Offset(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(x, Width);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return 3 * (y * Width + x);
    }
}
