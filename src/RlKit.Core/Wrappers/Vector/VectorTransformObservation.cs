namespace RlKit;

/// <summary>Puts every observation of a vector environment through a function, final observations too: <see cref="TransformObservation{TInner,TObservation,TAction}"/> for each copy.</summary>
public sealed class VectorTransformObservation : VectorObservationWrapper<float, float>
{
    private readonly Transform _function;

    /// <summary>Changes observations.</summary>
    /// <param name="environment">The vector environment to wrap; its observations are float32.</param>
    /// <param name="function">Writes the new observation for one.</param>
    /// <param name="space">The space of one copy's new observations.</param>
    /// <exception cref="ArgumentException">The observations are bytes.</exception>
    public VectorTransformObservation(IVectorEnvironment environment, Transform function, Box<float> space)
        : base(environment, space)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    /// <summary>Writes the new observation for one.</summary>
    /// <param name="observation">A flattened observation of the wrapped environment.</param>
    /// <param name="destination">Where the new one goes, as long as the new space says.</param>
    public delegate void Transform(ReadOnlySpan<float> observation, Span<float> destination);

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> observation, Span<float> destination) => _function(observation, destination);
}
