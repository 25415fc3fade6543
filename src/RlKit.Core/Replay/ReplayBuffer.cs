using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RlKit.Replay;

/// <summary>
/// Uniform replay over flat memory: the last transitions of several copies of an environment that step together. An observation is
/// stored once; the next observation of a transition is the following row of the same copy, and the last observations of episodes lie
/// in a store of their own, so that a truncated episode is bootstrapped from where it really ended. With stacked frames, each frame is
/// stored once, and a stack never reaches across an episode's end or the write position.
/// </summary>
/// <remarks>
/// <see cref="Start(IVectorEnvironment)"/> takes the first observations, and every step of the environment is one
/// <see cref="Add(IVectorEnvironment, ReadOnlySpan{int})"/>; the other overloads take the same from anywhere.
/// Every stored transition can be sampled, the newest one included. Not safe for use by several threads at once.
/// N-step returns (R. S. Sutton, "Learning to predict by the methods of temporal differences", 1988) are summed when they are sampled.
/// </remarks>
public sealed class ReplayBuffer : IStateful
{
    private const string StateKind = "replay buffer";
    private const int StateVersion = 1;

    // One byte for each row: how its transition ended, and how its episode began.
    private const byte TerminatedFlag = 1;
    private const byte TruncatedFlag = 2;
    private const byte EndedFlags = TerminatedFlag | TruncatedFlag;
    private const byte FirstFlag = 4;
    private const byte PrefixFlag = 8;

    private readonly int _copies;
    private readonly int _stack;
    private readonly int _frameBytes;
    private readonly int _actionBytes;

    // Steps in the ring: the transitions, the observation on its way, and the frames that the oldest stack reaches back to.
    private readonly int _ringSteps;
    private readonly int _ringRows;
    private readonly RowStore _frames;
    private readonly RowStore _actions;
    private readonly float[] _rewards;
    private readonly byte[] _flags;

    // The last frames of ended episodes, and the older frames of first stacks where those are not copies of the newest frame.
    private readonly SlotStore _finals;
    private readonly int[] _finalSlots;
    private readonly SlotStore? _prefixes;
    private readonly int[] _prefixSlots;

    private readonly double[] _gammaPowers;
    private int[] _sampled = [];
    private bool _started;

    // Rows of the observation that is on its way, in the ring; and the index that its transition will have.
    private int _pending;
    private int _nextIndex;

    /// <summary>Makes an empty buffer and reserves its memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had; the message names how much is needed.</exception>
    public ReplayBuffer(ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _copies = options.Copies;
        _stack = options.FrameStack;
        _frameBytes = options.ObservationSize / _stack * (options.ObservationType == ObservationType.Float32 ? sizeof(float) : sizeof(byte));
        _actionBytes = checked(options.ActionSize * sizeof(float));
        _ = checked(_copies * options.ObservationSize * sizeof(float));
        int steps = options.Capacity / _copies;
        Capacity = steps * _copies;
        _ringSteps = steps + _stack;
        _ringRows = _ringSteps * _copies;

        string purpose = string.Create(CultureInfo.InvariantCulture, $"A replay buffer of {Capacity} transitions with {_frameBytes} bytes each");
        _frames = new RowStore(_frameBytes);
        _frames.Reserve(_ringRows, purpose);
        _actions = new RowStore(_actionBytes);
        _actions.Reserve(_ringRows, purpose);
        _rewards = new float[_ringRows];
        _flags = new byte[_ringRows];
        _finalSlots = new int[_ringRows];
        _finals = new SlotStore(_frameBytes, purpose);
        _prefixSlots = _stack > 1 ? new int[_ringRows] : [];
        _prefixes = _stack > 1 ? new SlotStore((_stack - 1) * _frameBytes, purpose) : null;

        _gammaPowers = new double[options.NStep + 1];
        _gammaPowers[0] = 1;
        for (int k = 1; k <= options.NStep; k++) _gammaPowers[k] = _gammaPowers[k - 1] * options.Gamma;
    }

    /// <summary>What the buffer was made with.</summary>
    public ReplayOptions Options { get; }

    /// <summary>The most transitions that are kept; a multiple of the number of copies.</summary>
    public int Capacity { get; }

