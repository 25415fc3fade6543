namespace RlKit;

/// <summary>Takes any real numbers as the actions of a vector environment and clips them: <see cref="ClipAction{TObservation}"/> for each copy.</summary>
public sealed class VectorClipAction : VectorWrapper
{
    private readonly Box<float> _bounds;
    private readonly float[] _clipped;

    /// <summary>Clips actions.</summary>
    /// <param name="environment">The vector environment to wrap; its action space is a box.</param>
    /// <exception cref="ArgumentException">The action space is no box.</exception>
    public VectorClipAction(IVectorEnvironment environment)
        : base(environment)
    {
        _bounds = WrappedSpace.Box<float>(environment.ActionSpace, nameof(VectorClipAction), nameof(environment));
        _clipped = new float[Count * ActionSize];
        ActionSpace = new Box<float>(float.NegativeInfinity, float.PositiveInfinity, _bounds.Shape);
    }

    /// <inheritdoc/>
    public override Space ActionSpace { get; }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        VectorActions.RequireLength(actions, this);
        for (int i = 0; i < Count; i++)
            if (!VectorActions.Ignores(this, i)) BoxMath.Clip(actions.Slice(i * ActionSize, ActionSize), _bounds, _clipped.AsSpan(i * ActionSize, ActionSize));
        Inner.Step(_clipped);
    }
}
