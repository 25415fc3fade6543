namespace RlKit;

/// <summary>Puts every observation through a function.</summary>
/// <remarks>Gymnasium's TransformObservation.</remarks>
/// <typeparam name="TInner">The observations of the wrapped environment.</typeparam>
/// <typeparam name="TObservation">What the function returns.</typeparam>
/// <typeparam name="TAction">The actions.</typeparam>
public sealed class TransformObservation<TInner, TObservation, TAction> : ObservationWrapper<TInner, TObservation, TAction>
    where TInner : notnull
    where TObservation : notnull
    where TAction : notnull
{
    private readonly Func<TInner, TObservation> _function;

    /// <summary>Changes observations.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="function">
    /// The new observation for an observation, which it leaves as it is. A function that returns an array of its own every time is taken to be used around an environment that does so too
    /// (<see cref="IEnvironment.ReusesObservation"/>).
    /// </param>
    /// <param name="space">The space that the new observations lie in.</param>
    public TransformObservation(IEnvironment<TInner, TAction> environment, Func<TInner, TObservation> function, Space<TObservation> space)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(space);
        _function = function;
        ObservationSpace = space;
    }

    /// <inheritdoc/>
    public override Space<TObservation> ObservationSpace { get; }

    /// <inheritdoc/>
    protected override TObservation Observe(TInner observation) => _function(observation);
}
