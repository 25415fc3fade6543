using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a cart-pole: 600 x 400 pixels, 4.8 m wide, in the layout and the colors that it has had since OpenAI Gym.</summary>
internal static class CartPoleDrawing
{
    private const int Width = 600, Height = 400;
    private const float PixelsPerMetre = Width / 4.8f;
    private const float TrackY = 300, CartWidth = 50, CartHeight = 30, PoleWidth = 10, PoleLength = PixelsPerMetre;

    public static Frame Draw(double position, double angle)
    {
        var canvas = new Canvas(Width, Height, Color.White);
        float x = (float)position * PixelsPerMetre + Width / 2f;
        var axle = new Vector2(x, TrackY - CartHeight / 4);

        canvas.FillRectangle(0, TrackY, Width, 1, Color.Black);
        canvas.FillRectangle(x - CartWidth / 2, TrackY - CartHeight / 2, CartWidth, CartHeight, Color.Black);
        canvas.Transform = Matrix3x2.CreateRotation((float)angle) * Matrix3x2.CreateTranslation(axle);
        canvas.FillRectangle(-PoleWidth / 2, PoleWidth / 2 - PoleLength, PoleWidth, PoleLength, Color.FromRgb(0xCA9865));
        canvas.FillCircle(Vector2.Zero, PoleWidth / 2, Color.FromRgb(0x8184CB));
        return canvas.Frame;
    }
}
