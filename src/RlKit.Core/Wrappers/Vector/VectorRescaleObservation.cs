namespace RlKit;

/// <summary>Scales the observations of a vector environment linearly to bounds of one's own: <see cref="RescaleObservation{TAction}"/> for each copy.</summary>
public sealed class VectorRescaleObservation : VectorObservationWrapper<float, float>
{
    private readonly BoxRescale _rescale;

    /// <summary>Scales the observations to the same bounds in every element.</summary>
    /// <param name="environment">The vector environment to wrap; its observation space is a box whose bounds are finite.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value, at least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The observation space is no such box, or low is above high.</exception>
    public VectorRescaleObservation(IVectorEnvironment environment, float low, float high)
        : this(environment, new Box<float>(low, high, WrappedSpace.Observations<float>(environment, nameof(VectorRescaleObservation)).Shape))
    {
    }

    /// <summary>Scales the observations to a box.</summary>
    /// <param name="environment">The vector environment to wrap; its observation space is a box.</param>
    /// <param name="space">The new space, of the same shape; where a bound of the one is infinite, that of the other is too.</param>
    /// <exception cref="ArgumentException">The observation space is no box, or a bound is infinite on one side only.</exception>
    public VectorRescaleObservation(IVectorEnvironment environment, Box<float> space)
        : base(environment, space)
    {
        Box<float> inner = WrappedSpace.Observations<float>(environment, nameof(VectorRescaleObservation));
        if (!inner.Shape.SequenceEqual(space.Shape)) throw new ArgumentException($"The new space is {space}, but the observations are {inner}; give one of the same shape.", nameof(space));
        _rescale = new BoxRescale(inner, space, nameof(space));
    }

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> observation, Span<float> destination) => _rescale.Map(observation, destination);
}
