using System.Numerics;

namespace RlKit.Drawing;

/// <summary>What a shape is filled with: one color, or a gradient between two. A <see cref="Color"/> converts to it.</summary>
public readonly struct Paint
{
    private Paint(Color first, Color second, Vector2 from, Vector2 to, bool isGradient)
    {
        First = first;
        Second = second;
        From = from;
        To = to;
        IsGradient = isGradient;
    }

    internal Color First { get; }

    internal Color Second { get; }

    internal Vector2 From { get; }

    internal Vector2 To { get; }

    internal bool IsGradient { get; }

    /// <summary>One color everywhere.</summary>
    public static implicit operator Paint(Color color) => FromColor(color);

    /// <summary>One color everywhere.</summary>
    public static Paint FromColor(Color color) => new(color, color, default, default, isGradient: false);

    /// <summary>A gradient along a line; beyond its ends the color of that end goes on.</summary>
    /// <param name="from">Where the first color is, in the coordinates of the shape.</param>
    /// <param name="to">Where the second color is.</param>
    /// <param name="first">The color at <paramref name="from"/>.</param>
    /// <param name="second">The color at <paramref name="to"/>.</param>
    /// <exception cref="ArgumentException">The two points are the same.</exception>
    public static Paint Gradient(Vector2 from, Vector2 to, Color first, Color second)
    {
        if (from == to) throw new ArgumentException("A gradient needs two different points.", nameof(to));
        return new(first, second, from, to, isGradient: true);
    }
}
