using System.Runtime.CompilerServices;

namespace RlKit;

/// <summary>
/// Divides rewards by the running deviation of the discounted return, and clips them to 10 (Engstrom et al. 2020, "Implementation Matters in Deep Policy Gradients"; as Gymnasium's NormalizeReward).
/// </summary>
internal sealed class RewardNormalizer(int copies, double gamma) : IStateful
{
    private const double Epsilon = 1e-8;
    private const double Clip = 10;

    private readonly double[] _returns = new double[copies];
    private readonly double[] _rewards = new double[copies];
    private readonly RunningMeanStd _statistics = new(1);

    /// <summary>Takes in the rewards of one step.</summary>
    /// <returns>The normalised rewards, valid until the next call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<double> Normalize(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> terminated, ReadOnlySpan<bool> truncated)
    {
        for (int i = 0; i < _returns.Length; i++) _returns[i] = _returns[i] * gamma + rewards[i];
        _statistics.Update(_returns);
        double deviation = Math.Sqrt(_statistics.Variance[0] + Epsilon);
        for (int i = 0; i < _returns.Length; i++)
        {
            _rewards[i] = Math.Clamp(rewards[i] / deviation, -Clip, Clip);
            if (terminated[i] || truncated[i]) _returns[i] = 0;
        }

        return _rewards;
    }

    /// <summary>Forgets the discounted returns of the episodes that are under way.</summary>
    public void EndEpisodes() => Array.Clear(_returns);

    public void SaveState(BinaryWriter writer)
    {
        foreach (double value in _returns) writer.Write(value);
        _statistics.SaveState(writer);
    }

    public void LoadState(BinaryReader reader)
    {
        foreach (ref double value in _returns.AsSpan()) value = reader.ReadDouble();
        _statistics.LoadState(reader);
    }
}
