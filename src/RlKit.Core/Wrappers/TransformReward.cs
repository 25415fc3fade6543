namespace RlKit;

/// <summary>Puts every reward through a function.</summary>
/// <remarks>Gymnasium's TransformReward.</remarks>
public sealed class TransformReward<TObservation, TAction> : RewardWrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly Func<double, double> _function;

    /// <summary>Changes rewards.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="function">The new reward for a reward.</param>
    public TransformReward(IEnvironment<TObservation, TAction> environment, Func<double, double> function)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    /// <inheritdoc/>
    protected override double Reward(double reward) => _function(reward);
}
