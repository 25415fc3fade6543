namespace RlKit;

/// <summary>
/// A hand-written controller: <c>new FunctionPolicy(env.ObservationSpace, env.ActionSpace, observation =&gt; observation[2] &gt; 0 ? 1 : 0)</c>.
/// </summary>
public sealed class FunctionPolicy : Policy
{
    private readonly Func<ReadOnlySpan<float>, int>? _discrete;
    private readonly ContinuousController? _continuous;

    /// <summary>A controller that chooses one of a <see cref="Discrete"/> space's actions.</summary>
    /// <param name="observationSpace">What it is shown, flattened.</param>
    /// <param name="actionSpace">Where its actions come from.</param>
    /// <param name="controller">From an observation to an action.</param>
    public FunctionPolicy(Space observationSpace, Discrete actionSpace, Func<ReadOnlySpan<float>, int> controller)
        : base(observationSpace, actionSpace)
    {
        ArgumentNullException.ThrowIfNull(controller);
        _discrete = controller;
    }

    /// <summary>A controller that sets the numbers of a <see cref="Box{T}"/> action.</summary>
    /// <inheritdoc cref="FunctionPolicy(Space, Discrete, Func{ReadOnlySpan{float}, int})"/>
    public FunctionPolicy(Space observationSpace, Box<float> actionSpace, ContinuousController controller)
        : base(observationSpace, actionSpace)
    {
        ArgumentNullException.ThrowIfNull(controller);
        _continuous = controller;
    }

    /// <summary>From an observation to the numbers of an action.</summary>
    /// <param name="observation">The flattened observation.</param>
    /// <param name="action">Where the action's numbers go.</param>
    public delegate void ContinuousController(ReadOnlySpan<float> observation, Span<float> action);

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, Span<int> actions, bool deterministic = true, Pcg64? random = null)
    {
        if (_discrete is null) throw new InvalidOperationException($"This controller acts by real numbers in {ActionSpace}; give it room for floats.");
        int rows = RequireRows(observations, actions.Length);
        for (int row = 0; row < rows; row++) actions[row] = _discrete(observations.Floats.Slice(row * ObservationSize, ObservationSize));
    }

    /// <inheritdoc/>
    public override void Act(ObservationBatch observations, Span<float> actions, bool deterministic = true, Pcg64? random = null)
    {
        if (_continuous is null) throw new InvalidOperationException($"This controller acts by whole numbers in {ActionSpace}; give it room for ints.");
        int rows = RequireRows(observations, actions.Length);
        for (int row = 0; row < rows; row++)
            _continuous(observations.Floats.Slice(row * ObservationSize, ObservationSize), actions.Slice(row * ActionSize, ActionSize));
    }

    /// <inheritdoc/>
    public override Policy Snapshot() => this;
}
