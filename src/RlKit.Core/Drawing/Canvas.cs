using System.Numerics;

namespace RlKit.Drawing;

/// <summary>
/// Draws smooth-edged shapes and text into a <see cref="Frame"/>, for the Render of an environment: no window and no native library.
/// </summary>
/// <remarks>
/// Coordinates are pixels, x to the right and y down; (0, 0) is the upper left corner of the upper left pixel. Every pixel is mixed by the share of it that a
/// shape covers. What lies outside the frame is not drawn.
/// </remarks>
/// <example><code>
/// var canvas = new Canvas(600, 400, Color.White);
/// canvas.FillCircle(new(300, 200), 50, Color.FromRgb(0x8184CB));
/// canvas.DrawLine(new(0, 300), new(600, 300), 2, Color.Black);
/// return canvas.Frame;
/// </code></example>
public sealed class Canvas
{
    private readonly CoverageMask _mask = new();
    private readonly Outline _shape = new();
    private readonly Outline _stroke = new();
    private (int Left, int Top, int Right, int Bottom) _clip;

    /// <summary>A new frame of one color.</summary>
    /// <param name="width">Pixels in a row, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="background">Its color; the opacity plays no part.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public Canvas(int width, int height, Color background)
        : this(new Frame(width, height)) => Clear(background);

    /// <summary>Draws into a frame that exists.</summary>
    /// <exception cref="ArgumentNullException">The frame is null.</exception>
    public Canvas(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Frame = frame;
        _clip = (0, 0, frame.Width, frame.Height);
    }

    /// <summary>The frame that is drawn into.</summary>
    public Frame Frame { get; }

    /// <summary>Turns, scales and moves what is drawn from now on; the identity at first. Widths of lines are scaled too.</summary>
    public Matrix3x2 Transform { get; set; } = Matrix3x2.Identity;

    /// <summary>Fills the whole frame.</summary>
    /// <param name="color">Its opacity plays no part.</param>
    public void Clear(Color color) => PixelBlender.Fill(Frame.Pixels, color);

    /// <summary>Draws only inside a rectangle of pixels from now on, whatever the <see cref="Transform"/>.</summary>
    /// <param name="left">The first column.</param>
    /// <param name="top">The first row.</param>
    /// <param name="width">Columns, 0 or more; those outside the frame do not count.</param>
    /// <param name="height">Rows, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 0.</exception>
    public void SetClip(int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        _clip = (Math.Max(0, left), Math.Max(0, top), (int)Math.Min(Frame.Width, (long)left + width), (int)Math.Min(Frame.Height, (long)top + height));
    }

    /// <summary>Draws in the whole frame again.</summary>
    public void ResetClip() => _clip = (0, 0, Frame.Width, Frame.Height);

    /// <summary>Fills an outline. Contours that are left open are closed; a contour inside another one that turns the other way cuts a hole.</summary>
    /// <exception cref="ArgumentNullException">The outline is null.</exception>
    public void Fill(Outline outline, Paint paint)
    {
        ArgumentNullException.ThrowIfNull(outline);
        var smallest = new Vector2(float.PositiveInfinity);
        var largest = new Vector2(float.NegativeInfinity);
        for (int contour = 0; contour < outline.ContourCount; contour++)
        {
            foreach (Vector2 point in outline.Contour(contour, out _))
            {
                Vector2 pixel = Vector2.Transform(point, Transform);
                smallest = Vector2.Min(smallest, pixel);
                largest = Vector2.Max(largest, pixel);
            }
        }

        if (!(largest.X > _clip.Left && largest.Y > _clip.Top && smallest.X < _clip.Right && smallest.Y < _clip.Bottom)) return;
        int left = Math.Max(_clip.Left, (int)MathF.Floor(Math.Max(smallest.X, -1))), right = Math.Min(_clip.Right, (int)MathF.Ceiling(Math.Min(largest.X, Frame.Width)));
        int top = Math.Max(_clip.Top, (int)MathF.Floor(Math.Max(smallest.Y, -1))), bottom = Math.Min(_clip.Bottom, (int)MathF.Ceiling(Math.Min(largest.Y, Frame.Height)));
        if (left >= right || top >= bottom) return;

        _mask.Begin(left, top, right - left, bottom - top);
        for (int contour = 0; contour < outline.ContourCount; contour++)
        {
            ReadOnlySpan<Vector2> points = outline.Contour(contour, out _);
            Vector2 before = Vector2.Transform(points[^1], Transform);
            foreach (Vector2 point in points)
            {
                Vector2 pixel = Vector2.Transform(point, Transform);
                _mask.AddEdge(before.X, before.Y, pixel.X, pixel.Y);
                before = pixel;
            }
        }

        var blender = new PixelBlender(Frame, paint, Transform);
        _mask.Sweep(ref blender);
    }

