using System.Globalization;

namespace RlKit.Drawing;

/// <summary>A color in sRGB with an opacity.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
/// <param name="Alpha">Opacity: 0 is invisible, 255 covers what is below.</param>
public readonly record struct Color(byte Red, byte Green, byte Blue, byte Alpha = 255)
{
    /// <summary>White.</summary>
    public static Color White => new(255, 255, 255);

    /// <summary>Black.</summary>
    public static Color Black => new(0, 0, 0);

    /// <summary>An opaque color from one number, as web pages write it: <c>Color.FromRgb(0xFF8000)</c>.</summary>
    /// <param name="rgb">0xRRGGBB.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number has more than 24 bits, or is below zero.</exception>
    public static Color FromRgb(int rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rgb);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rgb, 0xFFFFFF);
        return new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }

    /// <summary>The same color with another opacity.</summary>
    /// <param name="opacity">0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0 to 1.</exception>
    public Color WithOpacity(double opacity) => this with { Alpha = Share(opacity, nameof(opacity)) };

    /// <summary>A mixture with another color.</summary>
    /// <param name="other">The other color.</param>
    /// <param name="share">The share of the other color, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside 0 to 1.</exception>
    public Color Mix(Color other, double share)
    {
        int weight = Share(share, nameof(share));
        return new(Mix(Red, other.Red, weight), Mix(Green, other.Green, weight), Mix(Blue, other.Blue, weight), Mix(Alpha, other.Alpha, weight));
    }

    /// <summary>The color as web pages write it, <c>#RRGGBB</c>, with two more digits where it is not opaque.</summary>
    public override string ToString() => Alpha == 255
        ? string.Create(CultureInfo.InvariantCulture, $"#{Red:X2}{Green:X2}{Blue:X2}")
        : string.Create(CultureInfo.InvariantCulture, $"#{Red:X2}{Green:X2}{Blue:X2}{Alpha:X2}");

    private static byte Mix(byte a, byte b, int weight) => (byte)((a * (255 - weight) + b * weight + 127) / 255);

    private static byte Share(double value, string name)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(name, value, $"{name} is {value.ToString(CultureInfo.InvariantCulture)}; give a number from 0 to 1.");
        return (byte)Math.Round(255 * value);
    }
}
