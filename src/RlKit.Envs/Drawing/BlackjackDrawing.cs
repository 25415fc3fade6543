using System.Globalization;
using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a blackjack table: 600 x 400 pixels, the dealer's cards above, the player's below.</summary>
internal static class BlackjackDrawing
{
    private const int Width = 600, Height = 400;
    private const float CardWidth = 86, CardHeight = 122, Left = 28, DealerTop = 52, PlayerTop = 226;

    /// <param name="dealerCards">How many cards the dealer has; all but the first lie face down.</param>
    /// <param name="showing">The dealer's open card: 1 an ace, 10 a ten or a picture.</param>
    /// <param name="suit">Of the open card: 0 clubs, 1 diamonds, 2 hearts, 3 spades.</param>
    /// <param name="picture">Of an open card of ten: 0 jack, 1 queen, 2 king.</param>
    /// <param name="dealerTotal">The dealer's sum once it is known; else null.</param>
    /// <param name="playerCards">How many cards the player has.</param>
    /// <param name="playerTotal">The player's sum.</param>
    /// <param name="hasUsableAce">An ace counts as 11 in it.</param>
    public static Frame Draw(int dealerCards, int showing, int suit, int picture, int? dealerTotal, int playerCards, int playerTotal, bool hasUsableAce)
    {
        var canvas = new Canvas(Width, Height, Color.FromRgb(0x1B6B45));
        canvas.FillRectangle(0, 0, Width, Height, Paint.Gradient(new(0, 0), new(0, Height), Color.FromRgb(0x24804F), Color.FromRgb(0x125236)));
        canvas.DrawArc(new(Width / 2f, -620), 820, 0, MathF.PI, 2, Color.White.WithOpacity(0.18));
        DrawLabel(canvas, "Dealer", DealerTop, dealerTotal is { } known ? Total(known) : "", isBust: dealerTotal > 21);
        DrawLabel(canvas, "Player", PlayerTop, hasUsableAce ? "usable ace" : playerTotal > 21 ? "bust" : "", isBust: playerTotal > 21);

        for (int i = 0; i < dealerCards; i++)
        {
            canvas.Transform = Matrix3x2.CreateTranslation(Left + i * Step(dealerCards), DealerTop);
            if (i > 0) DrawBack(canvas);
            else DrawCard(canvas, showing, suit, picture);
        }

        // The player's cards lie on each other, and the uppermost one tells their sum.
        for (int i = 0; i < playerCards; i++)
        {
            canvas.Transform = Matrix3x2.CreateTranslation(Left + i * Math.Min(22, Step(playerCards)), PlayerTop);
            DrawPaper(canvas);
        }

        canvas.DrawText(Total(playerTotal), new(CardWidth / 2, CardHeight / 2 + 19), 38, playerTotal > 21 ? Red : Black, TextAlignment.Center);
        return canvas.Frame;
    }

    private static Color Red => Color.FromRgb(0xC8283C);

    private static Color Black => Color.FromRgb(0x20242C);

    private static string Total(int value) => value.ToString(CultureInfo.InvariantCulture);

    // A long hand lies closer, so that it fits.
    private static float Step(int cards) => Math.Min(CardWidth + 14, (Width - 2 * Left - CardWidth) / Math.Max(1, cards - 1));

    private static void DrawLabel(Canvas canvas, string owner, float top, string note, bool isBust)
    {
        canvas.DrawText(owner, new(Left, top - 16), 15, Color.White.WithOpacity(0.9), weight: 0.16f);
        canvas.DrawText(note, new(Width - Left, top - 16), 15, isBust ? Color.FromRgb(0xFFB3A7) : Color.FromRgb(0xFFE9A8), TextAlignment.Right, weight: 0.16f);
    }

    private static void DrawPaper(Canvas canvas)
    {
        canvas.FillRectangle(2, 4, CardWidth, CardHeight, Color.Black.WithOpacity(0.25), cornerRadius: 9);
        canvas.FillRectangle(0, 0, CardWidth, CardHeight, Color.FromRgb(0xFDFCF8), cornerRadius: 9);
        canvas.DrawRectangle(0.5f, 0.5f, CardWidth - 1, CardHeight - 1, 1, Color.FromRgb(0xB9B4A6), cornerRadius: 9);
    }