    /// <summary>Draws the line of an outline.</summary>
    /// <param name="outline">What to draw.</param>
    /// <param name="width">The line's width, above 0.</param>
    /// <param name="paint">Its paint.</param>
    /// <param name="cap">How open ends look; corners are sharp with <see cref="LineCap.Butt"/> and round with <see cref="LineCap.Round"/>.</param>
    /// <exception cref="ArgumentNullException">The outline is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width is not above 0.</exception>
    public void Stroke(Outline outline, float width, Paint paint, LineCap cap = LineCap.Butt)
    {
        ArgumentNullException.ThrowIfNull(outline);
        RequireWidth(width);
        _stroke.Clear();
        for (int contour = 0; contour < outline.ContourCount; contour++)
        {
            ReadOnlySpan<Vector2> points = outline.Contour(contour, out bool isClosed);
            Stroker.Add(_stroke, points, isClosed, width, cap);
        }

        Fill(_stroke, paint);
    }

    /// <summary>Fills a polygon.</summary>
    /// <param name="paint">Its paint.</param>
    /// <param name="points">Its corners in order.</param>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public void FillPolygon(Paint paint, params ReadOnlySpan<Vector2> points) => Fill(Fresh().Polygon(points), paint);

    /// <summary>Fills a rectangle.</summary>
    /// <param name="left">Its left side.</param>
    /// <param name="top">Its upper side.</param>
    /// <param name="width">Above 0.</param>
    /// <param name="height">Above 0.</param>
    /// <param name="paint">Its paint.</param>
    /// <param name="cornerRadius">0 for sharp corners, at most half the shorter side.</param>
    /// <exception cref="ArgumentException">A number is not finite, a side is not above 0, or the radius is too large.</exception>
    public void FillRectangle(float left, float top, float width, float height, Paint paint, float cornerRadius = 0) =>
        Fill(Fresh().Rectangle(left, top, width, height, cornerRadius), paint);

    /// <summary>Draws the border of a rectangle; half of the line lies outside it.</summary>
    /// <param name="left">Its left side.</param>
    /// <param name="top">Its upper side.</param>
    /// <param name="width">Above 0.</param>
    /// <param name="height">Above 0.</param>
    /// <param name="lineWidth">Above 0.</param>
    /// <param name="paint">The line's paint.</param>
    /// <param name="cornerRadius">0 for sharp corners, at most half the shorter side.</param>
    /// <exception cref="ArgumentException">A number is not finite, a side or the width is not above 0, or the radius is too large.</exception>
    public void DrawRectangle(float left, float top, float width, float height, float lineWidth, Paint paint, float cornerRadius = 0) =>
        Stroke(Fresh().Rectangle(left, top, width, height, cornerRadius), lineWidth, paint);

    /// <summary>Fills a circle.</summary>
    /// <param name="center">Its middle.</param>
    /// <param name="radius">Above 0.</param>
    /// <param name="paint">Its paint.</param>
    /// <exception cref="ArgumentException">A number is not finite, or the radius is not above 0.</exception>
    public void FillCircle(Vector2 center, float radius, Paint paint) => Fill(Fresh().Ellipse(center, new(radius)), paint);

