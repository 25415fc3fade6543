namespace RlKit;

/// <summary>Takes actions from a box with bounds of one's own, usually -1 to 1, and scales them linearly to the wrapped environment's bounds.</summary>
/// <remarks>Gymnasium's RescaleAction.</remarks>
public sealed class RescaleAction<TObservation> : ActionWrapper<TObservation, float[], float[]>
    where TObservation : notnull
{
    private readonly Box<float> _space;
    private readonly BoxRescale _rescale;
    private readonly float[] _rescaled;

    /// <summary>Scales actions.</summary>
    /// <param name="environment">The environment to wrap; its action space is a box whose bounds are finite.</param>
    /// <param name="low">The least action, which becomes the environment's least.</param>
    /// <param name="high">The greatest action, at least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The action space is no such box, or low is above high.</exception>
    public RescaleAction(IEnvironment<TObservation, float[]> environment, float low = -1, float high = 1)
        : base(environment)
    {
        Box<float> inner = WrappedSpace.Box<float>(environment.ActionSpace, nameof(RescaleAction<TObservation>), nameof(environment));
        _space = new Box<float>(low, high, inner.Shape);
        _rescale = new BoxRescale(_space, inner, nameof(environment));
        _rescaled = new float[inner.FlatSize];
    }

    /// <inheritdoc/>
    public override Space<float[]> ActionSpace => _space;

    /// <inheritdoc/>
    protected override float[] Act(float[] action)
    {
        if (!_space.Contains(action))
            throw new ArgumentException($"Action {ValueText.Of(action)} is not one of {_space}: it has to be {_space.LegalRange}.", nameof(action));
        _rescale.Map(action, _rescaled);
        return _rescaled;
    }
}
