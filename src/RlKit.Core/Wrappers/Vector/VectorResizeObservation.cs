namespace RlKit;

/// <summary>Resizes the pictures of a vector environment by area: <see cref="ResizeObservation{TAction}"/> for each copy.</summary>
public sealed class VectorResizeObservation : VectorObservationWrapper<byte, byte>
{
    private readonly AreaResize _resize;

    /// <summary>Resizes pictures.</summary>
    /// <param name="environment">The vector environment to wrap; its observations are pictures of bytes.</param>
    /// <param name="height">The new number of rows, 1 or more.</param>
    /// <param name="width">The new number of columns, 1 or more.</param>
    /// <exception cref="ArgumentException">The observations are no pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public VectorResizeObservation(IVectorEnvironment environment, int height, int width)
        : base(environment, AreaResize.Space(WrappedSpace.Observations<byte>(environment, nameof(VectorResizeObservation)), height, width, nameof(environment))) =>
        _resize = AreaResize.Between((Box<byte>)environment.ObservationSpace, (Box<byte>)ObservationSpace);

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<byte> observation, Span<byte> destination) => _resize.Apply(observation, destination);
}