    /// <summary>Draws a ring; half of the line lies outside the circle.</summary>
    /// <param name="center">Its middle.</param>
    /// <param name="radius">Above 0.</param>
    /// <param name="width">The line's width, above 0.</param>
    /// <param name="paint">The line's paint.</param>
    /// <exception cref="ArgumentException">A number is not finite, or the radius or the width is not above 0.</exception>
    public void DrawCircle(Vector2 center, float radius, float width, Paint paint) => Stroke(Fresh().Ellipse(center, new(radius)), width, paint);

    /// <summary>Draws a part of a ring.</summary>
    /// <param name="center">The middle of its circle.</param>
    /// <param name="radius">Above 0.</param>
    /// <param name="startAngle">Where it starts, in radians from the x axis; growing angles turn clockwise.</param>
    /// <param name="sweep">How far it goes, in radians.</param>
    /// <param name="width">The line's width, above 0.</param>
    /// <param name="paint">The line's paint.</param>
    /// <param name="cap">How its ends look.</param>
    /// <exception cref="ArgumentException">A number is not finite, or the radius or the width is not above 0.</exception>
    public void DrawArc(Vector2 center, float radius, float startAngle, float sweep, float width, Paint paint, LineCap cap = LineCap.Butt) =>
        Stroke(Fresh().Arc(center, new(radius), startAngle, sweep), width, paint, cap);

    /// <summary>Draws a straight line.</summary>
    /// <param name="from">Its start.</param>
    /// <param name="to">Its end.</param>
    /// <param name="width">Above 0.</param>
    /// <param name="paint">Its paint.</param>
    /// <param name="cap">How its ends look.</param>
    /// <exception cref="ArgumentException">A number is not finite, or the width is not above 0.</exception>
    public void DrawLine(Vector2 from, Vector2 to, float width, Paint paint, LineCap cap = LineCap.Butt) =>
        Stroke(Fresh().MoveTo(from).LineTo(to), width, paint, cap);

    /// <summary>Draws one line of text with the built-in font, which has the printable ASCII characters. Any other character is an empty box.</summary>
    /// <param name="text">What to write.</param>
    /// <param name="position">Where: the left end, the middle or the right end of the line that the letters stand on.</param>
    /// <param name="size">The height of a capital letter, in pixels, above 0.</param>
    /// <param name="paint">Its paint.</param>
    /// <param name="alignment">Which end <paramref name="position"/> is.</param>
    /// <param name="weight">The thickness of the strokes as a share of the size, above 0; a seventh is regular.</param>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    /// <exception cref="ArgumentException">A number is not finite, or the size or the weight is not above 0.</exception>
    public void DrawText(string text, Vector2 position, float size, Paint paint, TextAlignment alignment = TextAlignment.Left, float weight = 1f / 7)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!(size > 0)) throw new ArgumentOutOfRangeException(nameof(size), size, $"The size is {size}; give one above 0.");
        if (!(weight > 0)) throw new ArgumentOutOfRangeException(nameof(weight), weight, $"The weight is {weight}; give one above 0.");
        float width = StrokeFont.Width(text, size);
        float start = alignment switch { TextAlignment.Center => position.X - width / 2, TextAlignment.Right => position.X - width, _ => position.X };
        foreach (char character in text)
        {
            Stroke(StrokeFont.Append(Fresh(), character, new(start, position.Y), size), weight * size, paint, LineCap.Round);
            start += StrokeFont.Advance(character, size);
        }
    }

    /// <summary>How wide <see cref="DrawText"/> draws a text, in pixels.</summary>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static float MeasureText(string text, float size)
    {
        ArgumentNullException.ThrowIfNull(text);
        return StrokeFont.Width(text, size);
    }

    private static void RequireWidth(float width)
    {
        if (!(width > 0 && float.IsFinite(width))) throw new ArgumentOutOfRangeException(nameof(width), width, $"The width of the line is {width}; give one above 0.");
    }

    private Outline Fresh()
    {
        _shape.Clear();
        return _shape;
    }
}
