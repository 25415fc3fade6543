namespace RlKit;

/// <summary>Exploration by random actions: each copy of the environment tosses its own coin, so that copies explore apart.</summary>
internal sealed class EpsilonGreedy(IVectorEnvironment environment, Pcg64 random) : IStateful
{
    private readonly Discrete _actionSpace = (Discrete)environment.ActionSpace;
    private readonly bool[] _explores = new bool[environment.Count];
    private readonly int[] _best = new int[environment.Count];

    /// <summary>Chooses an action for each copy: a random one with probability epsilon, else the policy's best.</summary>
    public void Act(Policy policy, double epsilon, Span<int> actions)
    {
        bool anyGreedy = false;
        for (int i = 0; i < actions.Length; i++)
        {
            _explores[i] = random.NextDouble() < epsilon;
            if (_explores[i]) actions[i] = _actionSpace.Start + random.Integers(_actionSpace.N);
            else anyGreedy = true;
        }

        if (!anyGreedy) return;
        policy.Act(ObservationBatch.Of(environment), _best);
        for (int i = 0; i < actions.Length; i++)
            if (!_explores[i]) actions[i] = _best[i];
    }

    public void SaveState(BinaryWriter writer) => random.SaveState(writer);

    public void LoadState(BinaryReader reader) => random.LoadState(reader);
}
