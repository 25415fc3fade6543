// The algorithm page: docs/algorithms/c51.md
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Categorical deep Q-learning (Bellemare, Dabney and Munos 2017, "A Distributional Perspective on Reinforcement Learning"): the network learns the whole
/// distribution of the return, on a fixed support of atoms.
/// </summary>
public sealed class C51 : Agent
{
    private readonly Discrete _actionSpace;
    private readonly Layer _online;
    private readonly Layer _target;
    private readonly Adam _optimiser;
    private readonly NetworkPolicy _policy;
    private readonly ObservationReader _reader;
    private readonly ReplayMemory _memory;
    private readonly ReplayBatch _batch;
    private readonly ValueDistribution _distribution;
    private readonly EpsilonGreedy _exploration;
    private readonly Schedule _epsilon;
    private long _totalSteps = 1;

    /// <summary>An agent with fresh weights.</summary>
    /// <param name="environment">What it trains in: a <see cref="Discrete"/> action space, <see cref="AutoresetMode.SameStep"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="seed">Decides all random choices; 0 or more.</param>
    /// <param name="makeNetwork">Makes a network of your own: observations in (pictures with the channels first, bytes as 0 to 1), the logits of all atoms for each action out. Null for the one that the options describe.</param>
    /// <param name="device">Where its networks compute; null for <see cref="Device.Default"/>, the managed engine.</param>
    /// <exception cref="ArgumentException">The environment's actions are not <see cref="Discrete"/>, its mode is another, or the network does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public C51(IVectorEnvironment environment, C51Options? options = null, long seed = 1, Func<Layer>? makeNetwork = null, Device? device = null)
        : base(environment, seed, device)
    {
        Options = options ?? new C51Options();
        Options.Validate();
        _actionSpace = RequireDiscrete();
        using DeviceRegion onDevice = Device.AsDefault();
        int outputs = _actionSpace.N * Options.Atoms;
        NetworkKind kind = NetworkDescription.Choose(makeNetwork is null ? Options.Network : NetworkKind.Auto, environment.ObservationSpace);
        NetworkDescription? description = makeNetwork is not null ? null : new NetworkDescription(kind, Options.Hidden, Options.Activation, outputs) { Atoms = Options.Atoms };
        Generator weights = NewGenerator(RandomStream.Weights);
        Layer Make() => makeNetwork is not null ? OwnNetwork.Make(makeNetwork, environment.ObservationSpace, outputs, $"{Options.Atoms} logits for each action") : description!.Build(environment.ObservationSpace, weights);
        _online = Make();
        _target = Make();
        OwnNetwork.RequireApart(_online, _target, nameof(makeNetwork));
        _target.CopyFrom(_online);

        // Layers that draw or adapt (dropout, batch normalisation) do so only while the online network learns.
        _online.IsTraining = false;
        _target.IsTraining = false;
        _optimiser = new Adam(_online.Parameters, Options.LearningRate, epsilon: 0.01 / Options.BatchSize);
        _policy = new NetworkPolicy(
            environment.ObservationSpace, _actionSpace, _online, description, new DistributionalHead(_actionSpace, Options.Atoms, (float)Options.VMin, (float)Options.VMax), makeNetwork: makeNetwork);
        _reader = new ObservationReader(environment.ObservationSpace, kind);

        ReplayOptions replay = ReplayOptions.For(environment, Options.BufferSize) with { Gamma = Options.Gamma };
        _memory = new ReplayMemory(environment, replay, Options.BatchSize, Options.ClipRewards, priorityAlpha: null, NewRandom(RandomStream.Sampling));
        _batch = new ReplayBatch(_memory.Buffer, Options.BatchSize);
        _distribution = new ValueDistribution(_actionSpace, Options.Atoms, Options.VMin, Options.VMax, Options.BatchSize);
        _exploration = new EpsilonGreedy(environment, NewRandom(RandomStream.Exploration));
        _epsilon = Schedule.Linear(Options.StartEpsilon, Options.EndEpsilon, Options.ExplorationFraction);
    }

    /// <inheritdoc/>
    public override string Algorithm => "c51";

    /// <summary>The options.</summary>
    public C51Options Options { get; }

    /// <inheritdoc/>
    public override Policy Policy => _policy;

    internal Layer Online => _online;

    internal Layer Target => _target;

    /// <inheritdoc/>
    protected internal override IEnumerable<(string Name, IStateful Part)> Parts =>
    [
        .. _policy.Description is null ? DrawingParts(_online) : [],
        ("online", new TensorParts(_online)),
        ("target", new TensorParts(_target)),
        ("optimiser", new TensorParts(_optimiser)),
        ("exploration", _exploration),
        ("replay", _memory),
    ];

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, object?> Configuration => Options.ToDictionary();

    /// <inheritdoc/>
    protected internal override void BeginTraining(long totalSteps) => _totalSteps = totalSteps;

    /// <inheritdoc/>
    protected internal override void EndEpisodes() => _memory.EndEpisodes();

    /// <inheritdoc/>
    protected internal override void Act()
    {
        if (!_memory.IsStarted) _memory.Start();
        _exploration.Act(_policy, _epsilon.At(Step, _totalSteps), IntegerActions);
    }

    /// <inheritdoc/>
    protected internal override void Store() => _memory.Add(IntegerActions);

    /// <inheritdoc/>
    protected internal override bool Update(PhaseClock clock)
    {
        int updates = _memory.IsFilled(Options.LearningStarts) ? Due(Options.TrainFrequency, Options.LearningStarts) : 0;
        for (int i = 0; i < updates; i++)
        {
            clock.Enter(Phase.Replay);
            _memory.Sample(_batch, beta: 1);
            clock.Enter(Phase.Update);
            Train(_batch);
        }

        if (Due(Options.TargetNetworkFrequency, Options.LearningStarts) > 0) _target.CopyFrom(_online);
        Metrics.Record(RlKit.Metrics.ExplorationRate, _epsilon.At(Step, _totalSteps));
        return updates > 0;
    }

    /// <summary>One update from one batch.</summary>
    internal void Train(ReplayBatch batch)
    {
        using var scope = new TensorScope();

        // The target: the best next action's distribution, moved by r + gamma z and projected onto the support (algorithm 1).
        Tensor targets;
        using (Autograd.NoGrad())
        {
            Tensor next = _target.Forward(_reader.Read(ReplayMemory.NextObservations(batch)));
            targets = _distribution.Targets(next, next, batch);
        }

        // The loss: the cross-entropy from it to the distribution of the action that was taken.
        _online.IsTraining = true;
        Tensor logits = _online.Forward(_reader.Read(ReplayMemory.Observations(batch)));
        Tensor taken = _distribution.ChosenLogits(logits, _memory.Columns(batch));
        Tensor loss = Loss.CrossEntropy(taken, targets);
        _online.IsTraining = false;
        RecordLoss(loss.Item());

        _optimiser.ZeroGradients();
        loss.Backward();
        _optimiser.Step();

        using (Autograd.NoGrad()) Metrics.Record(RlKit.Metrics.QValues, _distribution.Mean(taken));
    }
}
