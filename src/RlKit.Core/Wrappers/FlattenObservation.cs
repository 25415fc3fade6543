namespace RlKit;

/// <summary>Turns observations of any space into one row of real numbers, as <see cref="Space{T}.Flatten(T)"/> does: one-hot for a Discrete, part after part for a Dict or Tuple.</summary>
/// <remarks>Gymnasium's FlattenObservation. A vector environment has flat observations already.</remarks>
/// <typeparam name="TInner">The observations of the wrapped environment.</typeparam>
/// <typeparam name="TAction">The actions.</typeparam>
public sealed class FlattenObservation<TInner, TAction> : ObservationWrapper<TInner, float[], TAction>
    where TInner : notnull
    where TAction : notnull
{
    private readonly Box<float> _space;
    private readonly ObservationBuffer<float> _buffer;

    /// <summary>Flattens observations.</summary>
    /// <param name="environment">The environment to wrap.</param>
    public FlattenObservation(IEnvironment<TInner, TAction> environment)
        : base(environment)
    {
        _space = environment.ObservationSpace.FlattenSpace();
        _buffer = new ObservationBuffer<float>(environment, _space.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<float[]> ObservationSpace => _space;

    /// <inheritdoc/>
    protected override float[] Observe(TInner observation)
    {
        float[] flat = _buffer.Next();
        Inner.ObservationSpace.Flatten(observation, flat);
        return flat;
    }
}
