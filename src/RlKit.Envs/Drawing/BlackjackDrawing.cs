using System.Globalization;
using System.Numerics;

namespace RlKit.Drawing;

/// <summary>The picture of a blackjack table: 600 x 400 pixels, the dealer's cards above, the player's below.</summary>
internal static class BlackjackDrawing
{
    private const int Width = 600, Height = 400;
    private const float CardWidth = 86, CardHeight = 122, DealerTop = 52, PlayerTop = 226;

    /// <param name="dealer">The dealer's cards, 1 (ace) to 10.</param>
    /// <param name="player">The player's cards.</param>
    /// <param name="isOver">All cards lie open; else the dealer's second one is hidden.</param>
    public static Frame Draw(ReadOnlySpan<byte> dealer, ReadOnlySpan<byte> player, bool isOver)
    {
        var canvas = new Canvas(Width, Height, Color.FromRgb(0x1B6B45));
        canvas.FillRectangle(0, 0, Width, Height, Paint.Gradient(new(0, 0), new(0, Height), Color.FromRgb(0x24804F), Color.FromRgb(0x125236)));
        canvas.DrawArc(new(Width / 2f, -620), 820, 0, MathF.PI, 2, Color.White.WithOpacity(0.18));
        DrawHand(canvas, "Dealer", dealer, DealerTop, hidesSecond: !isOver);
        DrawHand(canvas, "Player", player, PlayerTop, hidesSecond: false);
        return canvas.Frame;
    }

    private static void DrawHand(Canvas canvas, string owner, ReadOnlySpan<byte> cards, float top, bool hidesSecond)
    {
        (int sum, bool isSoft) = Value(hidesSecond ? cards[..1] : cards);
        string total = hidesSecond ? sum == 11 ? "A + ?" : string.Create(CultureInfo.InvariantCulture, $"{sum} + ?") : string.Create(CultureInfo.InvariantCulture, $"{(isSoft ? "soft " : "")}{sum}");
        canvas.DrawText(owner, new(28, top - 16), 15, Color.White.WithOpacity(0.9), weight: 0.16f);
        canvas.DrawText(total, new(Width - 28, top - 16), 15, sum > 21 ? Color.FromRgb(0xFFB3A7) : Color.FromRgb(0xFFE9A8), TextAlignment.Right, weight: 0.16f);

        // A long hand lies closer, so that it fits.
        float step = cards.Length < 2 ? 0 : Math.Min(CardWidth + 14, (Width - 56 - CardWidth) / (cards.Length - 1));
        for (int i = 0; i < cards.Length; i++)
        {
            canvas.Transform = Matrix3x2.CreateTranslation(28 + i * step, top);
            if (i == 1 && hidesSecond) DrawBack(canvas);
            else DrawCard(canvas, cards[i], suit: (cards[i] * 3 + i + (int)top) % 4);
        }

        canvas.Transform = Matrix3x2.Identity;
    }

    private static (int Sum, bool IsSoft) Value(ReadOnlySpan<byte> cards)
    {
        int sum = 0;
        bool hasAce = false;
        foreach (byte card in cards)
        {
            sum += card;
            hasAce |= card == 1;
        }

        bool isSoft = hasAce && sum <= 11;
        return (isSoft ? sum + 10 : sum, isSoft);
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

    private static void DrawCard(Canvas canvas, int card, int suit)
    {
        DrawPaper(canvas);
        Color color = suit is 1 or 2 ? Color.FromRgb(0xC8283C) : Color.FromRgb(0x20242C);
        string rank = card == 1 ? "A" : card.ToString(CultureInfo.InvariantCulture);
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

    // 0 spades, 1 hearts, 2 diamonds, 3 clubs.
    private static Outline Pip(int suit, Vector2 center, float size)
    {
        var pip = new Outline();
        switch (suit)
        {
            case 0:
                pip.MoveTo(At(0, -1)).CubicTo(At(0.3f, -0.5f), At(0.95f, -0.1f), At(0.9f, 0.35f)).CubicTo(At(0.85f, 0.8f), At(0.25f, 0.8f), At(0.08f, 0.4f)).LineTo(At(0.3f, 1)).LineTo(At(-0.3f, 1))
                    .LineTo(At(-0.08f, 0.4f)).CubicTo(At(-0.25f, 0.8f), At(-0.85f, 0.8f), At(-0.9f, 0.35f)).CubicTo(At(-0.95f, -0.1f), At(-0.3f, -0.5f), At(0, -1)).Close();
                break;
            case 1:
                pip.MoveTo(At(0, 1)).CubicTo(At(-0.3f, 0.5f), At(-0.95f, 0.1f), At(-0.95f, -0.4f)).CubicTo(At(-0.95f, -1.05f), At(-0.15f, -1.05f), At(0, -0.45f))
                    .CubicTo(At(0.15f, -1.05f), At(0.95f, -1.05f), At(0.95f, -0.4f)).CubicTo(At(0.95f, 0.1f), At(0.3f, 0.5f), At(0, 1)).Close();
                break;
            case 2:
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
