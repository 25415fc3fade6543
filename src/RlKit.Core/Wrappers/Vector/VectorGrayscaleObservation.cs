namespace RlKit;

/// <summary>Makes the pictures of a vector environment grey: <see cref="GrayscaleObservation{TAction}"/> for each copy.</summary>
public sealed class VectorGrayscaleObservation : VectorObservationWrapper<byte, byte>
{
    /// <summary>Makes pictures grey.</summary>
    /// <param name="environment">The vector environment to wrap; its observations are pictures of bytes with three channels.</param>
    /// <param name="keepDimension">Keep the channel in the shape: (height, width, 1) in place of (height, width).</param>
    /// <exception cref="ArgumentException">The observations are no such pictures.</exception>
    public VectorGrayscaleObservation(IVectorEnvironment environment, bool keepDimension = false)
        : base(environment, Picture.GraySpace(WrappedSpace.Observations<byte>(environment, nameof(VectorGrayscaleObservation)), keepDimension, nameof(environment)))
    {
    }

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<byte> observation, Span<byte> destination) => Picture.ToGray(observation, destination);
}
