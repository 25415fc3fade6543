using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RlKit.Replay;

/// <summary>
/// The steps of several copies of an environment under one policy, in flat arrays of steps x copies, row-major, with advantages by
/// <see cref="GeneralizedAdvantage"/>. A terminated episode is not bootstrapped; a truncated one is, from the value of its final observation.
/// </summary>
/// <remarks>
/// For each step: <see cref="Add(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{bool})"/>,
/// and <see cref="SetFinalValue"/> for the copies that <see cref="NeedsFinalValue"/> names. When it is full: <see cref="ComputeAdvantages"/>, then any number of passes over
/// <see cref="Minibatches"/>, then <see cref="Clear"/>. Not safe for use by several threads at once.
/// </remarks>
public sealed class RolloutBuffer : IStateful
{
    private const string StateKind = "rollout buffer";
    private const int StateVersion = 1;

    private readonly int _copies;
    private readonly float[] _observations;
    private readonly byte[] _byteObservations;
    private readonly int[] _actions;
    private readonly float[] _continuousActions;
    private readonly bool[] _actionMasks;
    private readonly float[] _logProbabilities;
    private readonly float[] _values;
    private readonly float[] _rewards;
    private readonly bool[] _terminated;
    private readonly bool[] _truncated;

    // Values of what truly followed; NaN where a truncated step waits for the value of its final observation.
    private readonly float[] _nextValues;
    private readonly float[] _advantages;
    private readonly float[] _returns;
    private readonly int[] _order;
    private bool _computed;

