namespace RlKit;

/// <summary>
/// Random-action injection: with a probability, the action that was asked for is replaced by one drawn from the action space. The info tells
/// <c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>, so that a learner can store what was really done.
/// </summary>
/// <remarks>
/// The draws come from a generator of the wrapper's own, one coin for every step and one action for every replacement; <see cref="Reset"/> with a seed seeds it from that seed. An action that is drawn may
/// happen to be the one that was asked for: the flag is true nevertheless. An array in the info is overwritten by the next step.
/// </remarks>
public sealed class RandomAction<TObservation, TAction> : Wrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly double _probability;
    private readonly long _seed;
    private readonly ActionSampler<TAction> _sampler;
    private readonly Info _info = new();

    /// <summary>Replaces actions by random ones.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="probability">How often, from 0 (never) to 1 (always).</param>
    /// <param name="seed">
    /// Seeds the draws until a reset has a seed, and sets them apart from those of another such wrapper with the same reset seed; 0 or more, null for a seed from the operating system.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not within 0 and 1, or the seed is below 0.</exception>
    public RandomAction(IEnvironment<TObservation, TAction> environment, double probability, long? seed = null)
        : base(environment)
    {
        Probability.Require(probability, nameof(probability));
        DerivedSeed.Require(seed);
        _probability = probability;
        _seed = seed ?? 0;
        _sampler = new ActionSampler<TAction>(environment.ActionSpace);
        if (seed is not null) _sampler.Seed(DerivedSeed.Of(0, DerivedSeed.RandomAction, _seed));
    }

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        if (seed is { } given) _sampler.Seed(DerivedSeed.Of(given, DerivedSeed.RandomAction, _seed));
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        if (!ActionSpace.Contains(action))
            throw new ArgumentException($"Action {ValueText.Of(action)} is not one of {ActionSpace}: it has to be {ActionSpace.LegalRange}.", nameof(action));
        bool replaced = _sampler.Random.NextDouble() < _probability;
        TAction executed = replaced ? _sampler.Sample() : action;
        StepResult<TObservation> result = Inner.Step(executed);
        _info.Clear();
        _info.CopyFrom(result.Info);
        ReplacedAction.Tell(_info, action, executed, replaced);
        return result with { Info = _info };
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _sampler.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _sampler.LoadState(reader);
    }
}
