namespace RlKit;

/// <summary>An environment around another one, whose observations or actions may be of other types.</summary>
/// <typeparam name="TInnerObservation">The observations of the wrapped environment.</typeparam>
/// <typeparam name="TInnerAction">The actions of the wrapped environment.</typeparam>
/// <typeparam name="TObservation">The observations that the wrapper gives.</typeparam>
/// <typeparam name="TAction">The actions that the wrapper takes.</typeparam>
public abstract class Wrapper<TInnerObservation, TInnerAction, TObservation, TAction> : IEnvironment<TObservation, TAction>, IStateful, IWrapper
    where TInnerObservation : notnull
    where TInnerAction : notnull
    where TObservation : notnull
    where TAction : notnull
{
    /// <summary>Wraps an environment, which then belongs to the wrapper and is disposed with it.</summary>
    /// <exception cref="ArgumentNullException">The environment is null.</exception>
    protected Wrapper(IEnvironment<TInnerObservation, TInnerAction> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Inner = environment;
    }

    /// <summary>The wrapped environment.</summary>
    public IEnvironment<TInnerObservation, TInnerAction> Inner { get; }

    IEnvironment IWrapper.Inner => Inner;

    /// <inheritdoc/>
    public EnvironmentSpec? Spec => Inner.Spec;

    /// <inheritdoc/>
    public abstract Space<TObservation> ObservationSpace { get; }

    /// <inheritdoc/>
    public abstract Space<TAction> ActionSpace { get; }

    /// <inheritdoc/>
    public virtual bool ReusesObservation => Inner.ReusesObservation;

    /// <inheritdoc/>
    public virtual int? MaxEpisodeSteps => Inner.MaxEpisodeSteps;

    /// <inheritdoc/>
    public virtual bool EnforcesOrder => Inner.EnforcesOrder;

    /// <inheritdoc/>
    public abstract ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null);

    /// <inheritdoc/>
    public abstract StepResult<TObservation> Step(TAction action);

    /// <inheritdoc/>
    public virtual Frame Render() => Inner.Render();

    /// <inheritdoc/>
    public virtual string RenderText() => Inner.RenderText();

    /// <summary>Writes the state of the wrapped environment; a wrapper with a state of its own overrides this and writes that too.</summary>
    /// <exception cref="NotSupportedException">The wrapped environment cannot save its state.</exception>
    public virtual void SaveState(BinaryWriter writer) => StatefulInner().SaveState(writer);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped environment cannot save its state.</exception>
    public virtual void LoadState(BinaryReader reader) => StatefulInner().LoadState(reader);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the wrapper holds, and the wrapped environment.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Inner.Dispose();
    }

    private IStateful StatefulInner() => Inner as IStateful
        ?? throw new NotSupportedException($"{Inner.GetType().Name} cannot save its state; make it implement IStateful.");
}