    /// <summary>The transitions that are kept now, over all copies.</summary>
    public int Count { get; private set; }

    /// <summary>The steps that were ever added; each is one transition of every copy.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// Takes the observations that the environment begins with. Again after a reset in the middle of episodes: transitions before and after are
    /// then kept apart, those before counting as truncated there.
    /// </summary>
    /// <param name="observations">Copies x ObservationSize.</param>
    /// <exception cref="ArgumentException">There are more or fewer elements, or the buffer stores bytes.</exception>
    public void Start(ReadOnlySpan<float> observations)
    {
        RequireType(ObservationType.Float32, nameof(observations));
        Start(MemoryMarshal.AsBytes(observations), observations.Length);
    }

    /// <inheritdoc cref="Start(ReadOnlySpan{float})"/>
    /// <exception cref="ArgumentException">There are more or fewer elements, or the buffer stores float32.</exception>
    public void Start(ReadOnlySpan<byte> observations)
    {
        RequireType(ObservationType.UInt8, nameof(observations));
        Start(observations, observations.Length);
    }

    /// <summary>Takes the observations that a vector environment gave last; call it after each of its resets. As <see cref="Start(ReadOnlySpan{float})"/>.</summary>
    /// <exception cref="ArgumentException">The environment's sizes or types are not the buffer's, or its <see cref="AutoresetMode"/> is not <see cref="AutoresetMode.SameStep"/>.</exception>
    public void Start(IVectorEnvironment environments)
    {
        ArgumentNullException.ThrowIfNull(environments);
        if (environments.AutoresetMode != AutoresetMode.SameStep)
            throw new ArgumentException($"The environment's autoreset mode is {environments.AutoresetMode}, in which not every step is a transition; make it with SameStep.", nameof(environments));
        if (environments.ObservationType == ObservationType.UInt8) Start(environments.ByteObservations);
        else Start(environments.Observations);
    }

    /// <summary>Stores the step that a vector environment took last.</summary>
    /// <param name="environments">The environment, stepped once since the last call.</param>
    /// <param name="actions">The actions that it was given, Copies x ActionSize.</param>
    /// <exception cref="InvalidOperationException">There was no <see cref="Start(IVectorEnvironment)"/> before.</exception>
    /// <exception cref="ArgumentException">The environment's sizes or types are not the buffer's, or a reward is not finite; nothing was stored.</exception>
    public void Add(IVectorEnvironment environments, ReadOnlySpan<int> actions)
    {
        ArgumentNullException.ThrowIfNull(environments);
        if (environments.ObservationType == ObservationType.UInt8)
            Add(actions, environments.Rewards, environments.Terminated, environments.Truncated, environments.ByteObservations, environments.FinalByteObservations);
        else
            Add(actions, environments.Rewards, environments.Terminated, environments.Truncated, environments.Observations, environments.FinalObservations);
    }

    /// <inheritdoc cref="Add(IVectorEnvironment, ReadOnlySpan{int})"/>
    public void Add(IVectorEnvironment environments, ReadOnlySpan<float> actions)
    {
        ArgumentNullException.ThrowIfNull(environments);
        if (environments.ObservationType == ObservationType.UInt8)
            Add(actions, environments.Rewards, environments.Terminated, environments.Truncated, environments.ByteObservations, environments.FinalByteObservations);
        else
            Add(actions, environments.Rewards, environments.Terminated, environments.Truncated, environments.Observations, environments.FinalObservations);
    }

