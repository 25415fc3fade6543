namespace RlKit;

/// <summary>Puts every real-number action of a vector environment through a function: <see cref="TransformAction{TObservation,TInner,TAction}"/> for each copy.</summary>
public sealed class VectorTransformAction : VectorWrapper
{
    private readonly Box<float> _space;
    private readonly Transform _function;
    private readonly float[] _transformed;

    /// <summary>Changes actions.</summary>
    /// <param name="environment">The vector environment to wrap; its action space is a box.</param>
    /// <param name="function">Writes the environment's action for an action.</param>
    /// <param name="space">The space of the actions that the function takes.</param>
    /// <exception cref="ArgumentException">The action space is no box.</exception>
    public VectorTransformAction(IVectorEnvironment environment, Transform function, Box<float> space)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(space);
        WrappedSpace.Box<float>(environment.ActionSpace, nameof(VectorTransformAction), nameof(environment));
        _function = function;
        _space = space;
        _transformed = new float[Count * Inner.ActionSize];
    }

    /// <summary>Writes the environment's action for an action.</summary>
    /// <param name="action">One copy's action.</param>
    /// <param name="destination">Where the environment's action goes, as long as its own space says.</param>
    public delegate void Transform(ReadOnlySpan<float> action, Span<float> destination);

    /// <inheritdoc/>
    public override Space ActionSpace => _space;

    /// <inheritdoc/>
    public override int ActionSize => _space.FlatSize;

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        VectorActions.RequireLength(actions, this);
        for (int i = 0; i < Count; i++)
            if (!VectorActions.Ignores(this, i)) _function(actions.Slice(i * ActionSize, ActionSize), _transformed.AsSpan(i * Inner.ActionSize, Inner.ActionSize));
        Inner.Step(_transformed);
    }
}
