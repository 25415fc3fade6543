namespace RlKit.Cli.Runs;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█", AsciiLevels = "_.-=+*%#";

    /// <summary>Draws a curve: each letter is the mean of a part of it, the lowest the lowest.</summary>
    /// <param name="values">The curve.</param>
    /// <param name="width">Letters at most.</param>
    /// <param name="isUnicode">The terminal shows more than ASCII.</param>
    public static string Of(IReadOnlyList<double> values, int width, bool isUnicode)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        width = Math.Min(width, finite.Length);
        var means = new double[width];
        for (int i = 0; i < width; i++)
        {
            int start = (int)((long)i * finite.Length / width), end = (int)((i + 1L) * finite.Length / width);
            means[i] = finite[start..end].Average();
        }

        double low = means.DefaultIfEmpty().Min(), span = means.DefaultIfEmpty().Max() - low;
        string levels = isUnicode ? Levels : AsciiLevels;
        return string.Concat(means.Select(mean => levels[span > 0 ? (int)Math.Round((mean - low) / span * (levels.Length - 1)) : 0]));
    }
}
