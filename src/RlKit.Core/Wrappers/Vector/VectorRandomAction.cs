namespace RlKit;

/// <summary>
/// Random-action injection for a vector environment: <see cref="RandomAction{TObservation,TAction}"/> for each copy, with the same draws as around copies that are wrapped one by one. The infos
/// tell <c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>.
/// </summary>
public sealed class VectorRandomAction : VectorActionReplacement
{
    /// <summary>Replaces actions by random ones.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="probability">How often, from 0 (never) to 1 (always).</param>
    /// <param name="seed">Seeds the draws until a reset has a seed, and sets them apart from those of another such wrapper with the same reset seed; 0 or more, null for seeds from the operating system.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not within 0 and 1, or the seed is below 0.</exception>
    public VectorRandomAction(IVectorEnvironment environment, double probability, long? seed = null)
        : base(environment, probability, seed, DerivedSeed.RandomAction, draws: true)
    {
    }

    private protected override bool Replaces(int copy, Pcg64 random) => random.NextDouble() < Probability;
}
