namespace RlKit;

/// <summary>An environment around another one of the same types. By itself it changes nothing; override what is to change.</summary>
public abstract class Wrapper<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
    : Wrapper<TObservation, TAction, TObservation, TAction>(environment)
    where TObservation : notnull
    where TAction : notnull
{
    /// <inheritdoc/>
    public override Space<TObservation> ObservationSpace => Inner.ObservationSpace;

    /// <inheritdoc/>
    public override Space<TAction> ActionSpace => Inner.ActionSpace;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action) => Inner.Step(action);
}
