using System.Globalization;
using MathNet.Numerics.Statistics;

namespace RlKit;

/// <summary>Returns and lengths of evaluation episodes, and what they amount to.</summary>
public sealed class EvaluationResult
{
    private const int Resamples = 2_000;

    private readonly double[] _returns;
    private readonly int[] _lengths;

    /// <summary>The result of some episodes.</summary>
    /// <param name="returns">The return of each, in order.</param>
    /// <param name="lengths">The length of each, in steps.</param>
    /// <exception cref="ArgumentException">There are none, or not as many of both.</exception>
    public EvaluationResult(ReadOnlySpan<double> returns, ReadOnlySpan<int> lengths)
    {
        if (returns.IsEmpty || returns.Length != lengths.Length)
            throw new ArgumentException($"There are {returns.Length} returns and {lengths.Length} lengths; an evaluation has one episode or more, with both for each.", nameof(returns));
        _returns = returns.ToArray();
        _lengths = lengths.ToArray();
    }

    /// <summary>The return of each episode, in order.</summary>
    public IReadOnlyList<double> Returns => _returns;

    /// <summary>The length of each episode, in steps.</summary>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <summary>How many episodes.</summary>
    public int Episodes => _returns.Length;

    /// <summary>Mean return.</summary>
    public double Mean => _returns.Mean();

    /// <summary>Standard deviation of the returns (of the population, as NumPy's std and Stable-Baselines3 have it).</summary>
    public double StandardDeviation => _returns.PopulationStandardDeviation();

    /// <summary>Lowest return.</summary>
    public double Min => _returns.Min();

    /// <summary>Highest return.</summary>
    public double Max => _returns.Max();

    /// <summary>Median return.</summary>
    public double Median => _returns.Median();

    /// <summary>Mean of the middle half of the returns (Agarwal et al. 2021, "Deep RL at the Edge of the Statistical Precipice"): a quarter of the episodes is cut off at either end, rounded down.</summary>
    public double InterquartileMean
    {
        get
        {
            double[] sorted = [.. _returns.Order()];
            int cut = sorted.Length / 4;
            return sorted.AsSpan(cut, sorted.Length - 2 * cut).ToArray().Mean();
        }
    }

    /// <summary>Mean length, in steps.</summary>
    public double MeanLength => _lengths.Average();

    /// <summary>Mean and deviation of the returns, and the number of episodes, on one line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:0.00} +- {StandardDeviation:0.00} over {Episodes} episodes");

    /// <summary>A confidence interval of the mean by the percentile bootstrap, with 2,000 resamples drawn from a fixed seed.</summary>
    /// <param name="level">Between 0 and 1; default 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public (double Low, double High) ConfidenceInterval(double level = 0.95)
    {
        if (!(level is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, $"The level is {level}; give one between 0 and 1, such as 0.95.");
        var random = new Pcg64(0);
        double[] means = new double[Resamples];
        foreach (ref double mean in means.AsSpan())
        {
            double sum = 0;
            for (int i = 0; i < _returns.Length; i++) sum += _returns[random.Integers(_returns.Length)];
            mean = sum / _returns.Length;
        }

        return (means.Quantile((1 - level) / 2), means.Quantile((1 + level) / 2));
    }
}
