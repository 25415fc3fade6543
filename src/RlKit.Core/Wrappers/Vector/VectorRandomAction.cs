namespace RlKit;

/// <summary>
/// Random-action injection for a vector environment: <see cref="RandomAction{TObservation,TAction}"/> for each copy, with the same draws as around copies that are wrapped one by one. The infos
/// tell <c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>.
/// </summary>
public sealed class VectorRandomAction : VectorWrapper
{
    private readonly double _probability;
    private readonly long _seed;
    private readonly Space _space;
    private readonly Pcg64[] _randoms;
    private readonly ReplacedActions<int>? _whole;
    private readonly ReplacedActions<float>? _real;

    /// <summary>Replaces actions by random ones.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="probability">How often, from 0 (never) to 1 (always).</param>
    /// <param name="seed">Seeds the draws until a reset has a seed, and sets them apart from those of another such wrapper with the same reset seed; 0 or more, null for seeds from the operating system.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not within 0 and 1, or the seed is below 0.</exception>
    public VectorRandomAction(IVectorEnvironment environment, double probability, long? seed = null)
        : base(environment)
    {
        Probability.Require(probability, nameof(probability));
        DerivedSeed.Require(seed);
        _probability = probability;
        _seed = seed ?? 0;
        _space = WrappedSpace.Copy(environment.ActionSpace);
        _randoms = new Pcg64[Count];
        for (int i = 0; i < Count; i++) _randoms[i] = seed is null ? new Pcg64() : new Pcg64(DerivedSeed.Of(i, DerivedSeed.RandomAction, _seed));
        if (_space is Box<float>) _real = new ReplacedActions<float>(environment);
        else _whole = new ReplacedActions<int>(environment);
    }

    /// <inheritdoc/>
    public override Info Info(int index) => _whole?.Info(index, Inner.Info(index)) ?? _real!.Info(index, Inner.Info(index));

    /// <inheritdoc/>
    public override Info FinalInfo(int index) => _whole?.FinalInfo(index, Inner.FinalInfo(index)) ?? _real!.FinalInfo(index, Inner.FinalInfo(index));

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        for (int i = 0; i < Count; i++)
        {
            if (seed is { } given) _randoms[i].Reseed(DerivedSeed.Of(given + i, DerivedSeed.RandomAction, _seed));
            Forget(i);
        }
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        for (int i = 0; i < Count; i++)
        {
            _randoms[i].Reseed(DerivedSeed.Of(seeds[i], DerivedSeed.RandomAction, _seed));
            Forget(i);
        }
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        for (int i = 0; i < Count; i++)
            if (mask[i]) Forget(i);
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<int> actions)
    {
        if (_whole is null)
        {
            Inner.Step(actions);
            return;
        }

        Replace(_whole, actions);
        Inner.Step(_whole.Executed);
        _whole.End(this);
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        if (_real is null)
        {
            Inner.Step(actions);
            return;
        }

        Replace(_real, actions);
        Inner.Step(_real.Executed);
        _real.End(this);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        foreach (Pcg64 random in _randoms) random.SaveState(writer);
        _whole?.SaveState(writer);
        _real?.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        foreach (Pcg64 random in _randoms) random.LoadState(reader);
        _whole?.LoadState(reader);
        _real?.LoadState(reader);
    }

    private void Replace<T>(ReplacedActions<T> replaced, ReadOnlySpan<T> actions)
        where T : unmanaged
    {
        VectorActions.RequireLegal(actions, this);
        replaced.Begin(actions);
        for (int i = 0; i < Count; i++)
        {
            if (VectorActions.Ignores(this, i))
            {
                replaced.Forget(i);
                continue;
            }

            bool replace = _randoms[i].NextDouble() < _probability;
            replaced.Set(i, replace);
            if (!replace) continue;
            _space.Random = _randoms[i];
            VectorActions.Sample(_space, replaced.ExecutedBy(i));
        }
    }

    private void Forget(int copy)
    {
        _whole?.Forget(copy);
        _real?.Forget(copy);
    }
}
