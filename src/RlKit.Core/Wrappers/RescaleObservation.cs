namespace RlKit;

/// <summary>Scales observations linearly from the bounds of the wrapped environment to bounds of one's own.</summary>
/// <remarks>Gymnasium's RescaleObservation. An element that has no bounds keeps its values.</remarks>
public sealed class RescaleObservation<TAction> : ObservationWrapper<float[], float[], TAction>
    where TAction : notnull
{
    private readonly Box<float> _space;
    private readonly BoxRescale _rescale;
    private readonly ObservationBuffer<float> _buffer;

    /// <summary>Scales the observations to the same bounds in every element.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a box whose bounds are finite.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value, at least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The observation space is no such box, or low is above high.</exception>
    public RescaleObservation(IEnvironment<float[], TAction> environment, float low, float high)
        : this(environment, new Box<float>(low, high, Inner(environment).Shape))
    {
    }

    /// <summary>Scales the observations to a box.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a box.</param>
    /// <param name="space">The new space, of the same shape; where a bound of the one is infinite, that of the other is too.</param>
    /// <exception cref="ArgumentException">The observation space is no box, or a bound is infinite on one side only.</exception>
    public RescaleObservation(IEnvironment<float[], TAction> environment, Box<float> space)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(space);
        Box<float> inner = Inner(environment);
        if (!inner.Shape.SequenceEqual(space.Shape)) throw new ArgumentException($"The new space is {space}, but the observations are {inner}; give one of the same shape.", nameof(space));
        _space = space;
        _rescale = new BoxRescale(inner, space, nameof(space));
        _buffer = new ObservationBuffer<float>(environment, inner.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<float[]> ObservationSpace => _space;

    /// <inheritdoc/>
    protected override float[] Observe(float[] observation)
    {
        float[] rescaled = _buffer.Next();
        _rescale.Map(observation, rescaled);
        return rescaled;
    }

    private static new Box<float> Inner(IEnvironment<float[], TAction> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return WrappedSpace.Box<float>(environment.ObservationSpace, nameof(RescaleObservation<TAction>), nameof(environment));
    }
}
