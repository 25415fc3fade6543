namespace RlKit;

/// <summary>Puts every reward of a vector environment through a function: <see cref="TransformReward{TObservation,TAction}"/> for each copy.</summary>
public sealed class VectorTransformReward : VectorRewardWrapper
{
    private readonly Func<double, double> _function;

    /// <summary>Changes rewards.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="function">The new reward for a reward; in next-step mode also for the 0 of a step that resets.</param>
    public VectorTransformReward(IVectorEnvironment environment, Func<double, double> function)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    /// <inheritdoc/>
    protected override void Change(Span<double> rewards)
    {
        foreach (ref double reward in rewards) reward = _function(reward);
    }
}
