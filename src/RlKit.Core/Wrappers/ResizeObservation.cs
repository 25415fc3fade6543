namespace RlKit;

/// <summary>
/// Resizes pictures of bytes, of shape (height, width) or (height, width, channels), by area: a new pixel is the mean of what lies under it.
/// </summary>
/// <remarks>
/// Gymnasium's ResizeObservation, which uses OpenCV's INTER_AREA: the results are the same wherever both sides shrink or both grow, up to a rounding by 1 where OpenCV computes with whole numbers.
/// </remarks>
public sealed class ResizeObservation<TAction> : ObservationWrapper<byte[], byte[], TAction>
    where TAction : notnull
{
    private readonly Box<byte> _space;
    private readonly AreaResize _resize;
    private readonly ObservationBuffer<byte> _buffer;

    /// <summary>Resizes pictures.</summary>
    /// <param name="environment">The environment to wrap; its observations are pictures of bytes.</param>
    /// <param name="height">The new number of rows, 1 or more.</param>
    /// <param name="width">The new number of columns, 1 or more.</param>
    /// <exception cref="ArgumentException">The observations are no pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public ResizeObservation(IEnvironment<byte[], TAction> environment, int height, int width)
        : base(environment)
    {
        Box<byte> picture = WrappedSpace.Box<byte>(environment.ObservationSpace, nameof(ResizeObservation<TAction>), nameof(environment));
        _space = AreaResize.Space(picture, height, width, nameof(environment));
        _resize = AreaResize.Between(picture, _space);
        _buffer = new ObservationBuffer<byte>(environment, _space.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<byte[]> ObservationSpace => _space;

    /// <inheritdoc/>
    protected override byte[] Observe(byte[] observation)
    {
        byte[] resized = _buffer.Next();
        _resize.Apply(observation, resized);
        return resized;
    }
}
