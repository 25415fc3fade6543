namespace RlKit;

/// <summary>Exploration by random actions: each copy of the environment tosses its own coin, so that copies explore apart.</summary>
internal sealed class EpsilonGreedy(Discrete actionSpace, Pcg64 random) : IStateful
{
    /// <summary>Replaces each action by a random one with probability epsilon.</summary>
    /// <param name="epsilon">The probability, 0 to 1.</param>
    /// <param name="explores">Which copies do.</param>
    /// <param name="actions">Where random actions go.</param>
    /// <returns>Whether any copy has still to be given its best action.</returns>
    public bool Draw(double epsilon, Span<bool> explores, Span<int> actions)
    {
        bool anyGreedy = false;
        for (int i = 0; i < actions.Length; i++)
        {
            explores[i] = random.NextDouble() < epsilon;
            if (explores[i]) actions[i] = actionSpace.Start + random.Integers(actionSpace.N);
            else anyGreedy = true;
        }

        return anyGreedy;
    }

    public void SaveState(BinaryWriter writer) => random.SaveState(writer);

    public void LoadState(BinaryReader reader) => random.LoadState(reader);
}
