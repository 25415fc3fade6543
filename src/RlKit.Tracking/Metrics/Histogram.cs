namespace RlKit.Tracking;

/// <summary>A distribution of numbers: how many lie in each of several ranges of equal width between the lowest and the highest.</summary>
/// <param name="Min">The lowest number.</param>
/// <param name="Max">The highest number.</param>
/// <param name="Sum">The sum of the numbers.</param>
/// <param name="SumOfSquares">The sum of their squares.</param>
/// <param name="Counts">How many lie in each range; those that are not finite are in none.</param>
public sealed record Histogram(double Min, double Max, double Sum, double SumOfSquares, IReadOnlyList<long> Counts)
{
    internal const int Ranges = 64;

    internal static Histogram Of(ReadOnlySpan<float> values)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity, sum = 0, squares = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            sum += value;
            squares += (double)value * value;
        }

        long[] counts = new long[Ranges];
        if (max < min) return new Histogram(0, 0, 0, 0, counts);
        double scale = max > min ? Ranges / (max - min) : 0;
        foreach (float value in values)
            if (float.IsFinite(value)) counts[Math.Min((int)((value - min) * scale), Ranges - 1)]++;
        return new Histogram(min, max, sum, squares, counts);
    }
}
