using System.Numerics;
using System.Runtime.InteropServices;

namespace RlKit.Drawing;

/// <summary>
/// Lines and curves in a row, to be filled or stroked by a <see cref="Canvas"/>. Coordinates are pixels: x to the right, y down.
/// </summary>
/// <remarks>Curves are kept as short lines that are off by less than a hundredth of a pixel, so build an outline at the size that it is drawn at.</remarks>
public sealed class Outline
{
    private const float Tolerance = 0.01f;

    private readonly List<Vector2> _points = [];
    private readonly List<(int End, bool IsClosed)> _contours = [];
    private int _start;

    internal int ContourCount => _contours.Count + (_points.Count > _start ? 1 : 0);

    /// <summary>Ends the present contour and starts another one.</summary>
    /// <returns>This outline, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public Outline MoveTo(Vector2 point)
    {
        EndContour(isClosed: false);
        Add(point);
        return this;
    }

    /// <summary>A straight line to a point.</summary>
    /// <exception cref="InvalidOperationException">There is no contour; call <see cref="MoveTo"/> first.</exception>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public Outline LineTo(Vector2 point)
    {
        _ = Current();
        Add(point);
        return this;
    }

    /// <summary>A quadratic Bézier curve.</summary>
    /// <exception cref="InvalidOperationException">There is no contour; call <see cref="MoveTo"/> first.</exception>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public Outline QuadraticTo(Vector2 control, Vector2 end)
    {
        Vector2 start = Current();
        // The error of n chords is |start - 2 control + end| / (4 n^2).
        int pieces = Pieces((start - 2 * control + end).Length() / 4);
        for (int i = 1; i <= pieces; i++)
        {
            float t = (float)i / pieces, s = 1 - t;
            Add(s * s * start + 2 * s * t * control + t * t * end);
        }

        return this;
    }

    /// <summary>A cubic Bézier curve.</summary>
    /// <exception cref="InvalidOperationException">There is no contour; call <see cref="MoveTo"/> first.</exception>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public Outline CubicTo(Vector2 firstControl, Vector2 secondControl, Vector2 end)
    {
        Vector2 start = Current();
        float bend = Math.Max((start - 2 * firstControl + secondControl).Length(), (firstControl - 2 * secondControl + end).Length());
        int pieces = Pieces(0.75f * bend);
        for (int i = 1; i <= pieces; i++)
        {
            float t = (float)i / pieces, s = 1 - t;
            Add(s * s * s * start + 3 * s * s * t * firstControl + 3 * s * t * t * secondControl + t * t * t * end);
        }

        return this;
    }

    /// <summary>An arc of an ellipse, joined to the present contour by a straight line, or starting one.</summary>
    /// <param name="center">The middle of the ellipse.</param>
    /// <param name="radius">Half its width and half its height, above 0.</param>
    /// <param name="startAngle">Where the arc starts, in radians from the x axis; growing angles turn clockwise, as y points down.</param>
    /// <param name="sweep">How far it goes, in radians.</param>
    /// <exception cref="ArgumentException">A number is not finite, or a radius is not above 0.</exception>
    public Outline Arc(Vector2 center, Vector2 radius, float startAngle, float sweep)
    {
        if (!(radius.X > 0 && radius.Y > 0)) throw new ArgumentException($"The radius is {radius}; both parts have to be above 0.", nameof(radius));
        float largest = Math.Max(radius.X, radius.Y);
        // A chord over the angle 2a is off by r (1 - cos a), about r a^2 / 2.
        float step = 2 * MathF.Sqrt(2 * Tolerance / Math.Max(largest, 2 * Tolerance));
        int pieces = Math.Clamp((int)MathF.Ceiling(Math.Abs(sweep) / step), 1, 10_000);
        for (int i = 0; i <= pieces; i++)
        {
            (float sin, float cos) = MathF.SinCos(startAngle + sweep * i / pieces);
            Add(center + radius * new Vector2(cos, sin));
        }

        return this;
    }

