namespace RlKit;

/// <summary>After a reset, does nothing (action 0, <c>NOOP</c>) for 1 to n steps, so that episodes do not all begin alike.</summary>
/// <remarks>
/// Mnih et al. 2015; Stable-Baselines3's NoopResetEnv, except that an episode that ends meanwhile is reset without the seed. The number is drawn from a generator of the wrapper's own, which <see cref="Reset"/>
/// with a seed seeds from that seed.
/// </remarks>
public sealed class NoopReset<TObservation> : Wrapper<TObservation, int>
    where TObservation : notnull
{
    private const int Noop = 0;

    private readonly int _max;
    private readonly Pcg64 _random = new();

    /// <summary>Adds idle steps to resets.</summary>
    /// <param name="environment">The environment to wrap; it tells its <see cref="IHasActionMeanings"/>, of which the first is NOOP.</param>
    /// <param name="max">The idle steps at most, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    /// <exception cref="ArgumentException">The first action is not NOOP, or the environment does not say what its actions mean.</exception>
    public NoopReset(IEnvironment<TObservation, int> environment, int max = 30)
        : base(environment)
    {
        if (max < 1) throw new ArgumentOutOfRangeException(nameof(max), max, $"{max} idle steps at most; give 1 or more.");
        ActionMeaning.Require(environment, Noop, "NOOP", nameof(environment));
        _max = max;
    }

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        if (seed is { } given && given >= 0) _random.Reseed(DerivedSeed.Of(given, DerivedSeed.NoopReset, 0));
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        for (int left = _random.Integers(1, _max + 1); left > 0; left--)
        {
            StepResult<TObservation> step = Inner.Step(Noop);
            result = step.Done ? Inner.Reset(null, options) : new(step.Observation, step.Info);
        }

        return result;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _random.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _random.LoadState(reader);
    }
}
