namespace RlKit;

/// <summary>Gives 1, 0 or -1 for a reward above, at or below 0, so that games with different scores can share settings.</summary>
/// <remarks>Mnih et al. 2015 (https://doi.org/10.1038/nature14236), where it is called clipping. NaN stays NaN.</remarks>
public sealed class SignReward<TObservation, TAction>(IEnvironment<TObservation, TAction> environment) : RewardWrapper<TObservation, TAction>(environment)
    where TObservation : notnull
    where TAction : notnull
{
    internal static double Of(double reward) => reward > 0 ? 1 : reward < 0 ? -1 : reward;

    /// <inheritdoc/>
    protected override double Reward(double reward) => Of(reward);
}