    /// <summary>Stores one step of all copies.</summary>
    /// <param name="actions">The actions that were taken, Copies x ActionSize.</param>
    /// <param name="rewards">The rewards, one for each copy; kept in single precision.</param>
    /// <param name="terminated">Which copies terminated.</param>
    /// <param name="truncated">Which copies were truncated; one that did both counts as terminated.</param>
    /// <param name="observations">The observations after the step, Copies x ObservationSize; of an ended copy, the first one of its next episode.</param>
    /// <param name="finalObservations">Copies x ObservationSize; the rows of ended copies are read, and hold the observations that their episodes ended with.</param>
    /// <exception cref="InvalidOperationException">There was no <see cref="Start(ReadOnlySpan{float})"/> before.</exception>
    /// <exception cref="ArgumentException">A length or a type does not fit, or a reward is not finite; nothing was stored.</exception>
    public void Add(
        ReadOnlySpan<int> actions,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<float> observations,
        ReadOnlySpan<float> finalObservations)
    {
        RequireTypes(continuousActions: false, ObservationType.Float32);
        Add(MemoryMarshal.AsBytes(actions), actions.Length, rewards, terminated, truncated, MemoryMarshal.AsBytes(observations), observations.Length, MemoryMarshal.AsBytes(finalObservations), finalObservations.Length);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{int}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public void Add(
        ReadOnlySpan<int> actions,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<byte> observations,
        ReadOnlySpan<byte> finalObservations)
    {
        RequireTypes(continuousActions: false, ObservationType.UInt8);
        Add(MemoryMarshal.AsBytes(actions), actions.Length, rewards, terminated, truncated, observations, observations.Length, finalObservations, finalObservations.Length);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{int}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public void Add(
        ReadOnlySpan<float> actions,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<float> observations,
        ReadOnlySpan<float> finalObservations)
    {
        RequireTypes(continuousActions: true, ObservationType.Float32);
        Add(MemoryMarshal.AsBytes(actions), actions.Length, rewards, terminated, truncated, MemoryMarshal.AsBytes(observations), observations.Length, MemoryMarshal.AsBytes(finalObservations), finalObservations.Length);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{int}, ReadOnlySpan{double}, ReadOnlySpan{bool}, ReadOnlySpan{bool}, ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public void Add(
        ReadOnlySpan<float> actions,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<byte> observations,
        ReadOnlySpan<byte> finalObservations)
    {
        RequireTypes(continuousActions: true, ObservationType.UInt8);
        Add(MemoryMarshal.AsBytes(actions), actions.Length, rewards, terminated, truncated, observations, observations.Length, finalObservations, finalObservations.Length);
    }

    /// <summary>Draws a batch, every stored transition being equally likely for each sample (with replacement).</summary>
    /// <param name="random">Where the draws come from: one whole number for each sample.</param>
    /// <param name="batch">Where the batch goes; its size is the length of its rewards, at most <see cref="Count"/>.</param>
    /// <exception cref="ArgumentException">The batch is larger than what is stored, or a field of it has the wrong length.</exception>
    public void Sample(Pcg64 random, ReplayBatchSpans batch)
    {
        ArgumentNullException.ThrowIfNull(random);
        RequireFits(batch, drawsRequired: false);
        Span<int> indices = batch.Indices;
        if (indices.IsEmpty)
        {
            if (_sampled.Length < batch.Rewards.Length) _sampled = new int[batch.Rewards.Length];
            indices = _sampled.AsSpan(0, batch.Rewards.Length);
        }

        random.Integers(indices, 0, Count);
        batch.Weights.Fill(1);
        GatherRows(indices, batch);
    }

    /// <summary>Reads the transitions of one's own choice. Weights and indices of the batch are left alone.</summary>
    /// <param name="indices">One for each sample, in [0, <see cref="Count"/>).</param>
    /// <param name="batch">Where the batch goes.</param>
    /// <exception cref="ArgumentException">There are more or fewer indices than samples, or a field of the batch has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not of a stored transition.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(ReadOnlySpan<int> indices, ReplayBatchSpans batch)
    {
        RequireFits(batch, drawsRequired: false);
        RequireLength(indices.Length, batch.Rewards.Length, nameof(indices));
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"There is no transition {index}; {Count} are stored, 0 to {Count - 1}.");
        }

        GatherRows(indices, batch);
    }

    /// <inheritdoc/>
    /// <remarks>What is stored is written row by row, oldest first; nothing is copied on the way.</remarks>
    public void SaveState(BinaryWriter writer)
    {
        var state = new StateWriter(writer, StateKind, StateVersion);
        state.Write((long)Capacity);
        state.Write((long)_copies);
        state.Write((long)Options.ObservationType);
        state.Write((long)Options.ObservationSize);
        state.Write((long)_stack);
        state.Write((long)Options.ActionSize);
        state.Write(Options.ContinuousActions ? 1L : 0L);
        state.Write(Steps);
        state.Write(_started ? (byte)1 : (byte)0);
        if (_started)
        {
            int steps = RetainedSteps;
            int row = Back(_pending, steps);
            for (int age = steps; age >= 0; age--)
            {
                bool transition = age > 0 && age <= Count / _copies;
                for (int copy = 0; copy < _copies; copy++) SaveRow(ref state, row + copy, transition);
                row = Next(row);
            }
        }

        state.Finish();
    }

    /// <inheritdoc/>
    /// <remarks>A state of other sizes is refused before anything changes; after one that turns out to be damaged the buffer is empty.</remarks>
    public void LoadState(BinaryReader reader)
    {
        var state = new StateReader(reader, StateKind, StateVersion);
        state.Expect("capacity", Capacity);
        state.Expect("copies", _copies);
        state.Expect("observation type", (long)Options.ObservationType);
        state.Expect("observation size", Options.ObservationSize);
        state.Expect("frame stack", _stack);
        state.Expect("action size", Options.ActionSize);
        state.Expect("continuous actions", Options.ContinuousActions ? 1 : 0);
        long added = state.ReadInt64();
        byte started = state.ReadByte();
        if (added < 0 || started > 1 || (started == 0 && added > 0)) throw state.Damaged($"it speaks of {added} steps");

        Clear();
        bool complete = false;
        try
        {
            if (started == 1)
            {
                _started = true;
                Steps = added;
                Count = (int)Math.Min(Capacity, added * (double)_copies);
                _nextIndex = (int)(added % (Capacity / _copies)) * _copies;
                _pending = (int)(added % _ringSteps) * _copies;
                int steps = RetainedSteps;
                int row = Back(_pending, steps);
                for (int age = steps; age >= 0; age--)
                {
                    bool transition = age > 0 && age <= Count / _copies;
                    for (int copy = 0; copy < _copies; copy++) LoadRow(ref state, row + copy, transition);
                    row = Next(row);
                }
            }

            state.Finish();
            complete = true;
        }
        finally
        {
            if (!complete) Clear();
        }
    }

    // Steps whose frames are kept before the one on its way: the transitions, and what the oldest stack reaches back to.
    private int RetainedSteps => (int)Math.Min(Steps, _ringSteps - 1);

    /// <summary>Forgets all transitions; the next call is of <see cref="Start(IVectorEnvironment)"/>. Priorities of them are to be forgotten too (<see cref="PrioritizedReplay.Clear"/>).</summary>
    public void Clear()
    {
        _started = false;
        _pending = 0;
        _nextIndex = 0;
        Count = 0;
        Steps = 0;
        Array.Clear(_flags);
        _finals.Clear();
        _prefixes?.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Start(ReadOnlySpan<byte> observations, int length)
    {
        RequireLength(length, _copies * Options.ObservationSize, nameof(observations));
        for (int copy = 0; copy < _copies; copy++)
        {
            int row = _pending + copy;
            if (_started && (_flags[row] & FirstFlag) == 0) CutBefore(row);
            ReleaseRow(row);
            StoreObservation(row, observations, copy, first: true);
        }

        _started = true;
    }

    // The transition before this row did not end, and the row is about to hold something else: it is truncated there.
    private void CutBefore(int row)
    {
        int last = row - _copies;
        if (last < 0) last += _ringRows;
        _flags[last] |= TruncatedFlag;
        int slot = _finals.Rent();
        _finalSlots[last] = slot;
        Copy(ref _frames[row], ref _finals[slot], _frameBytes);
    }

    private void Add(
        ReadOnlySpan<byte> actions,
        int actionsLength,
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        ReadOnlySpan<byte> observations,
        int observationsLength,
        ReadOnlySpan<byte> finalObservations,
        int finalObservationsLength)
    {
        int copies = _copies;
        if (!_started) throw new InvalidOperationException("The buffer does not know what the environment began with; call Start with the observations of its reset before the first Add.");
        RequireLength(actionsLength, copies * Options.ActionSize, nameof(actions));
        RequireLength(rewards.Length, copies, nameof(rewards));
        RequireLength(terminated.Length, copies, nameof(terminated));
        RequireLength(truncated.Length, copies, nameof(truncated));
        RequireLength(observationsLength, copies * Options.ObservationSize, nameof(observations));
        RequireLength(finalObservationsLength, copies * Options.ObservationSize, nameof(finalObservations));
        for (int copy = 0; copy < copies; copy++)
        {
            if (!float.IsFinite((float)rewards[copy])) throw BadReward(rewards, copy);
        }

        int pending = _pending;
        int next = Next(pending);
        for (int copy = 0; copy < copies; copy++)
        {
            int row = pending + copy;
            _rewards[row] = (float)rewards[copy];
            Copy(ref Unsafe.Add(ref MemoryMarshal.GetReference(actions), (nint)copy * _actionBytes), ref _actions[row], _actionBytes);
            bool ended = terminated[copy] | truncated[copy];
            if (ended) EndEpisode(row, terminated[copy] ? (truncated[copy] ? EndedFlags : TerminatedFlag) : TruncatedFlag, finalObservations, copy);
            if (_flags[next + copy] != 0) ReleaseRow(next + copy);
            StoreObservation(next + copy, observations, copy, ended);
        }

        _pending = next;
        _nextIndex += copies;
        if (_nextIndex == Capacity) _nextIndex = 0;
        if (Count < Capacity) Count += copies;
        Steps++;
    }

    private void EndEpisode(int row, byte flags, ReadOnlySpan<byte> finalObservations, int copy)
    {
        int slot = _finals.Rent();
        _finalSlots[row] = slot;
        _flags[row] |= flags;
        int size = _stack * _frameBytes;
        finalObservations.Slice(copy * size + size - _frameBytes, _frameBytes).CopyTo(_finals.Row(slot));
    }

    // Keeps the newest frame of an observation; at the start of an episode also the older ones, unless they are copies of it.
    private void StoreObservation(int row, ReadOnlySpan<byte> observations, int copy, bool first)
    {
        int size = _stack * _frameBytes;
        ref byte newest = ref Unsafe.Add(ref MemoryMarshal.GetReference(observations), (nint)copy * size + size - _frameBytes);
        Copy(ref newest, ref _frames[row], _frameBytes);
        byte flags = first ? FirstFlag : (byte)0;
        if (first && _stack > 1) flags |= StorePrefix(row, observations.Slice(copy * size, size));
        _flags[row] = flags;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte StorePrefix(int row, ReadOnlySpan<byte> stack)
    {
        ReadOnlySpan<byte> newest = stack[^_frameBytes..];
        ReadOnlySpan<byte> older = stack[..^_frameBytes];
        bool repeated = true;
        for (int frame = 0; repeated && frame < _stack - 1; frame++) repeated = older.Slice(frame * _frameBytes, _frameBytes).SequenceEqual(newest);
        if (repeated) return 0;
        int slot = _prefixes!.Rent();
        _prefixSlots[row] = slot;
        older.CopyTo(_prefixes.Row(slot));
        return PrefixFlag;
    }

    // The row is about to be overwritten: what it holds elsewhere becomes free.
    private void ReleaseRow(int row)
    {
        if ((_flags[row] & EndedFlags) != 0) _finals.Return(_finalSlots[row]);
        if ((_flags[row] & PrefixFlag) != 0) _prefixes!.Return(_prefixSlots[row]);
        _flags[row] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherRows(ReadOnlySpan<int> indices, ReplayBatchSpans batch)
    {
        int observationBytes = _stack * _frameBytes;
        bool bytes = Options.ObservationType == ObservationType.UInt8;
        ref byte observations = ref bytes ? ref MemoryMarshal.GetReference(batch.ByteObservations) : ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(batch.Observations));
        ref byte nextObservations = ref bytes ? ref MemoryMarshal.GetReference(batch.NextByteObservations) : ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(batch.NextObservations));
        ref byte actions = ref MemoryMarshal.GetReference(Options.ContinuousActions ? MemoryMarshal.AsBytes(batch.ContinuousActions) : MemoryMarshal.AsBytes(batch.Actions));
        for (int sample = 0; sample < indices.Length; sample++)
        {
            // How many rows before the one on its way; one step back is Copies rows.
            int age = _nextIndex - indices[sample];
            if (age <= 0) age += Capacity;
            int row = _pending - age;
            if (row < 0) row += _ringRows;

            int last = row;
            byte flags = _flags[row];
            double sum = _rewards[row];
            int steps = 1;
            while (steps < _gammaPowers.Length - 1 && (flags & EndedFlags) == 0 && age > _copies)
            {
                age -= _copies;
                last = Next(last);
                flags = _flags[last];
                sum += _gammaPowers[steps++] * _rewards[last];
            }

            batch.Rewards[sample] = (float)sum;
            batch.Discounts[sample] = (flags & TerminatedFlag) != 0 ? 0 : (float)_gammaPowers[steps];
            Copy(ref _actions[row], ref Unsafe.Add(ref actions, (nint)sample * _actionBytes), _actionBytes);
            ref byte observation = ref Unsafe.Add(ref observations, (nint)sample * observationBytes);
            ref byte next = ref Unsafe.Add(ref nextObservations, (nint)sample * observationBytes);
            CopyStack(row, ref observation, _stack - 1);

            // The newest frame of the next observation; the older ones are those of the observation at the window's last step.
            ref byte newest = ref (flags & EndedFlags) == 0 ? ref _frames[Next(last)] : ref _finals[_finalSlots[last]];
            Copy(ref newest, ref Unsafe.Add(ref next, (nint)(_stack - 1) * _frameBytes), _frameBytes);
            if (_stack == 1) continue;
            if (last == row) Copy(ref Unsafe.Add(ref observation, _frameBytes), ref next, (_stack - 1) * _frameBytes);
            else CopyStack(last, ref next, _stack - 2);
        }
    }

    // Writes the frame of a row at a position of a stack, and those before it at the positions before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyStack(int row, ref byte stack, int position)
    {
        Copy(ref _frames[row], ref Unsafe.Add(ref stack, (nint)position * _frameBytes), _frameBytes);
        if (position > 0) CopyOlderFrames(row, ref stack, position);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyOlderFrames(int row, ref byte stack, int position)
    {
        while (position > 0 && (_flags[row] & FirstFlag) == 0)
        {
            row -= _copies;
            if (row < 0) row += _ringRows;
            position--;
            Copy(ref _frames[row], ref Unsafe.Add(ref stack, (nint)position * _frameBytes), _frameBytes);
        }

        if (position == 0) return;
        if ((_flags[row] & PrefixFlag) != 0)
        {
            ref byte prefix = ref Unsafe.Add(ref _prefixes![_prefixSlots[row]], (nint)(_stack - 1 - position) * _frameBytes);
            Copy(ref prefix, ref stack, position * _frameBytes);
            return;
        }

        while (--position >= 0) Copy(ref _frames[row], ref Unsafe.Add(ref stack, (nint)position * _frameBytes), _frameBytes);
    }

    private void SaveRow(ref StateWriter state, int row, bool transition)
    {
        byte flags = transition ? _flags[row] : (byte)(_flags[row] & ~EndedFlags);
        state.Write(flags);
        state.Write(_frames.Row(row));
        if ((flags & PrefixFlag) != 0) state.Write(_prefixes!.Row(_prefixSlots[row]));
        if (!transition) return;
        state.Write(_rewards.AsSpan(row, 1));
        state.Write(_actions.Row(row));
        if ((flags & EndedFlags) != 0) state.Write(_finals.Row(_finalSlots[row]));
    }

    private void LoadRow(ref StateReader state, int row, bool transition)
    {
        byte flags = state.ReadByte();
        byte possible = (byte)(FirstFlag | (_stack > 1 ? PrefixFlag : 0) | (transition ? EndedFlags : 0));
        if ((flags & ~possible) != 0) throw state.Damaged($"a row has flags {flags}");
        state.Read(_frames.Row(row));
        if ((flags & PrefixFlag) != 0)
        {
            _prefixSlots[row] = _prefixes!.Rent();
            state.Read(_prefixes.Row(_prefixSlots[row]));
        }

        if (transition)
        {
            state.Read(_rewards.AsSpan(row, 1));
            state.Read(_actions.Row(row));
            if ((flags & EndedFlags) != 0)
            {
                _finalSlots[row] = _finals.Rent();
                state.Read(_finals.Row(_finalSlots[row]));
            }
        }

        _flags[row] = flags;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(int row)
    {
        row += _copies;
        return row >= _ringRows ? row - _ringRows : row;
    }

    private int Back(int row, int steps)
    {
        row -= steps * _copies;
        return row < 0 ? row + _ringRows : row;
    }

    // Rows are often short (CartPole: 16 bytes), where a call to the general copy costs more than the copying.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ref byte source, ref byte destination, int bytes)
    {
        if (bytes == 4)
        {
            Unsafe.WriteUnaligned(ref destination, Unsafe.ReadUnaligned<int>(ref source));
        }
        else if (bytes is >= 16 and <= 64)
        {
            for (int i = 0; i < bytes - 16; i += 16) Vector128.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref destination, (nuint)i);
            Vector128.LoadUnsafe(ref source, (nuint)(bytes - 16)).StoreUnsafe(ref destination, (nuint)(bytes - 16));
        }
        else
        {
            Unsafe.CopyBlockUnaligned(ref destination, ref source, (uint)bytes);
        }
    }

    internal void RequireFits(ReplayBatchSpans batch, bool drawsRequired)
    {
        int size = batch.Rewards.Length;
        if (size == 0) throw new ArgumentException("The batch has no rewards; their number is the size of the batch and has to be 1 or more.", nameof(batch));
        if (size > Count) throw new ArgumentException($"A batch of {size} was asked of a buffer that holds {Count} transitions; add more before sampling, or ask for a smaller batch.", nameof(batch));
        bool bytes = Options.ObservationType == ObservationType.UInt8;
        int observations = checked(size * Options.ObservationSize);
        int actions = checked(size * Options.ActionSize);
        RequireField(batch.Observations.Length, bytes ? 0 : observations, nameof(batch.Observations));
        RequireField(batch.NextObservations.Length, bytes ? 0 : observations, nameof(batch.NextObservations));
        RequireField(batch.ByteObservations.Length, bytes ? observations : 0, nameof(batch.ByteObservations));
        RequireField(batch.NextByteObservations.Length, bytes ? observations : 0, nameof(batch.NextByteObservations));
        RequireField(batch.Actions.Length, Options.ContinuousActions ? 0 : actions, nameof(batch.Actions));
        RequireField(batch.ContinuousActions.Length, Options.ContinuousActions ? actions : 0, nameof(batch.ContinuousActions));
        RequireField(batch.Discounts.Length, size, nameof(batch.Discounts));
        if (drawsRequired || !batch.Weights.IsEmpty) RequireField(batch.Weights.Length, size, nameof(batch.Weights));
        if (drawsRequired || !batch.Indices.IsEmpty) RequireField(batch.Indices.Length, size, nameof(batch.Indices));
    }

    private static void RequireField(int length, int expected, string field)
    {
        if (length != expected)
            throw new ArgumentException($"The batch's {field} has {length} elements and needs {expected}; make the batch for this buffer, by new ReplayBatch(buffer, size) for example.", nameof(field));
    }

    private static void RequireLength(int length, int expected, string name)
    {
        if (length != expected) throw new ArgumentException($"There are {length} elements in {name}; {expected} are needed.", name);
    }

    private void RequireTypes(bool continuousActions, ObservationType observations)
    {
        if (continuousActions != Options.ContinuousActions)
            throw new ArgumentException($"The buffer stores actions of {(Options.ContinuousActions ? "real numbers; give floats" : "whole numbers; give ints")}, or make it with ContinuousActions = {(continuousActions ? "true" : "false")}.");
        RequireType(observations, nameof(observations));
    }

    private void RequireType(ObservationType type, string name)
    {
        if (type != Options.ObservationType)
            throw new ArgumentException($"The buffer stores observations of {Options.ObservationType}, and these are {type}; make it with ObservationType = {type}.", name);
    }

    private static ArgumentException BadReward(ReadOnlySpan<double> rewards, int copy) => new(
        string.Create(CultureInfo.InvariantCulture, $"The reward of copy {copy} is {rewards[copy]}, which is no number to learn from; mend the environment. Nothing of this step was stored."), nameof(rewards));
}
