using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>
/// A wrapper that changes the observations of a vector environment, one row at a time. The final observations are changed alike.
/// </summary>
/// <typeparam name="TInner">The type of the elements of the wrapped observations: float or byte.</typeparam>
/// <typeparam name="TOuter">The type of the elements that the wrapper gives: float or byte.</typeparam>
public abstract class VectorObservationWrapper<TInner, TOuter> : VectorWrapper
    where TInner : unmanaged
    where TOuter : unmanaged
{
    private readonly TOuter[] _observations;
    private readonly TOuter[] _finals;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="environment">The vector environment.</param>
    /// <param name="space">The space of one copy's new observations, whose elements are of type <typeparamref name="TOuter"/> when flattened.</param>
    /// <exception cref="ArgumentException">The observations of the environment are of another type.</exception>
    /// <exception cref="NotSupportedException">An element type is neither float nor byte.</exception>
    protected VectorObservationWrapper(IVectorEnvironment environment, Space space)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (environment.ObservationType != TypeOf<TInner>())
            throw new ArgumentException($"{GetType().Name} needs observations of {TypeOf<TInner>()}, but those of the environment are {environment.ObservationType}.", nameof(environment));
        ObservationSpace = space;
        ObservationType = TypeOf<TOuter>();
        ObservationSize = space.FlatSize;
        _observations = new TOuter[checked(Count * ObservationSize)];
        _finals = new TOuter[_observations.Length];
    }

    /// <inheritdoc/>
    public sealed override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public sealed override ObservationType ObservationType { get; }

    /// <inheritdoc/>
    public sealed override int ObservationSize { get; }

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<float> Observations => typeof(TOuter) == typeof(float) ? MemoryMarshal.Cast<TOuter, float>(_observations) : throw AreBytes(nameof(ByteObservations));

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<byte> ByteObservations => typeof(TOuter) == typeof(byte) ? MemoryMarshal.Cast<TOuter, byte>(_observations) : throw AreFloats(nameof(Observations));

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<float> FinalObservations => typeof(TOuter) == typeof(float) ? MemoryMarshal.Cast<TOuter, float>(_finals) : throw AreBytes(nameof(FinalByteObservations));

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<byte> FinalByteObservations => typeof(TOuter) == typeof(byte) ? MemoryMarshal.Cast<TOuter, byte>(_finals) : throw AreFloats(nameof(FinalObservations));

    /// <summary>The observations of the wrapped environment.</summary>
    protected ReadOnlySpan<TInner> InnerObservations => typeof(TInner) == typeof(float) ? MemoryMarshal.Cast<float, TInner>(Inner.Observations) : MemoryMarshal.Cast<byte, TInner>(Inner.ByteObservations);

    private ReadOnlySpan<TInner> InnerFinals => typeof(TInner) == typeof(float) ? MemoryMarshal.Cast<float, TInner>(Inner.FinalObservations) : MemoryMarshal.Cast<byte, TInner>(Inner.FinalByteObservations);

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        ObserveAll();
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        ObserveAll();
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        ObserveWhere(mask);
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<int> actions)
    {
        Inner.Step(actions);
        ObserveStep();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        Inner.Step(actions);
        ObserveStep();
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        writer.Write(MemoryMarshal.AsBytes<TOuter>(_observations));
        writer.Write(MemoryMarshal.AsBytes<TOuter>(_finals));
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        reader.ReadExactly(MemoryMarshal.AsBytes(_observations.AsSpan()));
        reader.ReadExactly(MemoryMarshal.AsBytes(_finals.AsSpan()));
    }

    /// <summary>Writes the new observation for one of a copy.</summary>
    /// <param name="observation">A row of the wrapped environment.</param>
    /// <param name="destination">The same row of the wrapper.</param>
    protected abstract void Observe(ReadOnlySpan<TInner> observation, Span<TOuter> destination);

    /// <summary>Changes the observations of some copies, after they were reset.</summary>
    protected void ObserveWhere(ReadOnlySpan<bool> mask)
    {
        for (int i = 0; i < Count; i++)
            if (mask[i]) Observe(InnerRow(InnerObservations, i), Row(_observations, i));
    }

    /// <summary>Called when there are new observations of all copies, before any is changed.</summary>
    protected virtual void OnObservations()
    {
    }

    private static ObservationType TypeOf<T>() => typeof(T) == typeof(float) ? ObservationType.Float32
        : typeof(T) == typeof(byte) ? ObservationType.UInt8
        : throw new NotSupportedException($"Observations of {typeof(T).Name} are not supported; use float or byte.");

    private static InvalidOperationException AreBytes(string property) => new($"The observations are bytes; read {property}.");

    private static InvalidOperationException AreFloats(string property) => new($"The observations are float32; read {property}.");

    private void ObserveAll()
    {
        OnObservations();
        for (int i = 0; i < Count; i++) Observe(InnerRow(InnerObservations, i), Row(_observations, i));
    }

    private void ObserveStep()
    {
        ObserveAll();
        ReadOnlySpan<bool> terminated = Terminated, truncated = Truncated;
        for (int i = 0; i < Count; i++)
        {
            if (!terminated[i] && !truncated[i]) continue;
            if (AutoresetMode == AutoresetMode.SameStep) Observe(InnerRow(InnerFinals, i), Row(_finals, i));
            else Row(_observations, i).CopyTo(Row(_finals, i));
        }
    }

    private ReadOnlySpan<TInner> InnerRow(ReadOnlySpan<TInner> rows, int i) => rows.Slice(i * Inner.ObservationSize, Inner.ObservationSize);

    private Span<TOuter> Row(TOuter[] rows, int i) => rows.AsSpan(i * ObservationSize, ObservationSize);
}
