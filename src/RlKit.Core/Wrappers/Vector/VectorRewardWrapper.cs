namespace RlKit;

/// <summary>A wrapper that changes the rewards of a vector environment.</summary>
public abstract class VectorRewardWrapper : VectorWrapper
{
    private readonly double[] _rewards;

    /// <summary>Wraps a vector environment.</summary>
    protected VectorRewardWrapper(IVectorEnvironment environment)
        : base(environment) => _rewards = new double[Count];

    /// <inheritdoc/>
    public sealed override ReadOnlySpan<double> Rewards => _rewards;

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        Inner.Rewards.CopyTo(_rewards);
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        Inner.Rewards.CopyTo(_rewards);
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        for (int i = 0; i < Count; i++)
            if (mask[i]) _rewards[i] = Inner.Rewards[i];
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<int> actions)
    {
        Inner.Step(actions);
        Change();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        Inner.Step(actions);
        Change();
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        foreach (double reward in _rewards) writer.Write(reward);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        for (int i = 0; i < _rewards.Length; i++) _rewards[i] = reader.ReadDouble();
    }

    /// <summary>Changes the rewards of a step, in place.</summary>
    /// <param name="rewards">One for each copy.</param>
    protected abstract void Change(Span<double> rewards);

    private void Change()
    {
        Inner.Rewards.CopyTo(_rewards);
        Change(_rewards);
    }
}
