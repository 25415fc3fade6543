namespace RlKit;

/// <summary>Clips the rewards of a vector environment into a range: <see cref="ClipReward{TObservation,TAction}"/> for each copy.</summary>
public sealed class VectorClipReward : VectorRewardWrapper
{
    private readonly double _low;
    private readonly double _high;

    /// <summary>Clips rewards.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="low">The least reward; minus infinity for no bound.</param>
    /// <param name="high">The greatest reward, at least <paramref name="low"/>; infinity for no bound.</param>
    /// <exception cref="ArgumentException">A bound is NaN, or low is above high.</exception>
    public VectorClipReward(IVectorEnvironment environment, double low = -1, double high = 1)
        : base(environment)
    {
        ClipReward<float[], int>.RequireRange(low, high);
        _low = low;
        _high = high;
    }

    /// <inheritdoc/>
    protected override void Change(Span<double> rewards)
    {
        foreach (ref double reward in rewards) reward = Math.Clamp(reward, _low, _high);
    }
}
