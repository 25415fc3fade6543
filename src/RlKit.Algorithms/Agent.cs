using System.Globalization;
using System.Runtime.InteropServices;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Learns to act in a vector environment. What it has learned is its <see cref="Policy"/>, which is what is saved, shipped and loaded;
/// the agent itself is saved whole by a checkpoint.
/// </summary>
/// <remarks>
/// An algorithm supplies three things: how it acts (<see cref="Act"/>), what it stores (<see cref="Store"/>) and its update (<see cref="Update"/>). The loop around them
/// is the same for all. An agent is used by one thread at a time.
/// </remarks>
public abstract class Agent : IDisposable
{
    // States of callbacks that a checkpoint held and no training has asked for yet.
    private readonly SortedDictionary<string, byte[]> _callbackStates = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IStateful> _callbacks = new(StringComparer.Ordinal);
    private Pcg64? _prediction;

    // What the environment showed when the last training left it; null while one goes on, and before the first.
    private byte[]? _left;
    private bool _isStarted;
    private bool _isLearning;

    /// <summary>An agent for an environment.</summary>
    /// <param name="environment">What it trains in, with <see cref="AutoresetMode.SameStep"/>. It belongs to the caller.</param>
    /// <param name="seed">Decides all random choices: the environments', exploration, sampling and the first weights; 0 or more.</param>
    /// <param name="device">Where its networks compute; null for <see cref="Tensors.Device.Default"/>. An agent's constructor makes them within <see cref="Tensors.Device.AsDefault"/>.</param>
    /// <exception cref="ArgumentException">The environment's autoreset mode is another.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The seed is below zero.</exception>
    protected Agent(IVectorEnvironment environment, long seed, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment.AutoresetMode != AutoresetMode.SameStep)
            throw new ArgumentException($"The environment's autoreset mode is {environment.AutoresetMode}; agents train with AutoresetMode.SameStep, where every step is a transition.", nameof(environment));
        if (seed < 0) throw new ArgumentOutOfRangeException(nameof(seed), seed, $"The seed is {seed}; give one of 0 or more.");
        Environment = environment;
        Seed = seed;
        Device = device ?? Device.Default;
        Episodes = new EpisodeWindow(environment.Count);
        ActsByIntegers = environment.ActionSpace is not Box<float>;
        IntegerActions = ActsByIntegers ? new int[environment.Count * environment.ActionSize] : [];
        RealActions = ActsByIntegers ? [] : new float[environment.Count * environment.ActionSize];
    }

    /// <summary>The algorithm's short name, as the command line knows it: "dqn", "ppo".</summary>
    public abstract string Algorithm { get; }

    /// <summary>What the agent trains in.</summary>
    public IVectorEnvironment Environment { get; }

    /// <summary>The environment's id, or the name of its type where it was not registered.</summary>
    public string EnvironmentId => Environment.Spec?.Id ?? Environment.GetType().Name;

    /// <summary>What decides all random choices.</summary>
    public long Seed { get; }

    /// <summary>Where the agent's networks compute. While it trains, tensors are made there.</summary>
    public Device Device { get; }

    /// <summary>Environment steps so far, over all copies, calls of Learn and resumes. It never goes back.</summary>
    public long Step { get; internal set; }

    /// <summary>Returns and lengths of the episodes so far.</summary>
    public EpisodeWindow Episodes { get; }

    /// <summary>The policy with the present weights. It changes as the agent learns; save it or <see cref="Policy.Snapshot"/> it to keep one.</summary>
    public abstract Policy Policy { get; }

    /// <summary>What the updates since the last report measured.</summary>
    protected internal UpdateMetrics Metrics { get; } = new();

    /// <summary>Actions are whole numbers rather than real ones.</summary>
    protected internal bool ActsByIntegers { get; }

    /// <summary>Where <see cref="Act"/> puts whole-number actions, Count x ActionSize.</summary>
    protected internal int[] IntegerActions { get; }

    /// <summary>Where <see cref="Act"/> puts real-number actions, Count x ActionSize.</summary>
    protected internal float[] RealActions { get; }

    /// <summary>The environment was reset, by the first training or by a checkpoint, and nobody else has stepped it since: the next training goes on where it stands.</summary>
    internal bool IsStarted => _isStarted && (_left is null || _left.AsSpan().SequenceEqual(Sight()));

    /// <summary>
    /// Trains until <see cref="Step"/> is <paramref name="totalSteps"/>, a callback stops it, or it is cancelled. Called again, or on an agent from a checkpoint,
    /// it goes on where it was. Where the environment was used for something else in between, such as an evaluation, it is reset: the episodes that were under way end there.
    /// </summary>
    /// <param name="totalSteps">Environment steps over all copies, absolute: an agent that has done 10,000 of 20,000 does 10,000 more.</param>
    /// <param name="options">The tracker and the callbacks; null for none.</param>
    /// <param name="progress">Told about ten times a second where the training stands.</param>
    /// <param name="cancellation">Ends the training after the present step; the result says so.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The total is below 1.</exception>
    /// <exception cref="TrainingException">The environment threw, or gave a reward that is not a number.</exception>
    /// <exception cref="NotSupportedException">Checkpoints are asked for, and the environment cannot save its state.</exception>
    /// <exception cref="InvalidOperationException">The folder for checkpoints has whole ones of later steps.</exception>
    public TrainingResult Learn(long totalSteps, LearnOptions? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        _isLearning = true;
        try
        {
            return new TrainingLoop(this, totalSteps, options ?? new LearnOptions(), progress).Run(cancellation);
        }
        finally
        {
            _isLearning = false;
        }
    }

    /// <summary>The action for one observation, of an environment with a <see cref="Discrete"/> space.</summary>
    /// <param name="observation">One flattened observation.</param>
    /// <param name="deterministic">The best action; else one drawn as in training.</param>
    /// <exception cref="ArgumentException">The observation is of another length.</exception>
    /// <exception cref="InvalidOperationException">The actions are real numbers.</exception>
    public int Predict(ObservationBatch observation, bool deterministic = true)
    {
        int action = 0;
        Policy.Act(observation, new Span<int>(ref action), deterministic, _prediction ??= NewRandom(RandomStream.Prediction));
        return action;
    }

    /// <summary>The action for one observation, of an environment with a <see cref="Box{T}"/> space.</summary>
    /// <param name="observation">One flattened observation.</param>
    /// <param name="action">Where the action's numbers go.</param>
    /// <param name="deterministic">The best action; else one drawn as in training.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="InvalidOperationException">The actions are whole numbers.</exception>
    public void Predict(ObservationBatch observation, Span<float> action, bool deterministic = true) =>
        Policy.Act(observation, action, deterministic, _prediction ??= NewRandom(RandomStream.Prediction));

    /// <summary>Measures the present policy in whole episodes, during a training in an environment of their own.</summary>
    /// <inheritdoc cref="Evaluator.Evaluate"/>
    /// <exception cref="InvalidOperationException">A training goes on in that environment, or the policy was trained with masks of legal actions, and the environment tells none.</exception>
    public EvaluationResult Evaluate(IVectorEnvironment environment, int episodes = 100, long seed = 0, bool deterministic = true, CancellationToken cancellation = default)
    {
        if (ReferenceEquals(environment, Environment))
        {
            if (_isLearning) throw new InvalidOperationException("The agent is being trained in that environment, and an evaluation would end its episodes; evaluate in another one.");
            _isStarted = false;
        }

        return Evaluator.Evaluate(Policy, environment, episodes, seed, deterministic, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once when the training begins or goes on, with its absolute total: schedules are functions of <see cref="Step"/> and of it.</summary>
    protected internal virtual void BeginTraining(long totalSteps)
    {
    }

    /// <summary>Called when the environment was reset in the midst of the training, since others had stepped it. What was stored of the episodes before does not go on with its present observations.</summary>
    protected internal virtual void EndEpisodes()
    {
    }

    /// <summary>Chooses an action for each copy from the environment's present observations, into <see cref="IntegerActions"/> or <see cref="RealActions"/>.</summary>
    protected internal abstract void Act();

    /// <summary>Stores what the step gave: rewards, flags, the new observations and the final ones. <see cref="Step"/> does not count the step yet.</summary>
    protected internal abstract void Store();

    /// <summary>Does the updates that are due at <see cref="Step"/>.</summary>
    /// <param name="clock">Counts for <see cref="Phase.Update"/>; enter <see cref="Phase.Replay"/> while sampling.</param>
    /// <returns>Whether there was one.</returns>
    protected internal abstract bool Update(PhaseClock clock);

    /// <summary>Everything that decides the agent's future, by name and in a fixed order: weights, optimiser, buffers, random numbers.</summary>
    protected internal abstract IEnumerable<(string Name, IStateful Part)> Parts { get; }

    /// <summary>The options that the agent was made with, for the configuration and for refusing a checkpoint of others: name (snake_case) and value.</summary>
    protected internal abstract IReadOnlyDictionary<string, object?> Configuration { get; }

    /// <summary>Takes in an update's loss, before the weights change by it.</summary>
    /// <param name="loss">The loss.</param>
    /// <exception cref="TrainingException">It is NaN or infinite: the training has diverged, and nothing that follows would be learning.</exception>
    protected void RecordLoss(double loss)
    {
        Metrics.Record(RlKit.Metrics.Loss, loss);
        if (!double.IsFinite(loss)) throw Diverged(string.Create(CultureInfo.InvariantCulture, $"The loss is {loss}"));
    }

    /// <summary>Frees what the agent holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The end of a training whose numbers are none any more.</summary>
    /// <param name="what">The first half of a sentence that says which: "The loss is NaN".</param>
    /// <param name="cause">What was thrown there; null for nothing.</param>
    internal TrainingException Diverged(string what, Exception? cause = null) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{what} at step {Step}: the training has diverged. Lower the learning rate, scale the rewards or clip the gradients; checkpoints and policies written before stay valid."),
        cause);

    /// <summary>Refuses weights that are no numbers, which no later step mends.</summary>
    /// <exception cref="TrainingException">There are some.</exception>
    internal void RequireFiniteWeights()
    {
        foreach ((string name, IStateful part) in Parts)
            if (part is TensorParts tensors && tensors.FindNotFinite() is { } weight) throw Diverged($"The weight '{name}/{weight}' is no finite number");
    }

    /// <summary>What networks of one's own draw by themselves (dropout), as parts of a checkpoint. Where the options describe a network, all is drawn from the agent's generators.</summary>
    internal IEnumerable<(string Name, IStateful Part)> DrawingParts(params Module[] networks)
    {
        yield return ("device", new DevicePart(Device));
        Dropout[] dropouts = [.. networks.SelectMany(network => network.Modules()).OfType<Dropout>()];
        for (int i = 0; i < dropouts.Length; i++) yield return (string.Create(CultureInfo.InvariantCulture, $"dropout-{i}"), new GeneratorPart(dropouts[i].Generator));
    }

    /// <summary>A generator for one purpose, derived from the seed.</summary>
    internal Pcg64 NewRandom(RandomStream stream) => new(new SeedSequence(Seed, (uint)stream));

    /// <summary>A generator of the tensor engine for one purpose, derived from the seed.</summary>
    internal Generator NewGenerator(RandomStream stream) => new(NewRandom(stream).NextUInt64());

    /// <summary>Refuses the environment that the agent trains in, for what would step it meanwhile.</summary>
    /// <exception cref="ArgumentException">It is that one.</exception>
    internal void RequireNotOwn(IVectorEnvironment environment)
    {
        if (ReferenceEquals(environment, Environment))
            throw new ArgumentException("The environment is the one that the agent trains in, and its episodes would be ended; make another one for this.", nameof(environment));
    }

    /// <summary>The action space, for an algorithm that chooses one of n actions.</summary>
    internal Discrete RequireDiscrete() => Environment.ActionSpace as Discrete
        ?? throw new ArgumentException($"{Algorithm} chooses one of n actions, and the actions of {EnvironmentId} are {Environment.ActionSpace}; use an algorithm for such actions (ppo), or an environment with a Discrete space.");

    /// <summary>How many multiples of a number of steps the last vector step reached or passed, beyond a step that is waited for.</summary>
    internal int Due(long every, long after) => (int)Math.Max(0, Step / every - Math.Max((Step - Environment.Count) / every, after / every));

    /// <summary>Makes the environment ready for a training: it stands where this agent left it, or is reset.</summary>
    internal void EnterEnvironment()
    {
        bool isStarted = IsStarted;
        if (!isStarted && Step == 0) Environment.Reset(Seed);
        else if (!isStarted)
        {
            // Neither the first episodes again nor those that whoever stepped it has seen.
            Environment.Reset((long)(new Pcg64(new SeedSequence(Seed, (uint)RandomStream.Restart, (uint)Step, (uint)(Step >> 32))).NextUInt64() >> 33));
            Episodes.EndEpisodes();
            EndEpisodes();
        }

        _isStarted = true;
        _left = null;
    }

    /// <summary>Remembers how the environment stands, for the next training.</summary>
    internal void LeaveEnvironment() => _left = _isStarted ? Sight() : null;

    // All that it shows and not its state: that may hold clocks, which go on by themselves.
    private byte[] Sight() =>
    [
        .. Environment.ObservationType == ObservationType.UInt8 ? Environment.ByteObservations : MemoryMarshal.AsBytes(Environment.Observations),
        .. MemoryMarshal.AsBytes(Environment.Rewards),
        .. MemoryMarshal.AsBytes(Environment.Terminated),
        .. MemoryMarshal.AsBytes(Environment.Truncated),
    ];

    /// <summary>All parts of a checkpoint, in the order in which they are written.</summary>
    internal IEnumerable<(string Name, IStateful Part)> AllParts()
    {
        if (Environment is not IStateful environment)
            throw new NotSupportedException($"{Environment.GetType().Name} cannot save its state, so a run in it cannot be resumed exactly; make it implement IStateful, or train without checkpoints.");
        yield return (RunPartName, new RunPart(this));
        yield return (EnvironmentPart, environment);
        foreach ((string name, IStateful part) in Parts) yield return (name, part);
        foreach ((string name, IStateful callback) in _callbacks) yield return (CallbackPrefix + name, callback);
        foreach ((string name, byte[] state) in _callbackStates) yield return (CallbackPrefix + name, new HeldState(state));
    }

    internal void AttachCallbacks(IReadOnlyList<Callback> callbacks)
    {
        _callbacks.Clear();
        foreach (IStateful stateful in callbacks.OfType<IStateful>())
        {
            // By its place among those of its kind: a run that goes on may have others beside it.
            string kind = stateful.GetType().Name;
            string name = string.Create(CultureInfo.InvariantCulture, $"{kind}-{_callbacks.Values.Count(before => before.GetType().Name == kind)}");
            _callbacks.Add(name, stateful);
            if (!_callbackStates.Remove(name, out byte[]? state)) continue;
            using var reader = new BinaryReader(new MemoryStream(state, writable: false));
            stateful.LoadState(reader);
        }
    }

    internal void HoldCallbackState(string partName, byte[] state) => _callbackStates[partName[CallbackPrefix.Length..]] = state;

    internal const string CallbackPrefix = "callback/", RunPartName = "run", EnvironmentPart = "environment";

    private sealed class HeldState(byte[] state) : IStateful
    {
        public void SaveState(BinaryWriter writer) => writer.Write(state);

        public void LoadState(BinaryReader reader) => throw new NotSupportedException();
    }

    /// <summary>The counters of the run.</summary>
    private sealed class RunPart(Agent agent) : IStateful
    {
        public void SaveState(BinaryWriter writer)
        {
            writer.Write(agent.Step);
            writer.Write(agent.IsStarted);
            agent.Episodes.SaveState(writer);
            agent.Metrics.SaveState(writer);
        }

        public void LoadState(BinaryReader reader)
        {
            agent.Step = reader.ReadInt64();
            agent._isStarted = reader.ReadBoolean();
            agent.Episodes.LoadState(reader);
            agent.Metrics.LoadState(reader);
        }
    }
}
