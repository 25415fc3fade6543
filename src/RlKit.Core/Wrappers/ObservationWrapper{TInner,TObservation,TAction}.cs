namespace RlKit;

/// <summary>A wrapper that changes the observations and nothing else.</summary>
/// <typeparam name="TInner">The observations of the wrapped environment.</typeparam>
/// <typeparam name="TObservation">The observations that the wrapper gives.</typeparam>
/// <typeparam name="TAction">The actions.</typeparam>
public abstract class ObservationWrapper<TInner, TObservation, TAction>(IEnvironment<TInner, TAction> environment)
    : Wrapper<TInner, TAction, TObservation, TAction>(environment)
    where TInner : notnull
    where TObservation : notnull
    where TAction : notnull
{
    /// <inheritdoc/>
    public sealed override Space<TAction> ActionSpace => Inner.ActionSpace;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TInner> result = Inner.Reset(seed, options);
        return new(Observe(result.Observation), result.Info);
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        StepResult<TInner> result = Inner.Step(action);
        return new(Observe(result.Observation), result.Reward, result.Terminated, result.Truncated, result.Info);
    }

    /// <summary>The observation that the wrapper gives for one of the wrapped environment.</summary>
    /// <remarks>Leave the given observation as it is: it may be the wrapped environment's own state.</remarks>
    protected abstract TObservation Observe(TInner observation);
}
