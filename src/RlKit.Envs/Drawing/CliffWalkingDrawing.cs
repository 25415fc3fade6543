using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a cliff walk: 720 x 240 pixels, a meadow of 4 rows and 12 columns with the cliff along its lower side.</summary>
internal static class CliffWalkingDrawing
{
    private const int Rows = 4, Columns = 12, Tile = 60, Start = 36, Goal = 47;

    /// <param name="agent">The tile of the walker, counted row by row.</param>
    /// <param name="action">The last action (0 up, 1 right, 2 down, 3 left), which it looks along; -1 before the first.</param>
    public static Frame Draw(int agent, int action)
    {
        var canvas = new Canvas(Columns * Tile, Rows * Tile, Color.White);
        for (int i = 0; i < Rows * Columns; i++)
        {
            canvas.Transform = Matrix3x2.CreateTranslation(i % Columns * Tile, i / Columns * Tile);
            DrawMeadow(canvas, i);
        }

        canvas.Transform = Matrix3x2.CreateTranslation(Tile, (Rows - 1) * Tile);
        DrawCliff(canvas);
        canvas.Transform = Matrix3x2.CreateTranslation(Start % Columns * Tile, Start / Columns * Tile);
        canvas.DrawCircle(new(30, 32), 20, 3, Color.FromRgb(0xF4F1DE).WithOpacity(0.9));
        canvas.Transform = Matrix3x2.CreateTranslation(Goal % Columns * Tile, Goal / Columns * Tile);
        DrawGoal(canvas);
        canvas.Transform = Matrix3x2.CreateTranslation(agent % Columns * Tile, agent / Columns * Tile);
        DrawWalker(canvas, action);
        return canvas.Frame;
    }

    private static void DrawMeadow(Canvas canvas, int index)
    {
        bool isDark = (index / Columns + index % Columns) % 2 == 0;
        canvas.FillRectangle(0, 0, Tile, Tile, Color.FromRgb(isDark ? 0x8DBB62 : 0x98C46C));
        for (int i = 0; i < 3; i++)
        {
            // Tufts of grass at places that look strewn.
            float x = 8 + (index * 23 + i * 37) % 44, y = 14 + (index * 31 + i * 29) % 42;
            canvas.Stroke(new Outline().MoveTo(new(x - 3, y - 5)).LineTo(new(x, y)).LineTo(new(x + 0.5f, y - 7)).MoveTo(new(x, y)).LineTo(new(x + 3.5f, y - 5)), 1.3f, Color.FromRgb(0x6E9E48), LineCap.Round);
        }
    }

    private static void DrawCliff(Canvas canvas)
    {
        const float width = (Columns - 2) * Tile;
        canvas.FillRectangle(0, 0, width, Tile, Paint.Gradient(new(0, 0), new(0, Tile), Color.FromRgb(0x7A5C45), Color.FromRgb(0x1D1713)));
        Outline rim = new Outline().MoveTo(new(0, 0)), cracks = new();
        for (int i = 0; i <= 40; i++) rim.LineTo(new(i * width / 40, 6 + i * 7 % 5 + i % 2 * 4));
        canvas.Fill(rim.LineTo(new(width, 0)), Color.FromRgb(0x5E8A3C));
        for (int i = 0; i < 20; i++)
        {
            float x = 14 + i * width / 20, y = 18 + i * 11 % 13;
            cracks.MoveTo(new(x, y)).LineTo(new(x + 4 - i % 3 * 3, y + 10)).LineTo(new(x + 1 + i % 2 * 5, y + 19));
        }

        canvas.Stroke(cracks, 1.6f, Color.FromRgb(0x120E0B).WithOpacity(0.55), LineCap.Round);
    }

    private static void DrawGoal(Canvas canvas)
    {
        canvas.Fill(new Outline().Ellipse(new(24, 52), new(14, 4)), Color.Black.WithOpacity(0.2));
        canvas.DrawLine(new(22, 52), new(22, 10), 3.5f, Color.FromRgb(0x6B4B2A), LineCap.Round);
        canvas.Fill(new Outline().MoveTo(new(23, 10)).CubicTo(new(33, 4), new(38, 16), new(50, 11)).LineTo(new(50, 29)).CubicTo(new(38, 34), new(33, 22), new(23, 28)), Color.FromRgb(0xD9364E));
    }

    private static void DrawWalker(Canvas canvas, int action)
    {
        Color skin = Color.FromRgb(0xF2C9A1), coat = Color.FromRgb(0x2B6CB0), dark = Color.FromRgb(0x2D3748), hat = Color.FromRgb(0xC05621), pack = Color.FromRgb(0x744210);
        float look = action switch { 1 => 1, 3 => -1, _ => 0 };
        canvas.Fill(new Outline().Ellipse(new(30, 55), new(13, 3.5f)), Color.Black.WithOpacity(0.25));
        if (look != 0) canvas.FillRectangle(30 - 12 * look - 5, 27, 10, 15, pack, cornerRadius: 4);
        canvas.DrawLine(new(26, 43), new(25, 54), 5, dark, LineCap.Round);
        canvas.DrawLine(new(34, 43), new(35, 54), 5, dark, LineCap.Round);
        canvas.FillRectangle(21, 25, 18, 21, coat, cornerRadius: 7);
        canvas.DrawLine(new(22, 29), new(18, 40), 4.5f, coat, LineCap.Round);
        canvas.DrawLine(new(38, 29), new(42, 40), 4.5f, coat, LineCap.Round);
        if (action == 0) canvas.FillRectangle(22.5f, 27, 15, 16, pack, cornerRadius: 4);
        canvas.FillCircle(new(30, 17.5f), 8, skin);
        if (action == 0) canvas.FillCircle(new(30, 17.5f), 8, hat);
        else
        {
            canvas.FillCircle(new(27.4f + 3.5f * look, 18.5f), 1.2f, dark);
            canvas.FillCircle(new(32.6f + 3.5f * look, 18.5f), 1.2f, dark);
        }

        canvas.Fill(new Outline().Arc(new(30, 14.5f), new(8.3f, 8.5f), MathF.PI, MathF.PI), hat);
        canvas.DrawLine(new(20.5f, 14.5f), new(39.5f, 14.5f), 3, hat, LineCap.Round);
    }
}
