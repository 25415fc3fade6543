using System.Globalization;

namespace RlKit;

/// <summary>Clips rewards into a range.</summary>
/// <remarks>Gymnasium's ClipReward.</remarks>
public sealed class ClipReward<TObservation, TAction> : RewardWrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly double _low;
    private readonly double _high;

    /// <summary>Clips rewards.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="low">The least reward; minus infinity for no bound.</param>
    /// <param name="high">The greatest reward, at least <paramref name="low"/>; infinity for no bound.</param>
    /// <exception cref="ArgumentException">A bound is NaN, or low is above high.</exception>
    public ClipReward(IEnvironment<TObservation, TAction> environment, double low = -1, double high = 1)
        : base(environment)
    {
        RequireRange(low, high);
        _low = low;
        _high = high;
    }

    internal static void RequireRange(double low, double high)
    {
        if (!(low <= high))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Rewards cannot be clipped to {low} .. {high}; give numbers with low at most high."), nameof(low));
    }

    /// <inheritdoc/>
    protected override double Reward(double reward) => Math.Clamp(reward, _low, _high);
}