    /// <summary>Ends the present contour with a line back to its start.</summary>
    public Outline Close()
    {
        EndContour(isClosed: true);
        return this;
    }

    /// <summary>A closed polygon.</summary>
    /// <param name="points">Its corners in order.</param>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public Outline Polygon(params ReadOnlySpan<Vector2> points)
    {
        EndContour(isClosed: false);
        foreach (Vector2 point in points) Add(point);
        return Close();
    }

    /// <summary>A full ellipse.</summary>
    /// <param name="center">Its middle.</param>
    /// <param name="radius">Half its width and half its height, above 0.</param>
    /// <exception cref="ArgumentException">A number is not finite, or a radius is not above 0.</exception>
    public Outline Ellipse(Vector2 center, Vector2 radius)
    {
        EndContour(isClosed: false);
        return Arc(center, radius, 0, MathF.Tau).Close();
    }

    /// <summary>A rectangle, with round corners where a radius is given.</summary>
    /// <param name="left">Its left side.</param>
    /// <param name="top">Its upper side.</param>
    /// <param name="width">Above 0.</param>
    /// <param name="height">Above 0.</param>
    /// <param name="cornerRadius">0 for sharp corners, at most half the shorter side.</param>
    /// <exception cref="ArgumentException">A number is not finite, a side is not above 0, or the radius is too large.</exception>
    public Outline Rectangle(float left, float top, float width, float height, float cornerRadius = 0)
    {
        if (!(width > 0 && height > 0)) throw new ArgumentException($"A rectangle of {width} x {height} has no area; both sides have to be above 0.", nameof(width));
        if (!(cornerRadius >= 0 && 2 * cornerRadius <= Math.Min(width, height)))
            throw new ArgumentOutOfRangeException(nameof(cornerRadius), cornerRadius, $"The corner radius is {cornerRadius}; give 0 to {Math.Min(width, height) / 2}, half the shorter side.");
        EndContour(isClosed: false);
        float right = left + width, bottom = top + height;
        if (cornerRadius == 0) return Polygon(new(left, top), new(right, top), new(right, bottom), new(left, bottom));
        var radius = new Vector2(cornerRadius);
        const float quarter = MathF.PI / 2;
        Arc(new(right - cornerRadius, top + cornerRadius), radius, -quarter, quarter);
        Arc(new(right - cornerRadius, bottom - cornerRadius), radius, 0, quarter);
        Arc(new(left + cornerRadius, bottom - cornerRadius), radius, quarter, quarter);
        Arc(new(left + cornerRadius, top + cornerRadius), radius, 2 * quarter, quarter);
        return Close();
    }

    internal void Clear()
    {
        _points.Clear();
        _contours.Clear();
        _start = 0;
    }

    internal void Add(Vector2 point)
    {
        if (!float.IsFinite(point.X) || !float.IsFinite(point.Y)) throw new ArgumentException($"The point {point} is not finite; a drawing needs finite coordinates.", nameof(point));
        if (_points.Count == _start || _points[^1] != point) _points.Add(point);
    }

    internal ReadOnlySpan<Vector2> Contour(int index, out bool isClosed)
    {
        bool isLast = index == _contours.Count;
        int start = index == 0 ? 0 : _contours[index - 1].End;
        isClosed = !isLast && _contours[index].IsClosed;
        int end = isLast ? _points.Count : _contours[index].End;
        return CollectionsMarshal.AsSpan(_points)[start..end];
    }

    private static int Pieces(float deviation) => Math.Clamp((int)MathF.Ceiling(MathF.Sqrt(deviation / Tolerance)), 1, 1000);

    private Vector2 Current() => _points.Count > _start ? _points[^1] : throw new InvalidOperationException("The outline has no contour; call MoveTo first.");

    private void EndContour(bool isClosed)
    {
        if (_points.Count > _start) _contours.Add((_points.Count, isClosed));
        _start = _points.Count;
    }
}
