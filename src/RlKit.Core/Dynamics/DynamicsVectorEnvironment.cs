using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RlKit.Dynamics;

/// <summary>The rules of an <see cref="IDynamics{TState, TElement, TNumber, TRandom}"/> as many copies, which step straight into flat buffers.</summary>
/// <remarks>Copy i draws from its own generator, so the trajectories depend neither on the other copies nor on the number of threads.</remarks>
public sealed class DynamicsVectorEnvironment<TDynamics, TState, TElement, TNumber, TRandom> : IVectorEnvironment, IStateful
    where TDynamics : struct, IDynamics<TState, TElement, TNumber, TRandom>
    where TState : struct
    where TElement : unmanaged
    where TNumber : unmanaged
    where TRandom : class, IRandomGenerator<TRandom>
{
    private readonly TDynamics _dynamics;
    private readonly TState[] _states;
    private readonly TState[] _finalStates;
    private readonly TRandom[] _random;
    private readonly StepLimit[] _limits;
    private readonly TElement[] _observations;
    private readonly TElement[] _finalObservations;
    private readonly double[] _rewards;
    private readonly bool[] _terminated;
    private readonly bool[] _truncated;
    private readonly bool[] _ended;
    private readonly bool[] _hasFinal;
    private readonly Info?[] _infos;
    private readonly Info?[] _finalInfos;
    private readonly WorkerCrew? _crew;
    private readonly Action<int, int> _stepRows;
    private unsafe TNumber* _actions;
    private bool _isReset;
    private bool _isDisposed;

    /// <summary>Copies that are not reset yet.</summary>
    /// <param name="dynamics">The rules.</param>
    /// <param name="count">How many copies, 1 or more.</param>
    /// <param name="autoresetMode">What happens at an episode's end.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated, 1 or more; null for no limit.</param>
    /// <param name="threads">How many threads step, the calling one included, 1 or more. Each has its own part of the copies.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public DynamicsVectorEnvironment(TDynamics dynamics, int count, AutoresetMode autoresetMode = AutoresetMode.NextStep, int? maxEpisodeSteps = null, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (!Enum.IsDefined(autoresetMode))
            throw new ArgumentOutOfRangeException(nameof(autoresetMode), autoresetMode, $"{autoresetMode} is not an autoreset mode; give NextStep, SameStep or Disabled.");

        _dynamics = dynamics;
        Count = count;
        AutoresetMode = autoresetMode;
        ObservationSize = dynamics.ObservationSpace.FlatSize;
        ActionSize = dynamics.ActionSpace switch
        {
            Discrete when typeof(TNumber) == typeof(int) => 1,
            MultiDiscrete several when typeof(TNumber) == typeof(int) => several.NVec.Length,
            Space other => other.FlatSize,
        };

        _states = new TState[count];
        _finalStates = new TState[count];
        _random = new TRandom[count];
        _limits = new StepLimit[count];
        Array.Fill(_limits, new StepLimit(maxEpisodeSteps));
        _observations = new TElement[count * ObservationSize];
        _finalObservations = new TElement[count * ObservationSize];
        _rewards = new double[count];
        _terminated = new bool[count];
        _truncated = new bool[count];
        _ended = new bool[count];
        _hasFinal = new bool[count];
        _infos = new Info?[count];
        _finalInfos = new Info?[count];
        _stepRows = StepRows;
        if (threads > 1 && count > 1) _crew = new WorkerCrew(count, threads);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public EnvironmentSpec? Spec { get; init; }

    /// <inheritdoc/>
    public Space ObservationSpace => _dynamics.ObservationSpace;

    /// <inheritdoc/>
    public Space ActionSpace => _dynamics.ActionSpace;

    /// <inheritdoc/>
    public AutoresetMode AutoresetMode { get; }

    /// <inheritdoc/>
    public ObservationType ObservationType => typeof(TElement) == typeof(byte) ? ObservationType.UInt8 : ObservationType.Float32;

    /// <inheritdoc/>
    public int ObservationSize { get; }

    /// <inheritdoc/>
    public int ActionSize { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Observations => As<float>(_observations);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ByteObservations => As<byte>(_observations);

    /// <inheritdoc/>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <inheritdoc/>
    public ReadOnlySpan<bool> Terminated => _terminated;

    /// <inheritdoc/>
    public ReadOnlySpan<bool> Truncated => _truncated;

    /// <inheritdoc/>
    public ReadOnlySpan<float> FinalObservations => As<float>(_finalObservations);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> FinalByteObservations => As<byte>(_finalObservations);

    /// <summary>The present rows of state, to look at.</summary>
    public ReadOnlySpan<TState> States => _states;

    /// <inheritdoc/>
    public Info Info(int index)
    {
        RefuseNotReset();
        return Described(_infos, _states, index);
    }

    /// <inheritdoc/>
    public Info FinalInfo(int index) => _hasFinal[index] ? Described(_finalInfos, _finalStates, index) : RlKit.Info.Empty;

    /// <inheritdoc/>
    public void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        VectorSeed.Require(seed, Count);
        ResetAll(seed, [], options);
    }

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        if (seeds.Length != Count) throw new ArgumentException($"There are {seeds.Length} seeds for {Count} copies; give one for each.", nameof(seeds));
        for (int i = 0; i < seeds.Length; i++)
        {
            if (seeds[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(seeds), seeds[i], $"The seed of copy {i} is {seeds[i]}; give one of 0 or more.");
        }

        ResetAll(null, seeds, options);
    }

    /// <inheritdoc/>
    public void ResetWhere(ReadOnlySpan<bool> mask)
    {
        RefuseNotReset();
        if (mask.Length != Count) throw new ArgumentException($"The mask has {mask.Length} flags for {Count} copies; give one for each.", nameof(mask));
        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i]) continue;
            ResetRow(i, null);
            ClearResult(i);
        }
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<int> actions)
    {
        if (typeof(TNumber) != typeof(int)) throw new InvalidOperationException($"The actions of {Name} are real numbers, {ActionSpace}; give them as float.");
        StepAll(MemoryMarshal.Cast<int, TNumber>(actions));
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> actions)
    {
        if (typeof(TNumber) != typeof(float)) throw new InvalidOperationException($"The actions of {Name} are whole numbers, {ActionSpace}; give them as int.");
        StepAll(MemoryMarshal.Cast<float, TNumber>(actions));
    }

    /// <inheritdoc/>
    public Frame Render(int index)
    {
        RefuseNotReset();
        return _dynamics.Render(_states[index]);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Count);
        writer.Write(_isReset);
        if (!_isReset) return;
        for (int i = 0; i < Count; i++)
        {
            _random[i].SaveState(writer);
            _dynamics.SaveState(_states[i], writer);
            writer.Write(_limits[i].Elapsed);
            writer.Write(_rewards[i]);
            writer.Write(_terminated[i]);
            writer.Write(_truncated[i]);
            writer.Write(_ended[i]);
            writer.Write(_hasFinal[i]);
            if (_hasFinal[i]) _dynamics.SaveState(_finalStates[i], writer);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            int count = reader.ReadInt32();
            if (count != Count) throw new InvalidDataException($"The state is one of {count} copies, but this vector environment has {Count}; make it with {count}.");
            bool isReset = reader.ReadBoolean();
            _isReset = false;
            if (!isReset) return;
            for (int i = 0; i < Count; i++) LoadRow(i, reader);
            _isReset = true;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"The state of the vector environment of {Name} ends early.", exception);
        }
    }

    /// <summary>Stops the threads.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _crew?.Dispose();
    }

    private string Name => Spec?.Id ?? typeof(TDynamics).Name;

    private static ReadOnlySpan<T> As<T>(TElement[] elements)
        where T : struct
    {
        if (typeof(T) == typeof(TElement)) return MemoryMarshal.Cast<TElement, T>(elements);
        throw new InvalidOperationException(typeof(TElement) == typeof(byte)
            ? "The observations are bytes; read ByteObservations and FinalByteObservations."
            : "The observations are float32; read Observations and FinalObservations.");
    }

    private Info Described(Info?[] infos, TState[] states, int index)
    {
        Info info = infos[index] ??= new Info();
        info.Clear();
        _dynamics.Describe(states[index], info);
        return info;
    }

    private void ResetAll(long? seed, ReadOnlySpan<long> seeds, EnvironmentOptions? options)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _isReset = false;
        for (int i = 0; i < Count; i++)
        {
            if (seeds.Length > 0) Seed(i, seeds[i]);
            else if (seed is { } first) Seed(i, first + i);
            else _random[i] ??= TRandom.Create(null);
            ResetRow(i, options);
            ClearResult(i);
            _hasFinal[i] = false;
        }

        Array.Clear(_finalObservations);
        _isReset = true;
    }

    private void Seed(int index, long seed)
    {
        if (_random[index] is { } random) random.Reseed(seed);
        else _random[index] = TRandom.Create(seed);
        _states[index] = default;
    }

    private void ResetRow(int index, EnvironmentOptions? options)
    {
        _dynamics.Reset(ref _states[index], _random[index], options);
        _limits[index].Restart();
        _ended[index] = false;
        _dynamics.Observe(_states[index], _observations.AsSpan(index * ObservationSize, ObservationSize));
    }

    private void ClearResult(int index)
    {
        _rewards[index] = 0;
        _terminated[index] = false;
        _truncated[index] = false;
    }

    private void StepAll(ReadOnlySpan<TNumber> actions)
    {
        RefuseNotReset();
        RefuseIllegal(actions);
        if (_crew is null)
        {
            StepRows(actions, 0, Count);
            return;
        }

        unsafe
        {
            // The other threads read the caller's actions where they are; they are done before this returns.
            fixed (TNumber* pinned = actions)
            {
                _actions = pinned;
                _crew.Run(_stepRows);
                _actions = null;
            }
        }
    }

    private void RefuseNotReset()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_isReset) throw new InvalidOperationException($"The vector environment of {Name} was not reset; call Reset first.");
    }

    private void RefuseIllegal(ReadOnlySpan<TNumber> actions)
    {
        if (actions.Length != Count * ActionSize)
        {
            throw new ArgumentException(
                $"There are {actions.Length} numbers, but {Count} copies of {Name} take {ActionSize} each, {Count * ActionSize} in all.", nameof(actions));
        }

        // One pass over all copies for the usual kind of action; the loop below finds the copy to name.
        if (typeof(TNumber) == typeof(int) && _dynamics.ActionSpace is Discrete discrete
            && !MemoryMarshal.Cast<TNumber, int>(actions).ContainsAnyExceptInRange(discrete.Start, discrete.Start + discrete.N - 1))
        {
            RefuseEnded();
            return;
        }

        for (int i = 0; i < Count; i++)
        {
            if (!_dynamics.Accepts(actions.Slice(i * ActionSize, ActionSize))) throw IllegalAction(i, actions);
        }

        RefuseEnded();
    }

    private void RefuseEnded()
    {
        if (AutoresetMode != AutoresetMode.Disabled) return;
        int ended = _ended.AsSpan().IndexOf(true);
        if (ended >= 0)
            throw new InvalidOperationException($"The episode of copy {ended} of {Name} has ended; reset it with ResetWhere before the next Step, or choose another AutoresetMode.");
    }

    private ArgumentException IllegalAction(int index, ReadOnlySpan<TNumber> actions)
    {
        string action = string.Join(", ", actions.Slice(index * ActionSize, ActionSize).ToArray().Select(number => Convert.ToString(number, CultureInfo.InvariantCulture)));
        return new($"Action {action} of copy {index} is not one of {Name}: it has to be {ActionSpace.LegalRange}. No copy was stepped.", nameof(actions));
    }

    private unsafe void StepRows(int from, int to) => StepRows(new ReadOnlySpan<TNumber>(_actions, Count * ActionSize), from, to);

    private void StepRows(ReadOnlySpan<TNumber> actions, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            // Set only in next-step mode here: same-step mode resets at once, and without autoreset an ended copy is refused.
            if (_ended[i])
            {
                ResetRow(i, null);
                ClearResult(i);
                continue;
            }

            ref TState state = ref _states[i];
            _rewards[i] = _dynamics.Step(ref state, actions.Slice(i * ActionSize, ActionSize), _random[i], out bool terminated);
            bool truncated = _limits[i].Step();
            _terminated[i] = terminated;
            _truncated[i] = truncated;
            _dynamics.Observe(state, _observations.AsSpan(i * ObservationSize, ObservationSize));
            if (terminated | truncated) End(i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void End(int index)
    {
        _finalStates[index] = _states[index];
        _hasFinal[index] = true;
        Span<TElement> observation = _observations.AsSpan(index * ObservationSize, ObservationSize);
        observation.CopyTo(_finalObservations.AsSpan(index * ObservationSize, ObservationSize));
        if (AutoresetMode == AutoresetMode.SameStep) ResetRow(index, null);
        else _ended[index] = true;
    }

    private void LoadRow(int index, BinaryReader reader)
    {
        (_random[index] ??= TRandom.Create(0)).LoadState(reader);
        _dynamics.LoadState(ref _states[index], reader);
        _limits[index].Elapsed = reader.ReadInt32();
        _rewards[index] = reader.ReadDouble();
        _terminated[index] = reader.ReadBoolean();
        _truncated[index] = reader.ReadBoolean();
        _ended[index] = reader.ReadBoolean();
        _hasFinal[index] = reader.ReadBoolean();
        int start = index * ObservationSize;
        _dynamics.Observe(_states[index], _observations.AsSpan(start, ObservationSize));
        if (!_hasFinal[index]) return;
        _dynamics.LoadState(ref _finalStates[index], reader);
        _dynamics.Observe(_finalStates[index], _finalObservations.AsSpan(start, ObservationSize));
    }
}
