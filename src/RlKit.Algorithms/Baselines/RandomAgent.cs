namespace RlKit;

/// <summary>Acts at random and learns nothing: the first row of any comparison.</summary>
public sealed class RandomAgent : FixedAgent
{
    /// <summary>An agent for any action space.</summary>
    /// <param name="environment">What it acts in, with <see cref="AutoresetMode.SameStep"/>.</param>
    /// <param name="seed">Seeds the environments and the actions; 0 or more.</param>
    public RandomAgent(IVectorEnvironment environment, long seed = 1)
        : base(environment, new RandomPolicy(environment.ObservationSpace, environment.ActionSpace, seed), deterministic: false, seed)
    {
    }

    /// <inheritdoc/>
    public override string Algorithm => "random";
}
