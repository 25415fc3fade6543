namespace RlKit;

/// <summary>Scales the actions of a vector environment from bounds of one's own: <see cref="RescaleAction{TObservation}"/> for each copy.</summary>
public sealed class VectorRescaleAction : VectorWrapper
{
    private readonly Box<float> _space;
    private readonly BoxRescale _rescale;
    private readonly float[] _rescaled;

    /// <summary>Scales actions.</summary>
    /// <param name="environment">The vector environment to wrap; its action space is a box whose bounds are finite.</param>
    /// <param name="low">The least action, which becomes the environment's least.</param>
    /// <param name="high">The greatest action, at least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The action space is no such box, or low is above high.</exception>
    public VectorRescaleAction(IVectorEnvironment environment, float low = -1, float high = 1)
        : base(environment)
    {
        Box<float> inner = WrappedSpace.Box<float>(environment.ActionSpace, nameof(VectorRescaleAction), nameof(environment));
        _space = new Box<float>(low, high, inner.Shape);
        _rescale = new BoxRescale(_space, inner, nameof(environment));
        _rescaled = new float[Count * ActionSize];
    }

    /// <inheritdoc/>
    public override Space ActionSpace => _space;

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        VectorActions.RequireLength(actions, this);
        for (int i = 0; i < Count; i++)
        {
            if (VectorActions.Ignores(this, i)) continue;
            ReadOnlySpan<float> action = actions.Slice(i * ActionSize, ActionSize);
            if (!_space.Contains(action))
                throw new ArgumentException($"The action of copy {i}, {ValueText.Of(action.ToArray())}, is not legal: it has to be {_space.LegalRange}. No copy was stepped.", nameof(actions));
            _rescale.Map(action, _rescaled.AsSpan(i * ActionSize, ActionSize));
        }

        Inner.Step(_rescaled);
    }
}