    private static void DrawBack(Canvas canvas)
    {
        DrawPaper(canvas);
        canvas.FillRectangle(6, 6, CardWidth - 12, CardHeight - 12, Color.FromRgb(0x2C4F8F), cornerRadius: 5);
        var lattice = new Outline();
        for (int column = 0; column < 6; column++)
            for (int row = 0; row < 9; row++)
            {
                Vector2 center = new(CardWidth / 2 + (column - 2.5f) * 12, CardHeight / 2 + (row - 4) * 12);
                lattice.Polygon(center + new Vector2(0, -5), center + new Vector2(5, 0), center + new Vector2(0, 5), center + new Vector2(-5, 0));
            }

        canvas.Fill(lattice, Color.FromRgb(0x6F8FC9));
    }

    private static void DrawCard(Canvas canvas, int card, int suit, int picture)
    {
        DrawPaper(canvas);
        Color color = suit is 1 or 2 ? Red : Black;
        string rank = card switch { 1 => "A", 10 => "JQK"[picture].ToString(), _ => Total(card) };
        Matrix3x2 upright = canvas.Transform;
        canvas.Fill(Pip(suit, new(CardWidth / 2, CardHeight / 2), 21), color);
        for (int corner = 0; corner < 2; corner++)
        {
            canvas.DrawText(rank, new(17, 26), 15, color, TextAlignment.Center, weight: 0.17f);
            canvas.Fill(Pip(suit, new(17, 37), 6.5f), color);
            canvas.Transform = Matrix3x2.CreateRotation(MathF.PI, new(CardWidth / 2, CardHeight / 2)) * upright;
        }

        canvas.Transform = upright;
    }

    // The suits as Draw has them.
    private static Outline Pip(int suit, Vector2 center, float size)
    {
        var pip = new Outline();
        switch (suit)
        {
            case 3:
                pip.MoveTo(At(0, -1)).CubicTo(At(0.3f, -0.5f), At(0.95f, -0.1f), At(0.9f, 0.35f)).CubicTo(At(0.85f, 0.8f), At(0.25f, 0.8f), At(0.08f, 0.4f)).LineTo(At(0.3f, 1)).LineTo(At(-0.3f, 1))
                    .LineTo(At(-0.08f, 0.4f)).CubicTo(At(-0.25f, 0.8f), At(-0.85f, 0.8f), At(-0.9f, 0.35f)).CubicTo(At(-0.95f, -0.1f), At(-0.3f, -0.5f), At(0, -1)).Close();
                break;
            case 2:
                pip.MoveTo(At(0, 1)).CubicTo(At(-0.3f, 0.5f), At(-0.95f, 0.1f), At(-0.95f, -0.4f)).CubicTo(At(-0.95f, -1.05f), At(-0.15f, -1.05f), At(0, -0.45f))
                    .CubicTo(At(0.15f, -1.05f), At(0.95f, -1.05f), At(0.95f, -0.4f)).CubicTo(At(0.95f, 0.1f), At(0.3f, 0.5f), At(0, 1)).Close();
                break;
            case 1:
                pip.MoveTo(At(0, -1)).QuadraticTo(At(0.25f, -0.4f), At(0.72f, 0)).QuadraticTo(At(0.25f, 0.4f), At(0, 1)).QuadraticTo(At(-0.25f, 0.4f), At(-0.72f, 0)).QuadraticTo(At(-0.25f, -0.4f), At(0, -1)).Close();
                break;
            default:
                pip.Ellipse(At(0, -0.5f), new(0.43f * size)).Ellipse(At(-0.5f, 0.22f), new(0.43f * size)).Ellipse(At(0.5f, 0.22f), new(0.43f * size))
                    .Polygon(At(-0.1f, -0.3f), At(0.1f, -0.3f), At(0.12f, 0.4f), At(0.32f, 1), At(-0.32f, 1), At(-0.12f, 0.4f));
                break;
        }

        return pip;

        Vector2 At(float x, float y) => center + size * new Vector2(x, y);
    }
}
