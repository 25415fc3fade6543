namespace RlKit;

/// <summary>Turns pictures of shape (height, width, 3) into grey ones: 0.2125 red + 0.7154 green + 0.0721 blue, rounded down.</summary>
/// <remarks>Gymnasium's GrayscaleObservation.</remarks>
public sealed class GrayscaleObservation<TAction> : ObservationWrapper<byte[], byte[], TAction>
    where TAction : notnull
{
    private readonly Box<byte> _space;
    private readonly ObservationBuffer<byte> _buffer;

    /// <summary>Makes pictures grey.</summary>
    /// <param name="environment">The environment to wrap; its observations are pictures of bytes with three channels.</param>
    /// <param name="keepDimension">Keep the channel in the shape: (height, width, 1) in place of (height, width).</param>
    /// <exception cref="ArgumentException">The observations are no such pictures.</exception>
    public GrayscaleObservation(IEnvironment<byte[], TAction> environment, bool keepDimension = false)
        : base(environment)
    {
        Box<byte> picture = WrappedSpace.Box<byte>(environment.ObservationSpace, nameof(GrayscaleObservation<TAction>), nameof(environment));
        _space = Picture.GraySpace(picture, keepDimension, nameof(environment));
        _buffer = new ObservationBuffer<byte>(environment, _space.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<byte[]> ObservationSpace => _space;

    /// <inheritdoc/>
    protected override byte[] Observe(byte[] observation)
    {
        byte[] gray = _buffer.Next();
        Picture.ToGray(observation, gray);
        return gray;
    }
}
