using System.Globalization;
using System.Runtime.CompilerServices;

namespace RlKit.Replay;

/// <summary>
/// Proportional prioritised sampling from a <see cref="ReplayBuffer"/>: transition i is drawn with probability p_i^alpha / sum p^alpha, where
/// p_i = |TD error| + epsilon. T. Schaul et al., "Prioritized Experience Replay" (2016), algorithm 1.
/// </summary>
/// <remarks>
/// Add to the buffer as ever; transitions that are new since the last call enter here at the largest priority that was ever set (1 before the first
/// one), so that each is soon seen. Draws are stratified: sample i of a batch of B lies in the i-th of B equal parts of the sum. Importance weights
/// (n P(i))^-beta are divided by the largest that any stored transition would have (over the buffer, not the batch), which makes them
/// (min p^alpha / p_i^alpha)^beta, in (0, 1].
/// </remarks>
public sealed class PrioritizedReplay : IStateful
{
    private const string StateKind = "prioritised replay";
    private const int StateVersion = 1;

    private readonly PriorityTree _tree;
    private double[] _masses = [];
    private float[] _leafPriorities = [];

    // Steps of the buffer that have their leaves.
    private long _steps;

    /// <summary>Prioritised sampling from a buffer; what it holds already counts as new.</summary>
    /// <param name="buffer">Where the transitions are.</param>
    /// <param name="alpha">How far priorities decide, in [0, 1]: 0 is uniform, 1 fully proportional. The paper's value is 0.6.</param>
    /// <param name="epsilon">Above zero: added to every |TD error|, so that nothing is never drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha or epsilon is out of range.</exception>
    public PrioritizedReplay(ReplayBuffer buffer, double alpha = 0.6, double epsilon = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (!(alpha >= 0 && alpha <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, FormattableString.Invariant($"alpha is {alpha}; it has to lie in [0, 1]."));
        if (!(epsilon >= 1e-30 && epsilon <= 1e30))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, FormattableString.Invariant($"epsilon is {epsilon}; it has to lie above zero, in [1e-30, 1e30]."));
        Buffer = buffer;
        Alpha = alpha;
        Epsilon = epsilon;
        _tree = new PriorityTree(buffer.Capacity);
    }

    /// <summary>Where the transitions are.</summary>
    public ReplayBuffer Buffer { get; }

    /// <summary>How far priorities decide, in [0, 1].</summary>
    public double Alpha { get; }

    /// <summary>What is added to every |TD error|.</summary>
    public double Epsilon { get; }

    /// <summary>The largest priority, |TD error| + epsilon, that was ever set; 1 before that. New transitions enter with it.</summary>
    public double MaxPriority { get; private set; } = 1;

    /// <summary>The sum of p^alpha over all transitions.</summary>
    public double PrioritySum
    {
        get
        {
            EnterNew();
            return _tree.Sum;
        }
    }

    /// <summary>The smallest p^alpha of all transitions; positive infinity when there is none.</summary>
    public float PriorityMin
    {
        get
        {
            EnterNew();
            return _tree.Min;
        }
    }

    /// <summary>A transition's p^alpha; 0 for an index at which none is stored yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in [0, Capacity).</exception>
    public float this[int index]
    {
        get
        {
            EnterNew();
            return _tree[index];
        }
    }

    /// <summary>Draws a batch by priority, with replacement.</summary>
    /// <param name="random">Where the draws come from: one real number for each sample.</param>
    /// <param name="beta">How far the weights make up for the unequal draws, in [0, 1]; annealed to 1 by the caller.</param>
    /// <param name="batch">Where the batch goes, weights and indices included; its size is the length of its rewards, at most the buffer's count.</param>
    /// <exception cref="ArgumentException">The batch is larger than what is stored, or a field of it has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">beta is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sample(Pcg64 random, double beta, ReplayBatchSpans batch)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(beta >= 0 && beta <= 1))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, FormattableString.Invariant($"beta is {beta}; it has to lie in [0, 1]."));
        Buffer.RequireFits(batch, drawsRequired: true);
        EnterNew();

        int size = batch.Rewards.Length;
        if (_masses.Length < size) _masses = new double[size];
        Span<double> masses = _masses.AsSpan(0, size);
        double stratum = _tree.Sum / size;
        for (int i = 0; i < size; i++) masses[i] = (i + random.NextDouble()) * stratum;
        _tree.Find(masses, batch.Indices);

