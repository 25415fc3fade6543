namespace RlKit;

/// <summary>
/// The base of an environment of one's own: say the spaces, the first observation and what a step does. Seeding, the order
/// of calls and the legality of actions are looked after here.
/// </summary>
/// <example><code>
/// sealed class Corridor() : Environment&lt;float[], int&gt;(new Box&lt;float&gt;(0, 10, [1]), new Discrete(2))
/// {
///     private int _position;
///
///     protected override float[] OnReset(EnvironmentOptions? options)
///     {
///         _position = Random.Integers(0, 5);
///         return [_position];
///     }
///
///     protected override StepResult&lt;float[]&gt; OnStep(int action)
///     {
///         _position = Math.Max(0, _position + (action == 1 ? 1 : -1));
///         return Result([_position], reward: -0.1, terminated: _position == 10);
///     }
/// }
/// </code></example>
public abstract class Environment<TObservation, TAction> : IEnvironment<TObservation, TAction>, IRegistered
    where TObservation : notnull
    where TAction : notnull
{
    private EnvironmentSpec? _spec;
    private Pcg64? _random;
    private Phase _phase;

    /// <summary>An environment over two spaces.</summary>
    /// <exception cref="ArgumentNullException">A space is null.</exception>
    protected Environment(Space<TObservation> observationSpace, Space<TAction> actionSpace)
    {
        ArgumentNullException.ThrowIfNull(observationSpace);
        ArgumentNullException.ThrowIfNull(actionSpace);
        ObservationSpace = observationSpace;
        ActionSpace = actionSpace;
    }

    private enum Phase : byte
    {
        New,
        Running,
        Ended,
        Disposed,
    }

    /// <summary>How the environment was registered: <see cref="EnvironmentRegistry"/> fills it in. Null for one that was made by its constructor.</summary>
    public EnvironmentSpec? Spec
    {
        get => _spec;
        init => _spec = value;
    }

    EnvironmentSpec? IRegistered.Spec
    {
        get => _spec;
        set => _spec = value;
    }

    /// <inheritdoc/>
    public Space<TObservation> ObservationSpace { get; }

    /// <inheritdoc/>
    public Space<TAction> ActionSpace { get; }

    /// <inheritdoc/>
    public virtual bool ReusesObservation => false;

    /// <inheritdoc/>
    public virtual int? MaxEpisodeSteps => null;

    /// <inheritdoc/>
    public bool EnforcesOrder => true;

    /// <summary>The environment's own random numbers, seeded by <see cref="Reset"/>. Use no others, and a seed decides all.</summary>
    /// <exception cref="InvalidOperationException">The environment was not reset yet.</exception>
    protected Pcg64 Random => _random ?? throw NotReset();

    /// <summary>What this step or reset tells beside the observation; empty at the start of each.</summary>
    protected Info Info { get; } = new();

    /// <inheritdoc/>
    public ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_phase == Phase.Disposed, this);
        if (seed is < 0)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, $"The seed is {seed}; give one of 0 or more, or none.");
        // Where a reset fails, what is left is no episode to go on with.
        _phase = Phase.New;
        if (seed is { } given)
        {
            _random = new Pcg64((ulong)given);
            OnSeed(given);
        }

        _random ??= new Pcg64();

        if (Info.Count > 0) Info.Clear();
        TObservation observation = OnReset(options);
        _phase = Phase.Running;
        return new(observation, Info);
    }

    /// <inheritdoc/>
    public StepResult<TObservation> Step(TAction action)
    {
        if (_phase != Phase.Running) throw OutOfOrder();
        if (!Accepts(action)) throw IllegalAction(action);
        if (Info.Count > 0) Info.Clear();
        StepResult<TObservation> result = OnStep(action);
        if (result.Terminated || result.Truncated) _phase = Phase.Ended;
        return result;
    }

    /// <inheritdoc/>
    public virtual Frame Render() => throw new NotSupportedException($"{GetType().Name} does not draw; override Render to return a frame.");

    /// <inheritdoc/>
    public virtual string RenderText() => throw new NotSupportedException($"{GetType().Name} has no text form; override RenderText to return one.");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_phase == Phase.Disposed) return;
        _phase = Phase.Disposed;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>True when an action may be taken: when it lies in the action space, unless an environment knows better.</summary>
    protected virtual bool Accepts(TAction action) => ActionSpace.Contains(action);

    /// <summary>Called before <see cref="OnReset"/> where a seed was given: seeds what draws beside <see cref="Random"/>, for an environment that reproduces one with another generator.</summary>
    /// <param name="seed">0 or more.</param>
    protected virtual void OnSeed(long seed)
    {
    }

    /// <summary>Puts the environment into its first state, drawn from <see cref="Random"/>.</summary>
    /// <param name="options">What the caller asked for; null for nothing. Refuse names that you do not know.</param>
    /// <returns>The first observation; a new one unless <see cref="ReusesObservation"/> says otherwise.</returns>
    protected abstract TObservation OnReset(EnvironmentOptions? options);

    /// <summary>Takes one action, which lies in the action space.</summary>
    /// <returns>What followed; <see cref="Result"/> makes it.</returns>
    protected abstract StepResult<TObservation> OnStep(TAction action);

    /// <summary>The result of a step, with the present <see cref="Info"/>.</summary>
    protected StepResult<TObservation> Result(TObservation observation, double reward, bool terminated = false, bool truncated = false) =>
        new(observation, reward, terminated, truncated, Info);

    /// <summary>Frees what the environment holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>For an environment that is <see cref="IStateful"/>: writes the random numbers and where in the order of calls it is.</summary>
    protected void SaveBaseState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write((byte)_phase);
        writer.Write(_random is not null);
        _random?.SaveState(writer);
    }

    /// <summary>Reads what <see cref="SaveBaseState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is not such a state.</exception>
    protected void LoadBaseState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var phase = (Phase)reader.ReadByte();
        if (phase > Phase.Disposed) throw new InvalidDataException($"{GetType().Name}: {phase} is not a phase of an environment; the state is damaged.");
        _phase = phase;
        _random = reader.ReadBoolean() ? _random ?? new Pcg64(0) : null;
        _random?.LoadState(reader);
    }

    private InvalidOperationException NotReset() => new($"{GetType().Name} was not reset; call Reset before Step or Render.");

    private InvalidOperationException OutOfOrder() => _phase switch
    {
        Phase.New => NotReset(),
        Phase.Ended => new InvalidOperationException($"The episode of {GetType().Name} has ended (the last step was terminated or truncated); call Reset before the next Step."),
        _ => new ObjectDisposedException(GetType().Name),
    };

    private ArgumentException IllegalAction(TAction action) =>
        new($"Action {ValueText.Of(action)} is not one of {GetType().Name}: it has to be {ActionSpace.LegalRange}.", nameof(action));
}