    /// <summary>Makes an empty buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public RolloutBuffer(RolloutOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _copies = options.Copies;
        Capacity = options.Steps * options.Copies;
        bool bytes = options.ObservationType == ObservationType.UInt8;
        _observations = bytes ? [] : new float[Capacity * options.ObservationSize];
        _byteObservations = bytes ? new byte[Capacity * options.ObservationSize] : [];
        _actions = options.ContinuousActions ? [] : new int[Capacity * options.ActionSize];
        _continuousActions = options.ContinuousActions ? new float[Capacity * options.ActionSize] : [];
        _actionMasks = new bool[Capacity * options.ActionMaskSize];
        _logProbabilities = new float[Capacity];
        _values = new float[Capacity];
        _rewards = new float[Capacity];
        _terminated = new bool[Capacity];
        _truncated = new bool[Capacity];
        _nextValues = new float[Capacity];
        _advantages = new float[Capacity];
        _returns = new float[Capacity];
        _order = new int[Capacity];
    }

    /// <summary>What the buffer was made with.</summary>
    public RolloutOptions Options { get; }

    /// <summary>Rows of a full rollout: steps x copies.</summary>
    public int Capacity { get; }

    /// <summary>The steps that were added since the last <see cref="Clear"/>.</summary>
    public int Steps { get; private set; }

    /// <summary>True when all steps were added.</summary>
    public bool IsFull => Steps == Options.Steps;

    /// <summary>The rewards of the steps so far, steps x copies.</summary>
    public ReadOnlySpan<float> Rewards => _rewards.AsSpan(0, Rows);

    /// <summary>The values of the observations of the steps so far, steps x copies.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Rows);

    /// <summary>The advantages, steps x copies.</summary>
    /// <exception cref="InvalidOperationException">They were not computed yet.</exception>
    public ReadOnlySpan<float> Advantages => _computed ? _advantages : throw NotComputed();

    /// <summary>The advantages plus the values, steps x copies.</summary>
    /// <exception cref="InvalidOperationException">They were not computed yet.</exception>
    public ReadOnlySpan<float> Returns => _computed ? _returns : throw NotComputed();

    private int Rows => Steps * _copies;

    /// <summary>Adds one step of all copies.</summary>
    /// <param name="observations">The observations that were acted on, Copies x ObservationSize.</param>
    /// <param name="actions">The actions that the policy chose, before any clipping, Copies x ActionSize.</param>
    /// <param name="logProbabilities">Their log probabilities, one for each copy.</param>
    /// <param name="values">The values of the observations, one for each copy.</param>
    /// <param name="rewards">The rewards, one for each copy; kept in single precision.</param>
    /// <param name="terminated">Which copies terminated.</param>
    /// <param name="truncated">Which copies were truncated; one that did both counts as terminated.</param>
    /// <param name="actionMasks">Which actions were legal, Copies x ActionMaskSize; empty without masks.</param>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    /// <exception cref="ArgumentException">A length or a type does not fit, or a reward, value or log probability is not finite; nothing was stored.</exception>
    public void Add(
        ReadOnlySpan<float> observations,
        ReadOnlySpan<int> actions,
        ReadOnlySpan<float> logProbabilities,
        ReadOnlySpan<float> values,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<bool> actionMasks = default)
    {
        Require(observations, _observations, Options.ObservationSize, nameof(observations));
        Require(actions, _actions, Options.ActionSize, nameof(actions));
        AddNumbers(logProbabilities, values, rewards, terminated, truncated, actionMasks);
        Store(observations, _observations);
        Store(actions, _actions);
        Steps++;
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{bool})"/>
    public void Add(
        ReadOnlySpan<float> observations,
        ReadOnlySpan<float> actions,
        ReadOnlySpan<float> logProbabilities,
        ReadOnlySpan<float> values,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<bool> actionMasks = default)
    {
        Require(observations, _observations, Options.ObservationSize, nameof(observations));
        Require(actions, _continuousActions, Options.ActionSize, nameof(actions));
        AddNumbers(logProbabilities, values, rewards, terminated, truncated, actionMasks);
        Store(observations, _observations);
        Store(actions, _continuousActions);
        Steps++;
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{bool})"/>
    public void Add(
        ReadOnlySpan<byte> observations,
        ReadOnlySpan<int> actions,
        ReadOnlySpan<float> logProbabilities,
        ReadOnlySpan<float> values,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<bool> actionMasks = default)
    {
        Require(observations, _byteObservations, Options.ObservationSize, nameof(observations));
        Require(actions, _actions, Options.ActionSize, nameof(actions));
        AddNumbers(logProbabilities, values, rewards, terminated, truncated, actionMasks);
        Store(observations, _byteObservations);
        Store(actions, _actions);
        Steps++;
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{bool})"/>
    public void Add(
        ReadOnlySpan<byte> observations,
        ReadOnlySpan<float> actions,
        ReadOnlySpan<float> logProbabilities,
        ReadOnlySpan<float> values,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<bool> actionMasks = default)
    {
        Require(observations, _byteObservations, Options.ObservationSize, nameof(observations));
        Require(actions, _continuousActions, Options.ActionSize, nameof(actions));
        AddNumbers(logProbabilities, values, rewards, terminated, truncated, actionMasks);
        Store(observations, _byteObservations);
        Store(actions, _continuousActions);
        Steps++;
    }

    /// <summary>True when a copy was truncated (and not terminated) at the step that was added last, and the value of its final observation has not been given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such copy.</exception>
    public bool NeedsFinalValue(int copy)
    {
        RequireCopy(copy);
        return Steps > 0 && float.IsNaN(_nextValues[Rows - _copies + copy]);
    }

    /// <summary>Gives the value of the final observation of a copy that was truncated at the step that was added last.</summary>
    /// <param name="copy">Which copy.</param>
    /// <param name="value">What the value function says of the observation that the episode ended with, not of the one after the reset.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such copy.</exception>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    /// <exception cref="InvalidOperationException">The copy was not truncated at that step, or has terminated, or has its value.</exception>
    public void SetFinalValue(int copy, float value)
    {
        if (!NeedsFinalValue(copy))
            throw new InvalidOperationException($"Copy {copy} was not truncated at the last step, or its value was given; NeedsFinalValue tells which copies need one.");
        if (!float.IsFinite(value)) throw new ArgumentException(FormattableString.Invariant($"The value of copy {copy}'s final observation is {value}; a bootstrap needs a finite number. Has the network diverged?"), nameof(value));
        _nextValues[Rows - _copies + copy] = value;
    }

    /// <summary>Computes advantages and returns of a full rollout.</summary>
    /// <param name="lastValues">The values of the observations after the last step, one for each copy; those of copies that ended there are not used.</param>
    /// <param name="gamma">The discount, in [0, 1].</param>
    /// <param name="lambda">In [0, 1]; see <see cref="GeneralizedAdvantage"/>.</param>
    /// <exception cref="InvalidOperationException">The rollout is not full, or a truncated step has no value for its final observation; the message names it.</exception>
    /// <exception cref="ArgumentException">There are more or fewer values than copies, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">gamma or lambda is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ComputeAdvantages(ReadOnlySpan<float> lastValues, double gamma, double lambda)
    {
        if (!IsFull) throw new InvalidOperationException($"The rollout has {Steps} of {Options.Steps} steps; add the others first.");
        RequireLength(lastValues.Length, _copies, nameof(lastValues));
        RequireFinite(lastValues, nameof(lastValues));
        for (int row = 0; row < Capacity; row++)
        {
            if (_terminated[row] || _truncated[row]) continue;
            int next = row + _copies;
            _nextValues[row] = next < Capacity ? _values[next] : lastValues[next - Capacity];
        }

        int missing = _nextValues.AsSpan().IndexOf(float.NaN);
        if (missing >= 0)
            throw new InvalidOperationException($"Copy {missing % _copies} was truncated at step {missing / _copies} of the rollout, and the value of its final observation is not known; give it by SetFinalValue after that step's Add.");
        GeneralizedAdvantage.Compute(_rewards, _values, _nextValues, _terminated, _truncated, _copies, gamma, lambda, _advantages, _returns);
        _computed = true;
    }

    /// <summary>Shuffles the rows of a full rollout and deals them out.</summary>
    /// <param name="random">Where the shuffle comes from.</param>
    /// <param name="size">Rows in a minibatch, in [1, <see cref="Capacity"/>].</param>
    /// <returns>What <c>foreach</c> takes: the rows of each minibatch in turn, for <see cref="Gather"/>.</returns>
    /// <exception cref="InvalidOperationException">The advantages were not computed yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    public RolloutMinibatches Minibatches(Pcg64 random, int size)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!_computed) throw NotComputed();
        if (size < 1 || size > Capacity)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"A minibatch of {size} rows was asked for; the rollout has {Capacity}, ask for 1 to {Capacity}.");
        random.Permutation(_order);
        return new RolloutMinibatches(_order, size);
    }

    /// <summary>Reads rows into the caller's memory.</summary>
    /// <param name="indices">Rows, each step * Copies + copy.</param>
    /// <param name="batch">Where they go; a field that is left empty is not written.</param>
    /// <exception cref="InvalidOperationException">The advantages were not computed yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">A field of the batch is too short, or is one that this buffer does not hold.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(ReadOnlySpan<int> indices, RolloutBatchSpans batch)
    {
        if (!_computed) throw NotComputed();
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)Capacity)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"There is no row {index}; the rollout has {Capacity}, 0 to {Capacity - 1}.");
        }

        Gather<float>(indices, _observations, Options.ObservationSize, batch.Observations, nameof(batch.Observations));
        Gather<byte>(indices, _byteObservations, Options.ObservationSize, batch.ByteObservations, nameof(batch.ByteObservations));
        Gather<int>(indices, _actions, Options.ActionSize, batch.Actions, nameof(batch.Actions));
        Gather<float>(indices, _continuousActions, Options.ActionSize, batch.ContinuousActions, nameof(batch.ContinuousActions));
        Gather<bool>(indices, _actionMasks, Options.ActionMaskSize, batch.ActionMasks, nameof(batch.ActionMasks));
        Gather<float>(indices, _logProbabilities, 1, batch.LogProbabilities, nameof(batch.LogProbabilities));
        Gather<float>(indices, _values, 1, batch.Values, nameof(batch.Values));
        Gather<float>(indices, _advantages, 1, batch.Advantages, nameof(batch.Advantages));
        Gather<float>(indices, _returns, 1, batch.Returns, nameof(batch.Returns));
    }

    /// <summary>Forgets the steps, for the next rollout.</summary>
    public void Clear()
    {
        Steps = 0;
        _computed = false;
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        var state = new StateWriter(writer, StateKind, StateVersion);
        state.Write((long)Options.Steps);
        state.Write((long)_copies);
        state.Write((long)Options.ObservationType);
        state.Write((long)Options.ObservationSize);
        state.Write((long)Options.ActionSize);
        state.Write(Options.ContinuousActions ? 1L : 0L);
        state.Write((long)Options.ActionMaskSize);
        state.Write(Steps);
        state.Write(_computed ? (byte)1 : (byte)0);
        state.Write(Stored<float>(_observations));
        state.Write(Stored<byte>(_byteObservations));
        state.Write(Stored<int>(_actions));
        state.Write(Stored<float>(_continuousActions));
        state.Write(Stored<bool>(_actionMasks));
        state.Write(Stored<float>(_logProbabilities));
        state.Write(Stored<float>(_values));
        state.Write(Stored<float>(_rewards));
        state.Write(Stored<bool>(_terminated));
        state.Write(Stored<bool>(_truncated));
        state.Write(Stored<float>(_nextValues));
        if (_computed)
        {
            state.Write<float>(_advantages);
            state.Write<float>(_returns);
        }

        state.Finish();
    }

    /// <inheritdoc/>
    /// <remarks>A state of other sizes is refused before anything changes; after one that turns out to be damaged the buffer is empty.</remarks>
    public void LoadState(BinaryReader reader)
    {
        var state = new StateReader(reader, StateKind, StateVersion);
        state.Expect("steps", Options.Steps);
        state.Expect("copies", _copies);
        state.Expect("observation type", (long)Options.ObservationType);
        state.Expect("observation size", Options.ObservationSize);
        state.Expect("action size", Options.ActionSize);
        state.Expect("continuous actions", Options.ContinuousActions ? 1 : 0);
        state.Expect("action mask size", Options.ActionMaskSize);
        int steps = state.ReadInt32();
        byte computed = state.ReadByte();
        if (steps < 0 || steps > Options.Steps || computed > 1 || (computed == 1 && steps < Options.Steps)) throw state.Damaged($"it speaks of {steps} of {Options.Steps} steps");

        Clear();
        bool complete = false;
        try
        {
            Steps = steps;
            state.Read(Stored<float>(_observations));
            state.Read(Stored<byte>(_byteObservations));
            state.Read(Stored<int>(_actions));
            state.Read(Stored<float>(_continuousActions));
            state.Read(Stored<bool>(_actionMasks));
            state.Read(Stored<float>(_logProbabilities));
            state.Read(Stored<float>(_values));
            state.Read(Stored<float>(_rewards));
            state.Read(Stored<bool>(_terminated));
            state.Read(Stored<bool>(_truncated));
            state.Read(Stored<float>(_nextValues));
            if (computed == 1)
            {
                state.Read<float>(_advantages);
                state.Read<float>(_returns);
                _computed = true;
            }

            state.Finish();
            complete = true;
        }
        finally
        {
            if (!complete) Clear();
        }
    }

    private static InvalidOperationException NotComputed() => new("The advantages of this rollout were not computed yet; fill it and call ComputeAdvantages first.");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> source, int size, Span<T> destination, string field)
        where T : unmanaged
    {
        if (destination.IsEmpty) return;
        if (source.IsEmpty) throw new ArgumentException($"This buffer holds no {field}; leave them out of the batch.", nameof(field));
        if (destination.Length < indices.Length * size)
            throw new ArgumentException($"The batch's {field} has {destination.Length} elements and needs {indices.Length * size} for {indices.Length} rows.", nameof(field));
        if (size == 1)
        {
            for (int i = 0; i < indices.Length; i++) destination[i] = source[indices[i]];
            return;
        }

        for (int i = 0; i < indices.Length; i++) source.Slice(indices[i] * size, size).CopyTo(destination.Slice(i * size, size));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddNumbers(
        ReadOnlySpan<float> logProbabilities,
        ReadOnlySpan<float> values,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<bool> actionMasks)
    {
        if (IsFull) throw new InvalidOperationException($"The rollout has all of its {Options.Steps} steps; learn from it and call Clear before the next Add.");
        RequireLength(logProbabilities.Length, _copies, nameof(logProbabilities));
        RequireLength(values.Length, _copies, nameof(values));
        RequireLength(rewards.Length, _copies, nameof(rewards));
        RequireLength(terminated.Length, _copies, nameof(terminated));
        RequireLength(truncated.Length, _copies, nameof(truncated));
        RequireLength(actionMasks.Length, _copies * Options.ActionMaskSize, nameof(actionMasks));
        RequireFinite(logProbabilities, nameof(logProbabilities));
        RequireFinite(values, nameof(values));
        for (int copy = 0; copy < _copies; copy++)
        {
            if (!float.IsFinite((float)rewards[copy]))
                throw new ArgumentException(FormattableString.Invariant($"The reward of copy {copy} is {rewards[copy]}, which is no number to learn from; mend the environment. Nothing of this step was stored."), nameof(rewards));
        }

        int start = Rows;
        for (int copy = 0; copy < _copies; copy++)
        {
            _rewards[start + copy] = (float)rewards[copy];
            _nextValues[start + copy] = truncated[copy] && !terminated[copy] ? float.NaN : 0;
        }

        Store(logProbabilities, _logProbabilities);
        Store(values, _values);
        Store(terminated, _terminated);
        Store(truncated, _truncated);
        Store(actionMasks, _actionMasks);
    }

    private void Store<T>(ReadOnlySpan<T> row, T[] rows) => row.CopyTo(rows.AsSpan(Steps * row.Length));

    private Span<T> Stored<T>(T[] rows) => rows.AsSpan(0, rows.Length / Options.Steps * Steps);

    private void Require<T>(ReadOnlySpan<T> row, T[] rows, int size, string name)
    {
        if (rows.Length == 0)
            throw new ArgumentException($"The buffer does not store {name} of {typeof(T).Name}; make it with other options, or give what it was made for.", name);
        RequireLength(row.Length, _copies * size, name);
    }

    private static void RequireLength(int length, int expected, string name)
    {
        if (length != expected) throw new ArgumentException($"There are {length} elements in {name}; {expected} are needed.", name);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RequireFinite(ReadOnlySpan<float> values, string name)
    {
        for (int copy = 0; copy < values.Length; copy++)
        {
            if (!float.IsFinite(values[copy]))
                throw new ArgumentException(FormattableString.Invariant($"{name} holds {values[copy]} for copy {copy}; a rollout needs finite numbers. Has the network diverged?"), name);
        }
    }

    private void RequireCopy(int copy)
    {
        if ((uint)copy >= (uint)_copies) throw new ArgumentOutOfRangeException(nameof(copy), copy, $"There is no copy {copy}; there are {_copies}, 0 to {_copies - 1}.");
    }
}
