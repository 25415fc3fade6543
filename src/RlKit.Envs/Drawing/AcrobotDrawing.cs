using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of an acrobot: 500 x 500 pixels, 4.4 m wide, the bar to reach as a line 1 m above the fixed joint.</summary>
internal static class AcrobotDrawing
{
    private const int Side = 500;
    private const float PixelsPerMetre = Side / 4.4f, LinkLength = PixelsPerMetre, JointRadius = 0.1f * PixelsPerMetre;

    public static Frame Draw(double angle1, double angle2)
    {
        var canvas = new Canvas(Side, Side, Color.White);
        var shoulder = new Vector2(Side / 2f);
        Vector2 elbow = shoulder + Link(angle1), hand = elbow + Link(angle1 + angle2);

        canvas.FillRectangle(0, MathF.Round(Side / 2f - PixelsPerMetre), Side, 1, Color.Black);
        DrawLink(canvas, shoulder, elbow);
        DrawLink(canvas, elbow, hand);
        return canvas.Frame;
    }

    private static Vector2 Link(double angle)
    {
        (double sin, double cos) = Math.SinCos(angle);
        return LinkLength * new Vector2((float)sin, (float)cos);
    }

    private static void DrawLink(Canvas canvas, Vector2 from, Vector2 to)
    {
        canvas.DrawLine(from, to, 2 * JointRadius, Color.FromRgb(0x00CCCC));
        canvas.FillCircle(from, JointRadius, Color.FromRgb(0xCCCC00));
    }
}
