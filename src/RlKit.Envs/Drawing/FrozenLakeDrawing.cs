using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a frozen lake: tiles of ice, holes and the goal, and a penguin.</summary>
internal static class FrozenLakeDrawing
{
    private const int LargestTile = 64, LargestSide = 512, SmallestTile = 8;

    private static Color Water => Color.FromRgb(0x1F4E79);

    /// <param name="map">Rows of the tiles S, F, H and G.</param>
    /// <param name="agent">The tile that the agent stands on, counted row by row.</param>
    /// <param name="action">The last action (0 left, 1 down, 2 right, 3 up), which it looks along; -1 before the first.</param>
    public static Frame Draw(IReadOnlyList<string> map, int agent, int action)
    {
        int rows = map.Count, columns = map[0].Length;
        int tile = Math.Clamp(LargestSide / Math.Max(rows, columns), SmallestTile, LargestTile);
        var canvas = new Canvas(columns * tile, rows * tile, Color.FromRgb(0xD6ECF7));
        for (int i = 0; i < rows * columns; i++)
        {
            char kind = map[i / columns][i % columns];
            canvas.Transform = Matrix3x2.CreateScale(tile / (float)LargestTile) * Matrix3x2.CreateTranslation(i % columns * tile, i / columns * tile);
            DrawIce(canvas, i);
            if (kind == 'H') DrawHole(canvas);
            else if (kind == 'S') DrawStart(canvas);
            else if (kind == 'G') DrawGoal(canvas);
        }

        int left = agent % columns * tile, top = agent / columns * tile;
        canvas.Transform = Matrix3x2.CreateScale(tile / (float)LargestTile) * Matrix3x2.CreateTranslation(left, top);
        if (map[agent / columns][agent % columns] == 'H')
        {
            // Only the upper part looks out of the water.
            canvas.SetClip(left, top, tile, tile * 38 / 64);
            canvas.Transform = Matrix3x2.CreateTranslation(0, 12) * canvas.Transform;
            DrawPenguin(canvas, 1);
            canvas.ResetClip();
        }
        else
        {
            DrawPenguin(canvas, action);
        }

        return canvas.Frame;
    }

    private static void DrawIce(Canvas canvas, int index)
    {
        Color ice = Color.FromRgb(index % 3 == 0 ? 0xE3F3FB : index % 3 == 1 ? 0xDCEFF9 : 0xE8F6FC);
        canvas.FillRectangle(1, 1, 62, 62, Paint.Gradient(new(0, 0), new(64, 64), ice.Mix(Color.White, 0.5), ice.Mix(Color.FromRgb(0xA9D3EA), 0.45)), cornerRadius: 7);
        canvas.DrawLine(new(10 + 7 * (index % 4), 14), new(22 + 7 * (index % 4), 9), 2, Color.White.WithOpacity(0.8), LineCap.Round);
        canvas.DrawLine(new(52 - 9 * (index % 3), 55), new(44 - 9 * (index % 3), 58), 1.5f, Color.White.WithOpacity(0.8), LineCap.Round);
    }

    private static void DrawHole(Canvas canvas)
    {
        canvas.Fill(new Outline().Ellipse(new(32, 34), new(27, 23)), Color.FromRgb(0x8FC0DC));
        canvas.Fill(new Outline().Ellipse(new(32, 36), new(24, 19.5f)), Paint.Gradient(new(32, 16), new(32, 56), Water, Water.Mix(Color.FromRgb(0x3F83B5), 0.8)));
        canvas.Stroke(new Outline().Arc(new(32, 40), new(14, 7), 0.3f, 2.2f), 2, Color.FromRgb(0x8FC0DC).WithOpacity(0.6), LineCap.Round);
    }

    private static void DrawStart(Canvas canvas) => canvas.DrawCircle(new(32, 32), 22, 3, Color.FromRgb(0x7FB3D1));

    private static void DrawGoal(Canvas canvas)
    {
        canvas.Fill(new Outline().Ellipse(new(32, 55), new(20, 4)), Color.FromRgb(0x5F8FAB).WithOpacity(0.4));
        canvas.FillRectangle(14, 26, 36, 28, Color.FromRgb(0xD9364E), cornerRadius: 3);
        canvas.FillRectangle(11, 20, 42, 10, Color.FromRgb(0xE9546A), cornerRadius: 3);
        canvas.FillRectangle(28, 20, 8, 34, Color.FromRgb(0xFFD75E));
        var bow = new Outline().MoveTo(new(32, 20)).CubicTo(new(14, 22), new(14, 4), new(32, 20)).CubicTo(new(50, 4), new(50, 22), new(32, 20));
        canvas.Stroke(bow, 3.5f, Color.FromRgb(0xFFD75E), LineCap.Round);
    }

    private static void DrawPenguin(Canvas canvas, int action)
    {
        Color black = Color.FromRgb(0x24292F), orange = Color.FromRgb(0xF59A23);
        canvas.Fill(new Outline().Ellipse(new(32, 57), new(16, 4)), Color.FromRgb(0x5F8FAB).WithOpacity(0.45));
        canvas.Fill(new Outline().Ellipse(new(25, 56), new(6, 3)), orange);
        canvas.Fill(new Outline().Ellipse(new(39, 56), new(6, 3)), orange);
        canvas.DrawLine(new(18, 31), new(13.5f, 42), 6, black, LineCap.Round);
        canvas.DrawLine(new(46, 31), new(50.5f, 42), 6, black, LineCap.Round);
        canvas.Fill(new Outline().Ellipse(new(32, 34), new(16.5f, 22)), black);
        if (action == 3) return;

        // It looks at us, or to a side.
        float look = action switch { 0 => -5, 2 => 5, _ => 0 };
        canvas.Fill(new Outline().Ellipse(new(32 + look * 0.6f, 41), new(11, 14)), Color.White);
        canvas.Fill(new Outline().Ellipse(new(28 + look, 24), new(5.5f, 6)), Color.White);
        canvas.Fill(new Outline().Ellipse(new(36 + look, 24), new(5.5f, 6)), Color.White);
        canvas.FillCircle(new(28.6f + 1.3f * look, 24), 2.2f, black);
        canvas.FillCircle(new(35.4f + 1.3f * look, 24), 2.2f, black);
        canvas.FillPolygon(orange, new(28.5f + 1.2f * look, 28.5f), new(35.5f + 1.2f * look, 28.5f), new(32 + 1.7f * look, 34));
    }
}
