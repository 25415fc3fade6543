namespace RlKit;

/// <summary>Puts every action through a function on its way to the environment.</summary>
/// <remarks>Gymnasium's TransformAction. With other types it turns a box of actions into a few discrete ones, for example.</remarks>
/// <typeparam name="TObservation">The observations.</typeparam>
/// <typeparam name="TInner">The actions of the wrapped environment, which the function returns.</typeparam>
/// <typeparam name="TAction">The actions that the wrapper takes.</typeparam>
public sealed class TransformAction<TObservation, TInner, TAction> : ActionWrapper<TObservation, TInner, TAction>
    where TObservation : notnull
    where TInner : notnull
    where TAction : notnull
{
    private readonly Func<TAction, TInner> _function;

    /// <summary>Changes actions.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="function">The environment's action for an action, which it leaves as it is.</param>
    /// <param name="space">The space of the actions that the function takes.</param>
    public TransformAction(IEnvironment<TObservation, TInner> environment, Func<TAction, TInner> function, Space<TAction> space)
        : base(environment)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(space);
        _function = function;
        ActionSpace = space;
    }

    /// <inheritdoc/>
    public override Space<TAction> ActionSpace { get; }

    /// <inheritdoc/>
    protected override TInner Act(TAction action) => _function(action);
}