        float smallest = _tree.Min;
        for (int i = 0; i < size; i++) batch.Weights[i] = MathF.Pow(smallest / _tree[batch.Indices[i]], (float)beta);
        Buffer.Gather(batch.Indices, batch);
    }

    /// <summary>Sets the priorities of transitions after an update. Where an index comes twice, the later one stays.</summary>
    /// <param name="indices">The transitions, as a batch named them. Those that were overwritten since pass the priority on to what took their place.</param>
    /// <param name="errors">The TD errors, one for each; their sign does not matter. Zero is fine: epsilon is added.</param>
    /// <exception cref="ArgumentException">An error is not a finite number, or there are more or fewer than indices; nothing was changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not of a stored transition; nothing was changed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update(ReadOnlySpan<int> indices, ReadOnlySpan<float> errors)
    {
        EnterNew();
        if (errors.Length != indices.Length)
            throw new ArgumentException($"There are {errors.Length} errors for {indices.Length} indices; give one for each.", nameof(errors));
        if (_leafPriorities.Length < errors.Length) _leafPriorities = new float[errors.Length];
        double largest = MaxPriority;
        for (int i = 0; i < errors.Length; i++)
        {
            if ((uint)indices[i] >= (uint)Buffer.Count)
                throw new ArgumentOutOfRangeException(nameof(indices), indices[i], $"There is no transition {indices[i]}; {Buffer.Count} are stored, 0 to {Buffer.Count - 1}.");
            if (!float.IsFinite(errors[i]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The error of transition {indices[i]} is {errors[i]}; a priority needs a finite number. Has the network diverged?"), nameof(errors));
            double priority = Math.Abs((double)errors[i]) + Epsilon;
            if (priority > largest) largest = priority;
            _leafPriorities[i] = Leaf(priority);
        }

        _tree.Set(indices, _leafPriorities.AsSpan(0, errors.Length));
        MaxPriority = largest;
    }

    /// <summary>Writes the priorities, the largest priority ever, and how far the buffer was read. The buffer's own state is not included.</summary>
    public void SaveState(BinaryWriter writer)
    {
        EnterNew();
        var state = new StateWriter(writer, StateKind, StateVersion);
        state.Write((long)Buffer.Capacity);
        state.Write(Alpha);
        state.Write(Epsilon);
        state.Write(_steps);
        state.Write(MaxPriority);
        for (int i = 0; i < Buffer.Count; i++) state.Write(BitConverter.SingleToInt32Bits(_tree[i]));
        state.Finish();
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote. Load the buffer's state first.</summary>
    /// <remarks>Where the state is refused, nothing changes but that priorities may have become those of new transitions.</remarks>
    public void LoadState(BinaryReader reader)
    {
        var state = new StateReader(reader, StateKind, StateVersion);
        state.Expect("capacity", Buffer.Capacity);
        state.Expect("alpha", Alpha);
        state.Expect("epsilon", Epsilon);
        long steps = state.ReadInt64();
        if (steps != Buffer.Steps)
            throw new InvalidDataException($"The state of the {StateKind} belongs to a buffer of {steps} steps, and this one has {Buffer.Steps}; load the buffer's state first, of the same moment.");
        double largest = state.ReadDouble();
        if (!(largest >= 1 && double.IsFinite(largest))) throw state.Damaged("its largest priority is below 1 or no number");

        Clear();
        bool complete = false;
        try
        {
            var priorities = new float[Buffer.Count];
            state.Read(priorities.AsSpan());
            foreach (float priority in priorities)
            {
                if (!(priority > 0 && priority <= float.MaxValue)) throw state.Damaged("a priority is not above zero");
            }

            state.Finish();
            _tree.Set(0, priorities);
            _steps = steps;
            MaxPriority = largest;
            complete = true;
        }
        finally
        {
            if (!complete) Clear();
        }
    }

    /// <summary>Forgets all priorities, the largest ever too: what the buffer holds counts as new.</summary>
    public void Clear()
    {
        _tree.Clear();
        _steps = 0;
        MaxPriority = 1;
    }

    // Transitions that were added since the last call get their leaves, as if they had got them one by one.
    private void EnterNew()
    {
        long added = Buffer.Steps - _steps;
        if (added == 0) return;
        if (added < 0) throw new InvalidOperationException($"The buffer went back from {_steps} to {Buffer.Steps} steps, by a load; make the prioritised replay anew, or load its state.");
        int copies = Buffer.Options.Copies;
        int ring = Buffer.Capacity / copies;
        float leaf = Leaf(MaxPriority);
        int start = (int)((Buffer.Steps - Math.Min(added, ring)) % ring);
        int count = (int)Math.Min(added, ring);
        int untilEnd = Math.Min(count, ring - start);
        _tree.Fill(start * copies, untilEnd * copies, leaf);
        _tree.Fill(0, (count - untilEnd) * copies, leaf);
        _steps = Buffer.Steps;
    }

    private float Leaf(double priority) => (float)Math.Pow(priority, Alpha);
}
