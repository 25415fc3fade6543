namespace RlKit;

/// <summary>
/// Sticky actions: with a probability, the action that was taken last is taken again in place of the one that was asked for, so that an agent cannot play a
/// memorised sequence. The first step of an episode is never replaced.
/// </summary>
/// <remarks>
/// Machado et al. 2018, section 5.2 (https://arxiv.org/abs/1709.06009); Gymnasium's StickyAction. The info tells <c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>.
/// The draws come from a generator of the wrapper's own, which <see cref="Reset"/> with a seed seeds from that seed.
/// </remarks>
public sealed class StickyAction<TObservation, TAction> : Wrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly double _probability;
    private readonly long _seed;
    private readonly Pcg64 _random;
    private readonly Info _info = new();
    private TAction? _last;
    private bool _hasLast;

    /// <summary>Makes actions sticky.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="probability">How often the last action is taken again, from 0 to 1 (with 1 only the first action of an episode counts).</param>
    /// <param name="seed">As for <see cref="RandomAction{TObservation,TAction}"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not within 0 and 1, or the seed is below 0.</exception>
    public StickyAction(IEnvironment<TObservation, TAction> environment, double probability, long? seed = null)
        : base(environment)
    {
        Probability.Require(probability, nameof(probability));
        DerivedSeed.Require(seed);
        _probability = probability;
        _seed = seed ?? 0;
        _random = seed is null ? new Pcg64() : new Pcg64(DerivedSeed.Of(0, DerivedSeed.StickyAction, _seed));
    }

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        if (seed is { } given) _random.Reseed(DerivedSeed.Of(given, DerivedSeed.StickyAction, _seed));
        _hasLast = false;
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        if (!ActionSpace.Contains(action))
            throw new ArgumentException($"Action {ValueText.Of(action)} is not one of {ActionSpace}: it has to be {ActionSpace.LegalRange}.", nameof(action));
        bool replaced = _hasLast && _random.NextDouble() < _probability;
        if (!replaced) Keep(action);
        StepResult<TObservation> result = Inner.Step(_last!);
        _info.Clear();
        _info.CopyFrom(result.Info);
        ReplacedAction.Tell(_info, action, _last!, replaced);
        return result with { Info = _info };
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _random.SaveState(writer);
        writer.Write(_hasLast);
        if (_hasLast) ActionState.Write(writer, ActionSpace, _last!);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _random.LoadState(reader);
        _hasLast = reader.ReadBoolean();
        if (_hasLast) _last = ActionState.Read(reader, ActionSpace);
    }

    /// <summary>The action is the caller's, who may overwrite an array after the step.</summary>
    private void Keep(TAction action)
    {
        _hasLast = true;
        if (action is not Array array)
        {
            _last = action;
            return;
        }

        if (_last is null) _last = (TAction)array.Clone();
        else Array.Copy(array, (Array)(object)_last, array.Length);
    }
}
