using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a taxi's town: 400 x 400 pixels, five by five crossings with walls between some, four stands and a passenger.</summary>
internal static class TaxiDrawing
{
    private const int Side = 400, Cells = 5, InTaxi = 4;
    private const float Margin = 20, Cell = (Side - 2 * Margin) / Cells;

    // A wall lies on the right side of a crossing: (row, column).
    private static ReadOnlySpan<byte> WallRows => [0, 1, 3, 4, 3, 4];

    private static ReadOnlySpan<byte> WallColumns => [1, 1, 0, 0, 2, 2];

    private static ReadOnlySpan<byte> StandRows => [0, 0, 4, 4];

    private static ReadOnlySpan<byte> StandColumns => [0, 4, 0, 3];

    /// <param name="row">Of the taxi, 0 at the top.</param>
    /// <param name="column">Of the taxi, 0 on the left.</param>
    /// <param name="passenger">The stand that the passenger waits at (0 red, 1 green, 2 yellow, 3 blue), or 4 in the taxi.</param>
    /// <param name="destination">The stand to go to.</param>
    /// <param name="heading">Where the taxi points to: 0 south, 1 north, 2 east, 3 west.</param>
    public static Frame Draw(int row, int column, int passenger, int destination, int heading)
    {
        var canvas = new Canvas(Side, Side, Color.FromRgb(0x7DAA5B));
        DrawStreets(canvas);
        for (int stand = 0; stand < StandRows.Length; stand++) DrawStand(canvas, stand, isDestination: stand == destination);
        for (int i = 0; i < WallRows.Length; i++)
        {
            float x = Margin + (WallColumns[i] + 1) * Cell, y = Margin + WallRows[i] * Cell;
            canvas.DrawLine(new(x, y + 3), new(x, y + Cell - 3), 9, Color.FromRgb(0x3E6B2F), LineCap.Round);
            canvas.DrawLine(new(x - 1, y + 3), new(x - 1, y + Cell - 3), 4, Color.FromRgb(0x5B8C46), LineCap.Round);
        }

        DrawTaxi(canvas, Center(row, column), heading, isOccupied: passenger == InTaxi);
        if (passenger != InTaxi) DrawPassenger(canvas, Center(StandRows[passenger], StandColumns[passenger]) + new Vector2(-17, 9));
        DrawDestination(canvas, Center(StandRows[destination], StandColumns[destination]) + new Vector2(21, 8));
        return canvas.Frame;
    }

    private static Vector2 Center(int row, int column) => new(Margin + (column + 0.5f) * Cell, Margin + (row + 0.5f) * Cell);

    private static Color StandColor(int stand) => Color.FromRgb(stand switch { 0 => 0xE25563, 1 => 0x43B581, 2 => 0xF2C744, _ => 0x4A90D9 });

    private static void DrawStreets(Canvas canvas)
    {
        canvas.FillRectangle(Margin, Margin, Side - 2 * Margin, Side - 2 * Margin, Color.FromRgb(0x5A6068), cornerRadius: 10);
        Color dash = Color.White.WithOpacity(0.35);
        for (int i = 1; i < Cells; i++)
        {
            for (float at = Margin + 6; at < Side - Margin - 8; at += 18)
            {
                canvas.DrawLine(new(at, Margin + i * Cell), new(at + 8, Margin + i * Cell), 1.5f, dash);
                canvas.DrawLine(new(Margin + i * Cell, at), new(Margin + i * Cell, at + 8), 1.5f, dash);
            }
        }
    }

    private static void DrawStand(Canvas canvas, int stand, bool isDestination)
    {
        Vector2 center = Center(StandRows[stand], StandColumns[stand]);
        Color color = StandColor(stand);
        const float half = Cell / 2 - 5;
        canvas.FillRectangle(center.X - half, center.Y - half, 2 * half, 2 * half, color.WithOpacity(0.85), cornerRadius: 10);
        if (isDestination) canvas.DrawRectangle(center.X - half, center.Y - half, 2 * half, 2 * half, 4, Color.White, cornerRadius: 10);
        canvas.DrawText("RGYB"[stand].ToString(), center + new Vector2(-half + 7, -half + 20), 12, Color.White, weight: 0.2f);
    }

    private static void DrawPassenger(Canvas canvas, Vector2 at)
    {
        Color dark = Color.FromRgb(0x2D3748);
        canvas.Fill(new Outline().Ellipse(at + new Vector2(0, 18), new(8, 2.5f)), Color.Black.WithOpacity(0.3));
        canvas.Fill(new Outline().MoveTo(at + new Vector2(-7, 18)).QuadraticTo(at + new Vector2(-8, -1), at + new Vector2(0, -1)).QuadraticTo(at + new Vector2(8, -1), at + new Vector2(7, 18)), dark);
        canvas.FillCircle(at + new Vector2(0, -6), 6.2f, Color.White);
        canvas.FillCircle(at + new Vector2(0, -6), 5, Color.FromRgb(0xF2C9A1));
    }

    private static void DrawDestination(Canvas canvas, Vector2 at)
    {
        var pin = new Outline().Arc(at + new Vector2(0, -6), new(9), 0.85f * MathF.PI, 1.3f * MathF.PI).LineTo(at + new Vector2(0, 18)).Close();
        canvas.Fill(new Outline().Ellipse(at + new Vector2(0, 18), new(6, 2)), Color.Black.WithOpacity(0.3));
        canvas.Fill(pin, Color.White);
        canvas.FillCircle(at + new Vector2(0, -6), 4.5f, Color.FromRgb(0x2D3748));
    }

    private static void DrawTaxi(Canvas canvas, Vector2 center, int heading, bool isOccupied)
    {
        float angle = heading switch { 0 => MathF.PI / 2, 1 => -MathF.PI / 2, 3 => MathF.PI, _ => 0 };
        canvas.Transform = Matrix3x2.CreateRotation(angle) * Matrix3x2.CreateTranslation(center);
        Color yellow = Color.FromRgb(0xFFC83D), glass = Color.FromRgb(0x33475B), black = Color.FromRgb(0x1A1A1A);
        canvas.FillRectangle(-25, -13, 52, 30, Color.Black.WithOpacity(0.25), cornerRadius: 9);
        foreach (float x in (ReadOnlySpan<float>)[-18, 10])
            foreach (float y in (ReadOnlySpan<float>)[-17, 12]) canvas.FillRectangle(x, y, 10, 5, black, cornerRadius: 2);
        canvas.FillRectangle(-26, -15, 52, 30, yellow, cornerRadius: 9);
        canvas.FillPolygon(glass, new(7, -11), new(14, -9), new(14, 9), new(7, 11));
        canvas.FillPolygon(glass, new(-14, -11), new(-19, -8), new(-19, 8), new(-14, 11));
        for (int i = 0; i < 7; i++)
        {
            canvas.FillRectangle(-14 + 3 * i, i % 2 == 0 ? -13.5f : -11.5f, 3, 2, black);
            canvas.FillRectangle(-14 + 3 * i, i % 2 == 0 ? 11.5f : 9.5f, 3, 2, black);
        }

        canvas.FillCircle(new(24, -9.5f), 2.2f, Color.White);
        canvas.FillCircle(new(24, 9.5f), 2.2f, Color.White);
        canvas.FillRectangle(-8, -6, 10, 12, isOccupied ? Color.FromRgb(0x2D3748) : Color.White, cornerRadius: 3);
        if (isOccupied) canvas.FillCircle(new(-3, 0), 4.2f, Color.FromRgb(0xF2C9A1));
        canvas.Transform = Matrix3x2.Identity;
    }
}
