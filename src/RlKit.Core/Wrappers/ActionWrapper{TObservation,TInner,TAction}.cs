namespace RlKit;

/// <summary>A wrapper that changes the actions and nothing else.</summary>
/// <typeparam name="TObservation">The observations.</typeparam>
/// <typeparam name="TInner">The actions of the wrapped environment.</typeparam>
/// <typeparam name="TAction">The actions that the wrapper takes.</typeparam>
public abstract class ActionWrapper<TObservation, TInner, TAction>(IEnvironment<TObservation, TInner> environment)
    : Wrapper<TObservation, TInner, TObservation, TAction>(environment)
    where TObservation : notnull
    where TInner : notnull
    where TAction : notnull
{
    /// <inheritdoc/>
    public sealed override Space<TObservation> ObservationSpace => Inner.ObservationSpace;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action) => Inner.Step(Act(action));

    /// <summary>The action that the wrapped environment gets for one that the wrapper got.</summary>
    /// <remarks>Leave the given action as it is: it is the caller's.</remarks>
    protected abstract TInner Act(TAction action);
}
