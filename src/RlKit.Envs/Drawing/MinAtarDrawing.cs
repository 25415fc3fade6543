using RlKit.MinAtar;

namespace RlKit.Drawing;

/// <summary>The picture of a MinAtar board: 400 x 400 pixels, one color for each channel along a cubehelix (D. A. Green, "A colour scheme for the display of astronomical intensity images", 2011).</summary>
internal static class MinAtarDrawing
{
    private const int CellSide = 40;
    private const double Start = 0.5, Rotations = -1.5, Saturation = 1, Darkest = 0.3, Lightest = 0.95;

    /// <param name="board">Rows, columns, channels.</param>
    /// <param name="channels">How many there are.</param>
    public static Frame Draw(ReadOnlySpan<byte> board, int channels)
    {
        var canvas = new Canvas(Board.Side * CellSide, Board.Side * CellSide, Color.Black);
        for (int cell = 0; cell < Board.Cells; cell++)
        {
            int channel = board.Slice(cell * channels, channels).LastIndexOfAnyExcept((byte)0);
            if (channel < 0) continue;
            int left = cell % Board.Side * CellSide, top = cell / Board.Side * CellSide;
            canvas.FillRectangle(left, top, CellSide, CellSide, ColorOf(channel, channels));
        }

        return canvas.Frame;
    }

    /// <summary>From dark to light, the darkest well above the black of an empty cell; hues go round as they grow lighter.</summary>
    private static Color ColorOf(int channel, int channels)
    {
        double lightness = double.Lerp(Darkest, Lightest, channel / (channels - 1.0));
        double angle = 2 * Math.PI * (Start / 3 + 1 + Rotations * lightness);
        double amplitude = Saturation * lightness * (1 - lightness) / 2;
        (double sin, double cos) = Math.SinCos(angle);
        return new(
            Part(lightness + amplitude * (-0.14861 * cos + 1.78277 * sin)),
            Part(lightness + amplitude * (-0.29227 * cos - 0.90649 * sin)),
            Part(lightness + amplitude * (1.97294 * cos)));

        static byte Part(double share) => (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
    }
}
