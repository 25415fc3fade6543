namespace RlKit;

/// <summary>
/// Sticky actions for a vector environment: <see cref="StickyAction{TObservation,TAction}"/> for each copy, with the same draws as around copies that are wrapped one by one. The infos
/// tell <c>requested_action</c>, <c>executed_action</c> and <c>action_replaced</c>.
/// </summary>
public sealed class VectorStickyAction : VectorActionReplacement
{
    private readonly bool[] _hasLast;

    /// <summary>Makes actions sticky.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="probability">How often the last action is taken again, from 0 to 1.</param>
    /// <param name="seed">As for <see cref="VectorRandomAction"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not within 0 and 1, or the seed is below 0.</exception>
    public VectorStickyAction(IVectorEnvironment environment, double probability, long? seed = null)
        : base(environment, probability, seed, DerivedSeed.StickyAction, draws: false)
    {
        _hasLast = new bool[Count];
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        foreach (bool has in _hasLast) writer.Write(has);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        for (int i = 0; i < _hasLast.Length; i++) _hasLast[i] = reader.ReadBoolean();
    }

    private protected override bool Replaces(int copy, Pcg64 random)
    {
        bool replaces = _hasLast[copy] && random.NextDouble() < Probability;
        _hasLast[copy] = true;
        return replaces;
    }

    private protected override void Restart(int copy) => _hasLast[copy] = false;
}
