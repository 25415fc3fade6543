namespace RlKit;

/// <summary>Gives the signs of the rewards of a vector environment: <see cref="SignReward{TObservation,TAction}"/> for each copy.</summary>
public sealed class VectorSignReward(IVectorEnvironment environment) : VectorRewardWrapper(environment)
{
    /// <inheritdoc/>
    protected override void Change(Span<double> rewards)
    {
        foreach (ref double reward in rewards) reward = SignReward<float[], int>.Of(reward);
    }
}
