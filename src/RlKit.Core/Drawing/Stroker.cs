using System.Numerics;

namespace RlKit.Drawing;

/// <summary>Turns a line of some width into the outline of the area that it covers.</summary>
internal static class Stroker
{
    private const float MiterLimit = 4;

    /// <summary>Adds the outline of one line; all outlines turn the same way, so that their areas add up.</summary>
    public static void Add(Outline area, ReadOnlySpan<Vector2> points, bool isClosed, float width, LineCap cap)
    {
        float half = width / 2;
        if (isClosed && points.Length > 1 && points[0] == points[^1]) points = points[..^1];
        if (points.Length == 1)
        {
            if (cap == LineCap.Round) area.Ellipse(points[0], new(half));
            return;
        }

        if (isClosed && points.Length > 2)
        {
            for (int i = 0; i < points.Length; i++) AddJoin(area, points, i, forward: true, isClosed: true, half, cap);
            area.Close();
            for (int i = points.Length - 1; i >= 0; i--) AddJoin(area, points, i, forward: false, isClosed: true, half, cap);
            area.Close();
            return;
        }

        AddCap(area, points[0], points[0] - points[1], half, cap);
        for (int i = 1; i < points.Length - 1; i++) AddJoin(area, points, i, forward: true, isClosed: false, half, cap);
        AddCap(area, points[^1], points[^1] - points[^2], half, cap);
        for (int i = points.Length - 2; i > 0; i--) AddJoin(area, points, i, forward: false, isClosed: false, half, cap);
        area.Close();
    }

    // The side walked along is always the one to the right of the walking direction as seen with y up.
    private static Vector2 Side(Vector2 direction) => new(direction.Y, -direction.X);

    private static void AddCap(Outline area, Vector2 end, Vector2 outward, float half, LineCap cap)
    {
        Vector2 side = Side(Vector2.Normalize(outward)) * half;
        if (cap == LineCap.Round)
        {
            area.Arc(end, new(half), MathF.Atan2(side.Y, side.X), MathF.PI);
            return;
        }

        area.Add(end + side);
        area.Add(end - side);
    }

    private static void AddJoin(Outline area, ReadOnlySpan<Vector2> points, int index, bool forward, bool isClosed, float half, LineCap cap)
    {
        int step = forward ? 1 : -1, count = points.Length;
        int before = isClosed ? (index - step + count) % count : index - step, after = isClosed ? (index + step + count) % count : index + step;
        Vector2 corner = points[index];
        Vector2 into = corner - points[before], outOf = points[after] - corner;
        float shorter = Math.Min(into.Length(), outOf.Length());
        into = Vector2.Normalize(into);
        outOf = Vector2.Normalize(outOf);
        Vector2 first = Side(into), second = Side(outOf);
        float cosine = Vector2.Dot(into, outOf), turn = into.X * outOf.Y - into.Y * outOf.X;
        // The two offset lines meet at corner + half * (first + second) / (1 + cosine).
        Vector2 meeting = cosine > -0.99f ? (first + second) / (1 + cosine) : default;

        if (turn < 0)
        {
            // On the inner side the lines meet, unless a neighbouring piece is too short for it.
            bool reaches = cosine > -0.99f && half * Math.Abs(turn) / (1 + cosine) <= shorter;
            if (reaches)
            {
                area.Add(corner + half * meeting);
                return;
            }

            area.Add(corner + half * first);
            area.Add(corner);
            area.Add(corner + half * second);
        }
        else if (cosine > 0.9f || cap == LineCap.Butt && cosine > -0.99f && meeting.LengthSquared() <= MiterLimit * MiterLimit)
        {
            area.Add(corner + half * meeting);
        }
        else if (cap == LineCap.Butt)
        {
            area.Add(corner + half * first);
            area.Add(corner + half * second);
        }
        else
        {
            area.Arc(corner, new(half), MathF.Atan2(first.Y, first.X), MathF.Atan2(turn, cosine) is var angle && angle > 0 ? angle : MathF.PI);
        }
    }
}
