// The algorithm page: docs/algorithms/dqn.md
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Deep Q-learning (Mnih et al. 2015, "Human-level control through deep reinforcement learning"), with its common improvements by option: double
/// (van Hasselt et al. 2016), dueling (Wang et al. 2016), prioritised replay (Schaul et al. 2016), n-step returns (Sutton 1988).
/// </summary>
public sealed class Dqn : Agent
{
    private readonly Discrete _actionSpace;
    private readonly Layer _online;
    private readonly Layer _target;
    private readonly (Tensor Online, Tensor Target)[] _statistics;
    private readonly Adam _optimiser;
    private readonly NetworkPolicy _policy;
    private readonly ObservationReader _reader;
    private readonly ReplayMemory _memory;
    private readonly ReplayBatch _batch;
    private readonly EpsilonGreedy _exploration;
    private readonly float[] _errors;
    private readonly Schedule _epsilon;
    private readonly Schedule _beta;
    private long _totalSteps = 1;

    /// <summary>An agent with fresh weights.</summary>
    /// <param name="environment">What it trains in: a <see cref="Discrete"/> action space, <see cref="AutoresetMode.SameStep"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="seed">Decides all random choices; 0 or more.</param>
    /// <param name="makeNetwork">Makes a network of your own: observations in (pictures with the channels first, bytes as 0 to 1), one value for each action out. Null for the one that the options describe.</param>
    /// <param name="device">Where its networks compute; null for <see cref="Device.Default"/>, the managed engine.</param>
    /// <exception cref="ArgumentException">The environment's actions are not <see cref="Discrete"/>, its mode is another, or the network does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Dqn(IVectorEnvironment environment, DqnOptions? options = null, long seed = 1, Func<Layer>? makeNetwork = null, Device? device = null)
        : base(environment, seed, device)
    {
        Options = options ?? new DqnOptions();
        Options.Validate();
        if (Options.Dueling && makeNetwork is not null)
            throw new ArgumentException("A network of one's own has the streams that it was made with; switch Dueling off.", nameof(options));
        _actionSpace = RequireDiscrete();
        using DeviceRegion onDevice = Device.AsDefault();

        NetworkDescription? description = makeNetwork is not null ? null : new NetworkDescription(
            NetworkDescription.Choose(Options.Network, environment.ObservationSpace), Options.Hidden, Options.Activation, _actionSpace.N) { Dueling = Options.Dueling };
        Layer Make() => makeNetwork is not null ? OwnNetwork.Make(makeNetwork, environment.ObservationSpace, _actionSpace.N, "one value for each action") : description!.Build(environment.ObservationSpace, NewGenerator(RandomStream.Weights));
        _online = Make();
        _target = Make();
        OwnNetwork.RequireApart(_online, _target, nameof(makeNetwork));
        _target.CopyFrom(_online);
        _statistics = [.. _online.NamedBuffers().Zip(_target.NamedBuffers(), (online, target) => (online.Value, target.Value))];

        // Layers that draw or adapt (dropout, batch normalisation) do so only while the online network learns.
        _online.IsTraining = false;
        _target.IsTraining = false;
        _optimiser = new Adam(_online.Parameters, Options.LearningRate, epsilon: Options.AdamEpsilon);
        _policy = new NetworkPolicy(environment.ObservationSpace, _actionSpace, _online, description, new GreedyHead(_actionSpace), makeNetwork: makeNetwork);
        _reader = new ObservationReader(environment.ObservationSpace, description?.Kind ?? NetworkDescription.Choose(NetworkKind.Auto, environment.ObservationSpace));

        ReplayOptions replay = ReplayOptions.For(environment, Options.BufferSize) with { NStep = Options.NStep, Gamma = Options.Gamma };
        _memory = new ReplayMemory(environment, replay, Options.BatchSize, Options.ClipRewards, Options.Prioritized ? Options.PriorityAlpha : null, NewRandom(RandomStream.Sampling));
        _batch = new ReplayBatch(_memory.Buffer, Options.BatchSize);
        _errors = new float[Options.BatchSize];
        _exploration = new EpsilonGreedy(environment, NewRandom(RandomStream.Exploration));
        _epsilon = Schedule.Linear(Options.StartEpsilon, Options.EndEpsilon, Options.ExplorationFraction);
        _beta = Schedule.Linear(Options.PriorityBeta, 1);
    }

    /// <inheritdoc/>
    public override string Algorithm => "dqn";

    /// <summary>The options.</summary>
    public DqnOptions Options { get; }

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
            _memory.Sample(_batch, _beta.At(Step, _totalSteps));
            clock.Enter(Phase.Update);
            Train(_batch);
        }

        for (int i = Due(Options.TargetNetworkFrequency, Options.LearningStarts); i > 0; i--)
        {
            _target.Parameters.Lerp(_online.Parameters, (float)Options.Tau);
            foreach ((Tensor online, Tensor target) in _statistics) target.CopyFrom(online);
        }

        Metrics.Record(RlKit.Metrics.ExplorationRate, _epsilon.At(Step, _totalSteps));
        return updates > 0;
    }

    /// <summary>One update from one batch.</summary>
    internal void Train(ReplayBatch batch)
    {
        using var scope = new TensorScope();

        // The target: r + gamma^k max_a' Q_target(s', a'), or with double the target network's value of the online network's choice.
        Tensor targets;
        using (Autograd.NoGrad())
        {
            Tensor next = _reader.Read(ReplayMemory.NextObservations(batch));
            Tensor nextValues = _target.Forward(next);
            Tensor bootstrap = Options.Double ? nextValues.GatherRows(_online.Forward(next).ArgMax(1)) : nextValues.AMax(1);
            targets = Tensor.From(batch.Rewards) + Tensor.From(batch.Discounts) * bootstrap;
        }

        // The loss between it and the value of the action that was taken.
        _online.IsTraining = true;
        Tensor values = _online.Forward(_reader.Read(ReplayMemory.Observations(batch))).GatherRows(IndexTensor.From(_memory.Columns(batch)));
        Tensor? weights = Options.Prioritized ? Tensor.From(batch.Weights) : null;
        Tensor loss = Options.Loss == TemporalDifferenceLoss.Huber
            ? Loss.Huber(values, targets, weights: weights)
            : Loss.MeanSquaredError(values, targets, weights: weights);
        _online.IsTraining = false;
        RecordLoss(loss.Item());

        _optimiser.ZeroGradients();
        loss.Backward();
        if (Options.MaxGradientNorm > 0) _online.Parameters.ClipGradientNorm((float)Options.MaxGradientNorm);
        _optimiser.Step();

        if (Options.Prioritized)
        {
            using (Autograd.NoGrad()) (values - targets).Abs().CopyTo(_errors);
            _memory.UpdatePriorities(batch, _errors);
        }

        Metrics.Record(RlKit.Metrics.QValues, values.Mean().Item());
    }
}
