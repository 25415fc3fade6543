using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a mountain car: 600 x 400 pixels, the track from -1.2 to 0.6, the height of the hill being 0.55 + 0.45 sin(3 x).</summary>
internal static class MountainCarDrawing
{
    private const int Width = 600, Height = 400;
    private const double MinPosition = -1.2, MaxPosition = 0.6;
    private const float PixelsPerUnit = (float)(Width / (MaxPosition - MinPosition));
    private const float WheelRadius = 8, FlagHeight = 50;

    public static Frame Draw(double position, double goal)
    {
        var canvas = new Canvas(Width, Height, Color.White);
        var hill = new Outline().MoveTo(Ground(MinPosition));
        for (int x = 4; x <= Width; x += 4) hill.LineTo(Ground(MinPosition + x / PixelsPerUnit));

        DrawFlag(canvas, Ground(goal));
        var earth = Paint.Gradient(new(0, 70), new(0, Height), Color.FromRgb(0xE4EBDD), Color.FromRgb(0xBCCBB0));
        canvas.Stroke(hill, 2, Color.Black);
        canvas.Fill(hill.LineTo(new(Width, Height)).LineTo(new(0, Height)), earth);
        DrawCar(canvas, position);
        return canvas.Frame;
    }

    private static Vector2 Ground(double position) =>
        new((float)(position - MinPosition) * PixelsPerUnit, Height - (float)(Math.Sin(3 * position) * 0.45 + 0.55) * PixelsPerUnit);

    private static void DrawFlag(Canvas canvas, Vector2 foot)
    {
        Vector2 top = foot - new Vector2(0, FlagHeight);
        canvas.FillPolygon(Color.FromRgb(0xCCCC00), top, top + new Vector2(25, 6), top + new Vector2(0, 12));
        canvas.DrawLine(foot, top, 1.5f, Color.Black);
    }

    private static void DrawCar(Canvas canvas, double position)
    {
        // The hill's slope is 1.35 cos(3 x); on the screen y points down.
        float slope = MathF.Atan((float)(1.35 * Math.Cos(3 * position)));
        canvas.Transform = Matrix3x2.CreateRotation(-slope) * Matrix3x2.CreateTranslation(Ground(position));

        var body = new Outline().MoveTo(new(-21, -9)).LineTo(new(-20, -17)).LineTo(new(-13, -18)).LineTo(new(-8, -27)).LineTo(new(7, -27))
            .LineTo(new(13, -18)).QuadraticTo(new(21, -17), new(21, -9)).Close();
        canvas.Fill(body, Color.Black);
        canvas.FillPolygon(Color.FromRgb(0xC8D8E8), new(-9, -18), new(-5.5f, -24.5f), new(-1, -24.5f), new(-1, -18));
        canvas.FillPolygon(Color.FromRgb(0xC8D8E8), new(1.5f, -18), new(1.5f, -24.5f), new(5.5f, -24.5f), new(9.5f, -18));
        foreach (float wheel in (ReadOnlySpan<float>)[-11, 11])
        {
            canvas.FillCircle(new(wheel, -WheelRadius), WheelRadius, Color.FromRgb(0x808080));
            canvas.FillCircle(new(wheel, -WheelRadius), 3, Color.FromRgb(0xDDDDDD));
        }
    }
}
