using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a pendulum: 500 x 500 pixels, 4.4 m wide, the torque as an arrow around the axle.</summary>
internal static class PendulumDrawing
{
    private const int Side = 500;
    private const float PixelsPerMetre = Side / 4.4f, RodWidth = 0.2f * PixelsPerMetre, AxleRadius = 0.05f * PixelsPerMetre;

    /// <param name="angle">From upright, growing counter-clockwise.</param>
    /// <param name="torque">Positive turns counter-clockwise; NaN or 0 draws no arrow.</param>
    public static Frame Draw(double angle, double torque)
    {
        var canvas = new Canvas(Side, Side, Color.White);
        var axle = new Vector2(Side / 2f);
        (double sin, double cos) = Math.SinCos(angle);
        Vector2 end = axle - PixelsPerMetre * new Vector2((float)sin, (float)cos);

        canvas.DrawLine(axle, end, RodWidth, Color.FromRgb(0xCC4D4D), LineCap.Round);
        if (Math.Abs(torque) > 0.01) DrawTorque(canvas, axle, (float)torque);
        canvas.FillCircle(axle, AxleRadius, Color.Black);
        return canvas.Frame;
    }

    private static void DrawTorque(Canvas canvas, Vector2 axle, float torque)
    {
        float size = Math.Abs(torque) / 2, radius = 12 + 30 * size, width = 2 + 2.5f * size, head = 6 + 8 * size;
        // The arrow starts at the lower side and leaves a gap; turning it over makes it counter-clockwise.
        canvas.Transform = Matrix3x2.CreateScale(torque > 0 ? -1 : 1, 1) * Matrix3x2.CreateTranslation(axle);
        const float start = 0.65f * MathF.PI, sweep = 1.55f * MathF.PI;
        canvas.DrawArc(Vector2.Zero, radius, start, sweep, width, Color.Black);
        (float sin, float cos) = MathF.SinCos(start + sweep);
        Vector2 tip = radius * new Vector2(cos, sin), outward = new(cos, sin), onward = new(-sin, cos);
        canvas.FillPolygon(Color.Black, tip - 0.1f * head * onward + 0.6f * head * outward, tip + head * onward, tip - 0.1f * head * onward - 0.6f * head * outward);
        canvas.Transform = Matrix3x2.Identity;
    }
}
