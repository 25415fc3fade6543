namespace RlKit;

/// <summary>
/// What the vector wrappers share that take another action than the one asked for, with a probability and for each copy by itself: the seeding, the infos
/// (<c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>) and the state. <see cref="VectorRandomAction"/> and <see cref="VectorStickyAction"/> are the two.
/// </summary>
public abstract class VectorActionReplacement : VectorWrapper
{
    private readonly uint _stream;
    private readonly long _seed;
    private readonly Space? _drawFrom;
    private readonly Pcg64[] _randoms;
    private readonly ReplacedActions<int>? _whole;
    private readonly ReplacedActions<float>? _real;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="probability">How often, from 0 to 1.</param>
    /// <param name="seed">The caller's own seed; null for seeds from the operating system.</param>
    /// <param name="stream">The wrapper's number among the <see cref="DerivedSeed"/>s.</param>
    /// <param name="draws">True to draw a replacement from the action space; false to take the action again that was executed last.</param>
    private protected VectorActionReplacement(IVectorEnvironment environment, double probability, long? seed, uint stream, bool draws)
        : base(environment)
    {
        RlKit.Probability.Require(probability, nameof(probability));
        DerivedSeed.Require(seed);
        if (environment.ActionSpace is not (Discrete or MultiDiscrete or MultiBinary or Box<float>))
            throw new ArgumentException($"{GetType().Name} replaces actions of a Discrete, MultiDiscrete, MultiBinary or Box<float>, and these are of {environment.ActionSpace}; wrap every copy by itself.", nameof(environment));
        Probability = probability;
        _stream = stream;
        _seed = seed ?? 0;
        if (draws) _drawFrom = WrappedSpace.Copy(environment.ActionSpace);
        _randoms = new Pcg64[Count];
        for (int i = 0; i < Count; i++) _randoms[i] = seed is null ? new Pcg64() : new Pcg64(DerivedSeed.Of(i, stream, _seed));
        if (environment.ActionSpace is Box<float>) _real = new ReplacedActions<float>(environment);
        else _whole = new ReplacedActions<int>(environment);
    }

    private protected double Probability { get; }

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
            if (seed is { } given) _randoms[i].Reseed(DerivedSeed.Of(given + i, _stream, _seed));
            Forget(i);
        }
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        for (int i = 0; i < Count; i++)
        {
            _randoms[i].Reseed(DerivedSeed.Of(seeds[i], _stream, _seed));
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

        Replace(_real, actions);
        Inner.Step(_real.Executed);
        End(_real);
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

    /// <summary>Decides whether the action of a copy is replaced in this step.</summary>
    private protected abstract bool Replaces(int copy, Pcg64 random);

    /// <summary>A copy's episode is over, or a new one began.</summary>
    private protected virtual void Restart(int copy)
    {
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
                Forget(i);
                continue;
            }

            bool replace = Replaces(i, _randoms[i]);
            replaced.Set(i, replace);
            if (!replace || _drawFrom is null) continue;
            _drawFrom.Random = _randoms[i];
            VectorActions.Sample(_drawFrom, replaced.ExecutedBy(i));
        }
    }

    private void End<T>(ReplacedActions<T> replaced)
        where T : unmanaged
    {
        replaced.End(this);
        for (int i = 0; i < Count; i++)
            if (Terminated[i] || Truncated[i]) Restart(i);
    }

    private void Forget(int copy)
    {
        _whole?.Forget(copy);
        _real?.Forget(copy);
        Restart(copy);
    }
}
