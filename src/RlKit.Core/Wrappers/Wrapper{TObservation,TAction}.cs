namespace RlKit;

/// <summary>An environment around another one of the same types. By itself it changes nothing; override what is to change.</summary>
public abstract class Wrapper<TObservation, TAction> : IEnvironment<TObservation, TAction>, IStateful, IWrapper
    where TObservation : notnull
    where TAction : notnull
{
    /// <summary>Wraps an environment, which then belongs to the wrapper and is disposed with it.</summary>
    /// <exception cref="ArgumentNullException">The environment is null.</exception>
    protected Wrapper(IEnvironment<TObservation, TAction> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Inner = environment;
    }

    /// <summary>The wrapped environment.</summary>
    public IEnvironment<TObservation, TAction> Inner { get; }

    IEnvironment IWrapper.Inner => Inner;

    /// <inheritdoc/>
    public EnvironmentSpec? Spec => Inner.Spec;

    /// <inheritdoc/>
    public virtual Space<TObservation> ObservationSpace => Inner.ObservationSpace;

    /// <inheritdoc/>
    public virtual Space<TAction> ActionSpace => Inner.ActionSpace;

    /// <inheritdoc/>
    public virtual bool ReusesObservation => Inner.ReusesObservation;

    /// <inheritdoc/>
    public virtual ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    public virtual StepResult<TObservation> Step(TAction action) => Inner.Step(action);

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
