using System.Globalization;
using System.Runtime.CompilerServices;

namespace RlKit;

/// <summary>
/// Copies of any environment, stepped together: in the calling thread, or over several threads that live as long as this object, each with a fixed
/// range of the copies. The results do not depend on the threads. A step allocates nothing beyond what the environments themselves allocate.
/// </summary>
/// <remarks>
/// Gymnasium's SyncVectorEnv and AsyncVectorEnv, with the same meaning of every <see cref="RlKit.AutoresetMode"/>. An action that is an array is handed to a copy in a
/// buffer that the next step overwrites: an environment that keeps one copies it.
/// </remarks>
public sealed class VectorAdaptor<TObservation, TAction> : IVectorEnvironment, IStateful
    where TObservation : notnull
    where TAction : notnull
{
    private readonly IEnvironment<TObservation, TAction>[] _environments;
    private readonly Space<TObservation> _observationSpace;
    private readonly Space<TAction> _actionSpace;
    private readonly WorkerCrew _crew;
    private readonly Action<int, int> _stepRange;
    private readonly Action<int, int> _resetRange;
    private readonly Lock _failureLock = new();

    private readonly float[] _floats = [];
    private readonly float[] _finalFloats = [];
    private readonly byte[] _bytes = [];
    private readonly byte[] _finalBytes = [];
    private readonly double[] _rewards;
    private readonly bool[] _terminated;
    private readonly bool[] _truncated;
    private readonly Info[] _infos;
    private readonly Info[] _finalInfos;
    private readonly TAction[] _actions;

    private readonly bool[] _resetMask;
    private readonly long[] _seeds;
    private bool _seeded;
    private EnvironmentOptions? _resetOptions;

    private bool _running;
    private bool _disposed;
    private int _failedCopy;
    private Exception? _failure;

    /// <summary>Makes copies of an environment.</summary>
    /// <param name="factory">Makes one copy; it is called <paramref name="count"/> times.</param>
    /// <param name="count">The number of copies, 1 or more.</param>
    /// <param name="autoresetMode">What happens at an episode's end.</param>
    /// <param name="threads">The threads that step the copies, 1 (the calling thread alone) or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than one copy or thread.</exception>
    /// <exception cref="ArgumentException">The copies have different spaces.</exception>
    /// <exception cref="NotSupportedException">The spaces cannot be put into flat buffers.</exception>
    public VectorAdaptor(
        Func<IEnvironment<TObservation, TAction>> factory, int count, AutoresetMode autoresetMode = AutoresetMode.SameStep, int threads = 1)
        : this(Make(factory, count), autoresetMode, threads)
    {
    }

    /// <summary>Puts environments together, which then belong to the vector and are disposed with it.</summary>
    /// <param name="environments">The copies, 1 or more, which may differ in everything but their spaces.</param>
    /// <param name="autoresetMode">What happens at an episode's end.</param>
    /// <param name="threads">The threads that step the copies, 1 (the calling thread alone) or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than one copy or thread.</exception>
    /// <exception cref="ArgumentException">The copies have different spaces, or one is there twice.</exception>
    /// <exception cref="NotSupportedException">The spaces cannot be put into flat buffers.</exception>
    public VectorAdaptor(
        IReadOnlyList<IEnvironment<TObservation, TAction>> environments, AutoresetMode autoresetMode = AutoresetMode.SameStep, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(environments);
        if (environments.Count < 1) throw new ArgumentOutOfRangeException(nameof(environments), environments.Count, "There are no environments; give 1 or more.");
        if (threads < 1) throw new ArgumentOutOfRangeException(nameof(threads), threads, $"{threads} threads were asked for; give 1 (the calling thread) or more.");
        if (!Enum.IsDefined(autoresetMode)) throw new ArgumentOutOfRangeException(nameof(autoresetMode), autoresetMode, $"{autoresetMode} is no autoreset mode.");

        _environments = [.. environments];
        Count = _environments.Length;
        AutoresetMode = autoresetMode;
        _observationSpace = _environments[0].ObservationSpace;
        _actionSpace = _environments[0].ActionSpace;
        RequireAlike();

        ObservationType = _observationSpace is Box<byte> or StackedBox<byte> ? ObservationType.UInt8 : ObservationType.Float32;
        ObservationSize = _observationSpace.FlatSize;
        ActionSize = typeof(TAction) == typeof(int) ? 1
            : typeof(TAction) == typeof(int[]) || typeof(TAction) == typeof(byte[]) || typeof(TAction) == typeof(float[]) ? Elements(_actionSpace)
            : throw new NotSupportedException(
                $"Actions of {_actionSpace} do not fit a flat buffer of whole or real numbers; wrap the environment in a TransformAction whose action space is a Discrete, MultiDiscrete, MultiBinary or Box<float>.");

        if (ObservationType == ObservationType.UInt8)
        {
            _bytes = new byte[checked(Count * ObservationSize)];
            _finalBytes = new byte[_bytes.Length];
        }
        else
        {
            _floats = new float[checked(Count * ObservationSize)];
            _finalFloats = new float[_floats.Length];
        }

        _rewards = new double[Count];
        _terminated = new bool[Count];
        _truncated = new bool[Count];
        _infos = new Info[Count];
        _finalInfos = new Info[Count];
        _actions = new TAction[Count];
        _resetMask = new bool[Count];
        _seeds = new long[Count];
        for (int i = 0; i < Count; i++)
        {
            _infos[i] = RlKit.Info.Empty;
            _finalInfos[i] = new Info();
            if (typeof(TAction) == typeof(int[])) _actions[i] = (TAction)(object)new int[ActionSize];
            else if (typeof(TAction) == typeof(byte[])) _actions[i] = (TAction)(object)new byte[ActionSize];
            else if (typeof(TAction) == typeof(float[])) _actions[i] = (TAction)(object)new float[ActionSize];
        }

        _stepRange = StepRange;
        _resetRange = ResetRange;
        _crew = new WorkerCrew(Count, threads);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The copies, in order.</summary>
    public IReadOnlyList<IEnvironment<TObservation, TAction>> Environments => _environments;

    /// <inheritdoc/>
    public EnvironmentSpec? Spec => _environments[0].Spec;

    /// <inheritdoc/>
    public Space ObservationSpace => _observationSpace;

    /// <inheritdoc/>
    public Space ActionSpace => _actionSpace;

    /// <inheritdoc/>
    public AutoresetMode AutoresetMode { get; }

    /// <inheritdoc/>
    public ObservationType ObservationType { get; }

    /// <inheritdoc/>
    public int ObservationSize { get; }

    /// <inheritdoc/>
    public int ActionSize { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Observations => ObservationType == ObservationType.Float32 ? _floats : throw AreBytes(nameof(ByteObservations));

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ByteObservations => ObservationType == ObservationType.UInt8 ? _bytes : throw AreFloats(nameof(Observations));

    /// <inheritdoc/>
    public ReadOnlySpan<double> Rewards => _rewards;

    /// <inheritdoc/>
    public ReadOnlySpan<bool> Terminated => _terminated;

    /// <inheritdoc/>
    public ReadOnlySpan<bool> Truncated => _truncated;

    /// <inheritdoc/>
    public ReadOnlySpan<float> FinalObservations => ObservationType == ObservationType.Float32 ? _finalFloats : throw AreBytes(nameof(FinalByteObservations));

    /// <inheritdoc/>
    public ReadOnlySpan<byte> FinalByteObservations => ObservationType == ObservationType.UInt8 ? _finalBytes : throw AreFloats(nameof(FinalObservations));

    /// <inheritdoc/>
    public Info Info(int index) => _infos[index];

    /// <inheritdoc/>
    public Info FinalInfo(int index) => _finalInfos[index];

    /// <inheritdoc/>
    public void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        VectorSeed.Require(seed, Count);
        if (seed is { } given)
        {
            for (int i = 0; i < Count; i++) _seeds[i] = given + i;
        }

        _seeded = seed is not null;
        ResetAll(options);
    }

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        if (seeds.Length != Count) throw new ArgumentException($"There are {seeds.Length} seeds for {Count} copies; give one for each.", nameof(seeds));
        for (int i = 0; i < Count; i++)
        {
            if (seeds[i] < 0) throw new ArgumentOutOfRangeException(nameof(seeds), seeds[i], $"The seed of copy {i} is {seeds[i]}; give one of 0 or more.");
        }

        seeds.CopyTo(_seeds);
        _seeded = true;
        ResetAll(options);
    }

    /// <inheritdoc/>
    public void ResetWhere(ReadOnlySpan<bool> mask)
    {
        if (mask.Length != Count) throw new ArgumentException($"The mask has {mask.Length} flags for {Count} copies; give one for each.", nameof(mask));
        RequireRunning();
        mask.CopyTo(_resetMask);
        _seeded = false;
        _resetOptions = null;
        Run(_resetRange);
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<int> actions)
    {
        RequireStep(actions.Length);
        if (typeof(TAction) == typeof(float[])) throw WrongActions("real", "whole", "float");
        for (int i = 0; i < Count; i++)
        {
            if (IgnoresAction(i)) continue;
            ReadOnlySpan<int> action = actions.Slice(i * ActionSize, ActionSize);
            if (typeof(TAction) == typeof(int))
            {
                _actions[i] = (TAction)(object)action[0];
            }
            else if (typeof(TAction) == typeof(int[]))
            {
                action.CopyTo((int[])(object)_actions[i]);
            }
            else
            {
                var bits = (byte[])(object)_actions[i];
                for (int k = 0; k < bits.Length; k++) bits[k] = action[k] is >= 0 and <= byte.MaxValue ? (byte)action[k] : throw IllegalAction(i, action.ToArray(), nameof(actions));
            }

            if (!_actionSpace.Contains(_actions[i])) throw IllegalAction(i, action.ToArray(), nameof(actions));
        }

        Run(_stepRange);
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> actions)
    {
        RequireStep(actions.Length);
        if (typeof(TAction) != typeof(float[])) throw WrongActions("whole", "real", "int");
        for (int i = 0; i < Count; i++)
        {
            if (IgnoresAction(i)) continue;
            var action = (float[])(object)_actions[i];
            actions.Slice(i * ActionSize, ActionSize).CopyTo(action);
            if (!_actionSpace.Contains(_actions[i])) throw IllegalAction(i, action, nameof(actions));
        }

        Run(_stepRange);
    }

    /// <inheritdoc/>
    public Frame Render(int index) => _environments[index].Render();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The environments cannot save their states, or an info holds a value that cannot be saved.</exception>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Count);
        writer.Write(_running);
        for (int i = 0; i < Count; i++)
        {
            Stateful(i).SaveState(writer);
            writer.Write(_rewards[i]);
            writer.Write(_terminated[i]);
            writer.Write(_truncated[i]);
            _infos[i].SaveState(writer);
            _finalInfos[i].SaveState(writer);
        }

        writer.Write(_bytes);
        writer.Write(_finalBytes);
        foreach (float value in _floats) writer.Write(value);
        foreach (float value in _finalFloats) writer.Write(value);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The environments cannot load their states.</exception>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            int count = reader.ReadInt32();
            if (count != Count) throw new InvalidDataException($"The state is of {count} copies, but there are {Count}; make as many as were saved.");
            bool running = reader.ReadBoolean();
            _running = false;
            for (int i = 0; i < Count; i++)
            {
                Stateful(i).LoadState(reader);
                _rewards[i] = reader.ReadDouble();
                _terminated[i] = reader.ReadBoolean();
                _truncated[i] = reader.ReadBoolean();
                _infos[i] = new Info();
                _infos[i].LoadState(reader);
                _finalInfos[i].LoadState(reader);
            }

            reader.ReadExactly(_bytes);
            reader.ReadExactly(_finalBytes);
            for (int i = 0; i < _floats.Length; i++) _floats[i] = reader.ReadSingle();
            for (int i = 0; i < _finalFloats.Length; i++) _finalFloats[i] = reader.ReadSingle();
            _running = running;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("The state of the vector environment ends early.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _crew.Dispose();
        foreach (IEnvironment<TObservation, TAction> environment in _environments) environment.Dispose();
    }

    private static IEnvironment<TObservation, TAction>[] Make(Func<IEnvironment<TObservation, TAction>> factory, int count)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (count < 1) throw new ArgumentOutOfRangeException(nameof(count), count, $"{count} copies were asked for; give 1 or more.");
        var environments = new IEnvironment<TObservation, TAction>[count];
        for (int i = 0; i < count; i++) environments[i] = factory();
        return environments;
    }

    private static int Elements(Space space)
    {
        int elements = 1;
        foreach (int side in space.Shape) elements *= side;
        return elements;
    }

    private void RequireAlike()
    {
        for (int i = 0; i < Count; i++)
        {
            IEnvironment<TObservation, TAction> environment = _environments[i] ?? throw new ArgumentException($"Copy {i} is null.", "environments");
            if (environment.ObservationSpace != _observationSpace)
                throw new ArgumentException($"The observation space of copy {i} is {environment.ObservationSpace}, that of copy 0 is {_observationSpace}; they have to be the same.", "environments");
            if (environment.ActionSpace != _actionSpace)
                throw new ArgumentException($"The action space of copy {i} is {environment.ActionSpace}, that of copy 0 is {_actionSpace}; they have to be the same.", "environments");
            if (Array.IndexOf(_environments, environment) != i)
                throw new ArgumentException($"Copy {i} is the same object as copy {Array.IndexOf(_environments, environment)}; make a new environment for each.", "environments");
        }
    }

    private void ResetAll(EnvironmentOptions? options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Array.Fill(_resetMask, true);
        _resetOptions = options;
        Run(_resetRange);
        _running = true;
    }

    private void Run(Action<int, int> work)
    {
        _crew.Run(work);
        if (_failure is not { } failure) return;
        _failure = null;
        _running = false;
        throw new InvalidOperationException($"Copy {_failedCopy} threw {failure.GetType().Name}: {failure.Message} Reset all copies before the next step.", failure);
    }

    private void StepRange(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            try
            {
                for (; i < end; i++) Step(i);
            }
            catch (Exception exception)
            {
                Report(i, exception);
            }
        }
    }

    private void ResetRange(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (!_resetMask[i]) continue;
            try
            {
                ResetCopy(i, _seeded ? _seeds[i] : null, _resetOptions);
            }
            catch (Exception exception)
            {
                Report(i, exception);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(int i)
    {
        if (IgnoresAction(i))
        {
            ResetCopy(i, null, null);
            return;
        }

        StepResult<TObservation> result = _environments[i].Step(_actions[i]);
        _rewards[i] = result.Reward;
        _terminated[i] = result.Terminated;
        _truncated[i] = result.Truncated;
        if (result.Done)
        {
            WriteObservation(result.Observation, _finalFloats, _finalBytes, i);
            _finalInfos[i].Hold(result.Info);
            if (AutoresetMode == AutoresetMode.SameStep)
            {
                ResetResult<TObservation> reset = _environments[i].Reset();
                WriteObservation(reset.Observation, _floats, _bytes, i);
                _infos[i] = reset.Info;
                return;
            }
        }

        WriteObservation(result.Observation, _floats, _bytes, i);
        _infos[i] = result.Info;
    }

    private void ResetCopy(int i, long? seed, EnvironmentOptions? options)
    {
        ResetResult<TObservation> result = _environments[i].Reset(seed, options);
        _rewards[i] = 0;
        _terminated[i] = false;
        _truncated[i] = false;
        WriteObservation(result.Observation, _floats, _bytes, i);
        _infos[i] = result.Info;
    }

    private void WriteObservation(TObservation observation, float[] floats, byte[] bytes, int i)
    {
        if (ObservationType == ObservationType.Float32)
        {
            _observationSpace.Flatten(observation, floats.AsSpan(i * ObservationSize, ObservationSize));
            return;
        }

        ReadOnlySpan<byte> source = typeof(TObservation) == typeof(byte[]) ? (byte[])(object)observation : ((StackedFrames<byte>)(object)observation).Span;
        if (source.Length != ObservationSize)
            throw new ArgumentException($"The observation has {source.Length} bytes; one of {_observationSpace} has {ObservationSize}.");
        source.CopyTo(bytes.AsSpan(i * ObservationSize, ObservationSize));
    }

    /// <summary>In next-step mode the step after the last one of an episode is the reset.</summary>
    private bool IgnoresAction(int i) => AutoresetMode == AutoresetMode.NextStep && (_terminated[i] || _truncated[i]);

    private void Report(int i, Exception exception)
    {
        lock (_failureLock)
        {
            // The lowest copy is named, so that the message does not depend on the threads.
            if (_failure is not null && _failedCopy < i) return;
            _failedCopy = i;
            _failure = exception;
        }
    }

    private void RequireStep(int actions)
    {
        RequireRunning();
        if (actions != Count * ActionSize)
        {
            throw new ArgumentException(
                $"There are {actions} numbers in the actions; {Count} copies with {ActionSize} each need {Count * ActionSize}.", nameof(actions));
        }

        if (AutoresetMode != AutoresetMode.Disabled) return;
        for (int i = 0; i < Count; i++)
        {
            if (_terminated[i] || _truncated[i])
                throw new InvalidOperationException($"The episode of copy {i} has ended and nothing resets it (AutoresetMode.Disabled); call ResetWhere for the ended copies.");
        }
    }

    private void RequireRunning()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_running) throw new InvalidOperationException("The vector environment was not reset; call Reset first.");
    }

    private IStateful Stateful(int i) => _environments[i] as IStateful
        ?? throw new NotSupportedException($"{_environments[i].GetType().Name} cannot save its state; make it implement IStateful.");

    private ArgumentException IllegalAction(int i, object action, string argument) =>
        new($"The action of copy {i}, {ValueText.Of(action)}, is not legal: it has to be {_actionSpace.LegalRange}. No copy was stepped.", argument);

    private InvalidOperationException WrongActions(string have, string given, string type) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The actions of {_actionSpace} are {have} numbers, but {given} numbers were given; call Step with a span of {type}."));

    private static InvalidOperationException AreBytes(string property) => new($"The observations are bytes; read {property}.");

    private static InvalidOperationException AreFloats(string property) => new($"The observations are float32; read {property}.");
}
