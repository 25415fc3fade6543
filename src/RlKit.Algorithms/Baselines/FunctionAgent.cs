namespace RlKit;

/// <summary>
/// A hand-written controller as an agent that learns nothing, so that a comparison has what it has to beat:
/// <c>new FunctionAgent(env, observation =&gt; observation[2] + observation[3] &gt; 0 ? 1 : 0)</c>.
/// </summary>
public sealed class FunctionAgent : FixedAgent
{
    /// <summary>A controller that chooses one of a <see cref="Discrete"/> space's actions.</summary>
    /// <param name="environment">What it acts in, with <see cref="AutoresetMode.SameStep"/>.</param>
    /// <param name="controller">From a flattened observation to an action.</param>
    /// <param name="seed">Seeds the environments; 0 or more.</param>
    /// <exception cref="ArgumentException">The environment's actions are others.</exception>
    public FunctionAgent(IVectorEnvironment environment, Func<ReadOnlySpan<float>, int> controller, long seed = 1)
        : base(environment, new FunctionPolicy(environment.ObservationSpace, Actions<Discrete>(environment), controller), deterministic: true, seed)
    {
    }

    /// <summary>A controller that sets the numbers of a <see cref="Box{T}"/> action.</summary>
    /// <inheritdoc cref="FunctionAgent(IVectorEnvironment, Func{ReadOnlySpan{float}, int}, long)"/>
    public FunctionAgent(IVectorEnvironment environment, FunctionPolicy.ContinuousController controller, long seed = 1)
        : base(environment, new FunctionPolicy(environment.ObservationSpace, Actions<Box<float>>(environment), controller), deterministic: true, seed)
    {
    }

    /// <inheritdoc/>
    public override string Algorithm => "function";

    private static T Actions<T>(IVectorEnvironment environment)
        where T : Space
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.ActionSpace as T
            ?? throw new ArgumentException($"The controller acts in a {typeof(T).Name.Split('`')[0]} space, and the environment's actions are {environment.ActionSpace}; give a controller of the other kind.", nameof(environment));
    }
}
