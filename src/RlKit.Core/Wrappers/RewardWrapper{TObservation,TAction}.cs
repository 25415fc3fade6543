namespace RlKit;

/// <summary>A wrapper that changes the rewards and nothing else.</summary>
public abstract class RewardWrapper<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
    : Wrapper<TObservation, TAction>(environment)
    where TObservation : notnull
    where TAction : notnull
{
    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        StepResult<TObservation> result = Inner.Step(action);
        return result with { Reward = Reward(result.Reward) };
    }

    /// <summary>The reward that the wrapper gives for one of the wrapped environment.</summary>
    protected abstract double Reward(double reward);
}
