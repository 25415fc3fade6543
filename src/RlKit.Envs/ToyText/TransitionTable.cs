namespace RlKit.ToyText;

/// <summary>All that may follow each action in each state of a table environment: enough to plan with, and what its steps are drawn from.</summary>
public sealed class TransitionTable
{
    private readonly int[] _starts;
    private readonly Transition[] _transitions;
    private readonly double[] _firstCumulative;

    internal TransitionTable(int states, int actions, ReadOnlySpan<double> firstProbabilities, Func<int, int, Transition[]> transitions)
    {
        States = states;
        Actions = actions;
        _firstCumulative = new double[states];
        double sum = 0;
        for (int state = 0; state < states; state++) _firstCumulative[state] = sum += firstProbabilities[state];

        _starts = new int[states * actions + 1];
        List<Transition> all = [];
        for (int i = 0; i < states * actions; i++)
        {
            all.AddRange(transitions(i / actions, i % actions));
            _starts[i + 1] = all.Count;
        }

        _transitions = [.. all];
    }

    /// <summary>How many states there are.</summary>
    public int States { get; }

    /// <summary>How many actions there are.</summary>
    public int Actions { get; }

    /// <summary>What may follow an action, in the order in which the steps draw from it; the probabilities sum to 1.</summary>
    /// <param name="state">0 up to <see cref="States"/> - 1.</param>
    /// <param name="action">0 up to <see cref="Actions"/> - 1.</param>
    public ReadOnlySpan<Transition> this[int state, int action]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)state, (uint)States, nameof(state));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, (uint)Actions, nameof(action));
            int index = state * Actions + action;
            return _transitions.AsSpan(_starts[index].._starts[index + 1]);
        }
    }

    /// <summary>Draws a first state with one random number: the first state whose cumulative probability is above it.</summary>
    internal int DrawFirst(Pcg64 random)
    {
        double draw = random.NextDouble();
        int low = 0;
        int high = _firstCumulative.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_firstCumulative[middle] > draw) high = middle;
            else low = middle + 1;
        }

        // Rounding can leave the last sum just below 1; NumPy's argmax then gives the first state, and so does this.
        return low < _firstCumulative.Length ? low : 0;
    }

    /// <summary>Draws what follows with one random number, even where only one thing can.</summary>
    internal ref readonly Transition Draw(int state, int action, Pcg64 random)
    {
        double draw = random.NextDouble();
        int index = state * Actions + action;
        int start = _starts[index];
        int end = _starts[index + 1];
        double cumulative = 0;
        for (int i = start; i < end; i++)
        {
            cumulative += _transitions[i].Probability;
            if (cumulative > draw) return ref _transitions[i];
        }

        return ref _transitions[start];
    }
}
