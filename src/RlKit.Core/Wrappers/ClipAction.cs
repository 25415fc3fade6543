namespace RlKit;

/// <summary>Takes any real numbers as the action and clips them into the bounds of the wrapped environment's box.</summary>
/// <remarks>Gymnasium's ClipAction. The action space has no bounds; NaN is refused.</remarks>
public sealed class ClipAction<TObservation> : ActionWrapper<TObservation, float[], float[]>
    where TObservation : notnull
{
    private readonly Box<float> _bounds;
    private readonly Box<float> _space;
    private readonly float[] _clipped;

    /// <summary>Clips actions.</summary>
    /// <param name="environment">The environment to wrap; its action space is a box.</param>
    /// <exception cref="ArgumentException">The action space is no box.</exception>
    public ClipAction(IEnvironment<TObservation, float[]> environment)
        : base(environment)
    {
        _bounds = WrappedSpace.Box<float>(environment.ActionSpace, nameof(ClipAction<TObservation>), nameof(environment));
        _space = new Box<float>(float.NegativeInfinity, float.PositiveInfinity, _bounds.Shape);
        _clipped = new float[_bounds.FlatSize];
    }

    /// <inheritdoc/>
    public override Space<float[]> ActionSpace => _space;

    /// <inheritdoc/>
    protected override float[] Act(float[] action)
    {
        BoxMath.Clip(action, _bounds, _clipped);
        return _clipped;
    }
}
