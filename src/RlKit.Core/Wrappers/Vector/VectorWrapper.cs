namespace RlKit;

/// <summary>A vector environment around another one. By itself it changes nothing; override what is to change.</summary>
public abstract class VectorWrapper : IVectorEnvironment, IStateful
{
    /// <summary>Wraps a vector environment, which then belongs to the wrapper and is disposed with it.</summary>
    /// <exception cref="ArgumentNullException">The environment is null.</exception>
    protected VectorWrapper(IVectorEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Inner = environment;
    }

    /// <summary>The wrapped vector environment.</summary>
    public IVectorEnvironment Inner { get; }

    /// <inheritdoc/>
    public int Count => Inner.Count;

    /// <inheritdoc/>
    public EnvironmentSpec? Spec => Inner.Spec;

    /// <inheritdoc/>
    public virtual Space ObservationSpace => Inner.ObservationSpace;

    /// <inheritdoc/>
    public virtual Space ActionSpace => Inner.ActionSpace;

    /// <inheritdoc/>
    public AutoresetMode AutoresetMode => Inner.AutoresetMode;

    /// <inheritdoc/>
    public virtual ObservationType ObservationType => Inner.ObservationType;

    /// <inheritdoc/>
    public virtual int ObservationSize => Inner.ObservationSize;

    /// <inheritdoc/>
    public virtual int ActionSize => Inner.ActionSize;

    /// <inheritdoc/>
    public virtual ReadOnlySpan<float> Observations => Inner.Observations;

    /// <inheritdoc/>
    public virtual ReadOnlySpan<byte> ByteObservations => Inner.ByteObservations;

    /// <inheritdoc/>
    public virtual ReadOnlySpan<double> Rewards => Inner.Rewards;

    /// <inheritdoc/>
    public ReadOnlySpan<bool> Terminated => Inner.Terminated;

    /// <inheritdoc/>
    public ReadOnlySpan<bool> Truncated => Inner.Truncated;

    /// <inheritdoc/>
    public virtual ReadOnlySpan<float> FinalObservations => Inner.FinalObservations;

    /// <inheritdoc/>
    public virtual ReadOnlySpan<byte> FinalByteObservations => Inner.FinalByteObservations;

    /// <inheritdoc/>
    public virtual Info Info(int index) => Inner.Info(index);

    /// <inheritdoc/>
    public virtual Info FinalInfo(int index) => Inner.FinalInfo(index);

    /// <inheritdoc/>
    public virtual void Reset(long? seed = null, EnvironmentOptions? options = null) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    public virtual void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null) => Inner.Reset(seeds, options);

    /// <inheritdoc/>
    public virtual void ResetWhere(ReadOnlySpan<bool> mask) => Inner.ResetWhere(mask);

    /// <inheritdoc/>
    public virtual void Step(ReadOnlySpan<int> actions) => Inner.Step(actions);

    /// <inheritdoc/>
    public virtual void Step(ReadOnlySpan<float> actions) => Inner.Step(actions);

    /// <inheritdoc/>
    public virtual Frame Render(int index) => Inner.Render(index);

    /// <summary>Writes the state of the wrapped vector environment; a wrapper with a state of its own overrides this and writes that too.</summary>
    /// <exception cref="NotSupportedException">The wrapped vector environment cannot save its state.</exception>
    public virtual void SaveState(BinaryWriter writer) => StatefulInner().SaveState(writer);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The wrapped vector environment cannot save its state.</exception>
    public virtual void LoadState(BinaryReader reader) => StatefulInner().LoadState(reader);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the wrapper holds, and the wrapped vector environment.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Inner.Dispose();
    }

    private IStateful StatefulInner() => Inner as IStateful
        ?? throw new NotSupportedException($"{Inner.GetType().Name} cannot save its state; make it implement IStateful.");
}
