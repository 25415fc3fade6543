namespace RlKit;

/// <summary>
/// Sticky actions for a vector environment: <see cref="StickyAction{TObservation,TAction}"/> for each copy, with the same draws as around copies that are wrapped one by one. The infos
/// tell <c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>.
/// </summary>
public sealed class VectorStickyAction : VectorWrapper
{
    private readonly double _probability;
    private readonly long _seed;
    private readonly Pcg64[] _randoms;
    private readonly bool[] _hasLast;
    private readonly ReplacedActions<int>? _whole;
    private readonly ReplacedActions<float>? _real;

    /// <summary>Makes actions sticky.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="probability">How often the last action is taken again, from 0 to 1.</param>
    /// <param name="seed">As for <see cref="VectorRandomAction"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not within 0 and 1, or the seed is below 0.</exception>
    public VectorStickyAction(IVectorEnvironment environment, double probability, long? seed = null)
        : base(environment)
    {
        Probability.Require(probability, nameof(probability));
        DerivedSeed.Require(seed);
        _probability = probability;
        _seed = seed ?? 0;
        _hasLast = new bool[Count];
        _randoms = new Pcg64[Count];
        for (int i = 0; i < Count; i++) _randoms[i] = seed is null ? new Pcg64() : new Pcg64(DerivedSeed.Of(i, DerivedSeed.StickyAction, _seed));
        if (environment.ActionSpace is Box<float>) _real = new ReplacedActions<float>(environment);
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
            if (seed is { } given) _randoms[i].Reseed(DerivedSeed.Of(given + i, DerivedSeed.StickyAction, _seed));
            Forget(i);
        }
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        for (int i = 0; i < Count; i++)
        {
            _randoms[i].Reseed(DerivedSeed.Of(seeds[i], DerivedSeed.StickyAction, _seed));
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

        Stick(_whole, actions);
        Inner.Step(_whole.Executed);
        End(_whole);
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        if (_real is null)
        {
            Inner.Step(actions);
            return;
        }

        Stick(_real, actions);
        Inner.Step(_real.Executed);
        End(_real);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        foreach (Pcg64 random in _randoms) random.SaveState(writer);
        foreach (bool has in _hasLast) writer.Write(has);
        _whole?.SaveState(writer);
        _real?.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        foreach (Pcg64 random in _randoms) random.LoadState(reader);
        for (int i = 0; i < Count; i++) _hasLast[i] = reader.ReadBoolean();
        _whole?.LoadState(reader);
        _real?.LoadState(reader);
    }

    private void Stick<T>(ReplacedActions<T> replaced, ReadOnlySpan<T> actions)
        where T : unmanaged
    {
        VectorActions.RequireLegal(actions, this);
        replaced.Begin(actions);
        for (int i = 0; i < Count; i++)
        {
            if (VectorActions.Ignores(this, i))
            {
                Forget(i);
                continue;
            }

            replaced.Set(i, _hasLast[i] && _randoms[i].NextDouble() < _probability);
            _hasLast[i] = true;
        }
    }

    private void End<T>(ReplacedActions<T> replaced)
        where T : unmanaged
    {
        replaced.End(this);
        for (int i = 0; i < Count; i++)
            if (Terminated[i] || Truncated[i]) _hasLast[i] = false;
    }

    private void Forget(int copy)
    {
        _hasLast[copy] = false;
        _whole?.Forget(copy);
        _real?.Forget(copy);
    }
}
