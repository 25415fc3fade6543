// The algorithm page: docs/algorithms/rainbow.md
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Rainbow (Hessel et al. 2018, "Combining Improvements in Deep Reinforcement Learning"): distributional values as in <see cref="C51"/>, with double choice, dueling
/// streams, prioritised replay, n-step returns, and noisy layers that explore in place of random actions.
/// </summary>
public sealed class Rainbow : Agent
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
    private readonly Generator _noise;
    private readonly Schedule _beta;
    private readonly float[] _losses;
    private long _totalSteps = 1;

    /// <summary>An agent with fresh weights.</summary>
    /// <param name="environment">What it trains in: a <see cref="Discrete"/> action space, <see cref="AutoresetMode.SameStep"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="seed">Decides all random choices; 0 or more.</param>
    /// <param name="makeNetwork">Makes a network of your own: observations in (pictures with the channels first, bytes as 0 to 1), the logits of all atoms for each action out. It explores by its <see cref="NoisyLinear"/> layers. Null for the one that the options describe.</param>
    /// <param name="device">Where its networks compute; null for <see cref="Device.Default"/>, the managed engine.</param>
    /// <exception cref="ArgumentException">The environment's actions are not <see cref="Discrete"/>, its mode is another, or the network does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Rainbow(IVectorEnvironment environment, RainbowOptions? options = null, long seed = 1, Func<Layer>? makeNetwork = null, Device? device = null)
        : base(environment, seed, device)
    {
        Options = options ?? new RainbowOptions();
        Options.Validate();
        _actionSpace = RequireDiscrete();
        using DeviceRegion onDevice = Device.AsDefault();
        int outputs = _actionSpace.N * Options.Atoms;
        NetworkKind kind = NetworkDescription.Choose(makeNetwork is null ? Options.Network : NetworkKind.Auto, environment.ObservationSpace);
        NetworkDescription? description = makeNetwork is not null ? null : new NetworkDescription(kind, Options.Hidden, Options.Activation, outputs) { Atoms = Options.Atoms, Dueling = true, Noisy = true };
        Generator weights = NewGenerator(RandomStream.Weights);
        Layer Make() => makeNetwork is not null ? OwnNetwork.Make(makeNetwork, environment.ObservationSpace, outputs, $"{Options.Atoms} logits for each action") : description!.Build(environment.ObservationSpace, weights);
        _online = Make();
        _target = Make();
        OwnNetwork.RequireApart(_online, _target, nameof(makeNetwork));
        if (!_online.Modules().OfType<NoisyLinear>().Any())
            throw new ArgumentException("The network has no NoisyLinear layer, and Rainbow explores by the noise of those; give it one, or use C51.", nameof(makeNetwork));
        _target.CopyFrom(_online);
        _optimiser = new Adam(_online.Parameters, Options.LearningRate, epsilon: Options.AdamEpsilon);
        _policy = new NetworkPolicy(
            environment.ObservationSpace, _actionSpace, _online, description, new DistributionalHead(_actionSpace, Options.Atoms, (float)Options.VMin, (float)Options.VMax), makeNetwork: makeNetwork);
        _reader = new ObservationReader(environment.ObservationSpace, kind);

        ReplayOptions replay = ReplayOptions.For(environment, Options.BufferSize) with { NStep = Options.NStep, Gamma = Options.Gamma };
        _memory = new ReplayMemory(environment, replay, Options.BatchSize, Options.ClipRewards, Options.PriorityAlpha, NewRandom(RandomStream.Sampling));
        _batch = new ReplayBatch(_memory.Buffer, Options.BatchSize);
        _losses = new float[Options.BatchSize];
        _distribution = new ValueDistribution(_actionSpace, Options.Atoms, Options.VMin, Options.VMax, Options.BatchSize);
        _noise = NewGenerator(RandomStream.Noise);
        _beta = Schedule.Linear(Options.PriorityBeta, 1);

        // Without noise wherever nothing is said: the policy evaluates by the means.
        _online.IsTraining = false;
    }

    /// <inheritdoc/>
    public override string Algorithm => "rainbow";

    /// <summary>The options.</summary>
    public RainbowOptions Options { get; }

    /// <inheritdoc/>
    public override Policy Policy => _policy;

    /// <inheritdoc/>
    protected internal override IEnumerable<(string Name, IStateful Part)> Parts =>
    [
        .. _policy.Description is null ? DrawingParts(_online, _target) : [],
        ("online", new TensorParts(_online)),
        ("target", new TensorParts(_target)),
        ("optimiser", new TensorParts(_optimiser)),
        ("noise", new GeneratorPart(_noise)),
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
        _online.IsTraining = true;
        _policy.Act(ObservationBatch.Of(Environment), IntegerActions);
        _online.IsTraining = false;
    }

    /// <inheritdoc/>
    protected internal override void Store() => _memory.Add(IntegerActions);

    /// <inheritdoc/>
    protected internal override bool Update(PhaseClock clock)
    {
        // One noise holds from one update to the next, as in CleanRL's rainbow_atari.py, and changes as often before the first; each of several updates has its own.
        if (Due(Options.TrainFrequency, 0) > 0) NoisyLinear.ResetNoise(_online, _noise);
        int updates = _memory.IsFilled(Options.LearningStarts) ? Due(Options.TrainFrequency, Options.LearningStarts) : 0;
        for (int i = 0; i < updates; i++)
        {
            if (i > 0) NoisyLinear.ResetNoise(_online, _noise);
            clock.Enter(Phase.Replay);
            _memory.Sample(_batch, _beta.At(Step, _totalSteps));
            clock.Enter(Phase.Update);
            Train(_batch);
            clock.Enter(Phase.Replay);
            _memory.UpdatePriorities(_batch, _losses);
        }

        if (Due(Options.TargetNetworkFrequency, Options.LearningStarts) > 0) _target.CopyFrom(_online);
        return updates > 0;
    }

    /// <summary>One update from one batch.</summary>
    private void Train(ReplayBatch batch)
    {
        using var scope = new TensorScope();
        _online.IsTraining = true;
        NoisyLinear.ResetNoise(_target, _noise);

        // The target: the online network chooses the next action, and the target network's distribution of it is moved by the n-step return and projected.
        Tensor targets;
        using (Autograd.NoGrad())
        {
            Tensor next = _reader.Read(ReplayMemory.NextObservations(batch));
            targets = _distribution.Targets(_target.Forward(next), _online.Forward(next), batch);
        }

        // The loss: the cross-entropy from it to the distribution of the action that was taken, weighted against the bias of prioritised sampling.
        Tensor logits = _online.Forward(_reader.Read(ReplayMemory.Observations(batch)));
        Tensor taken = _distribution.ChosenLogits(logits, _memory.Columns(batch));
        Tensor losses = Loss.CrossEntropy(taken, targets, Reduction.None);
        Tensor loss = (losses * Tensor.From(batch.Weights)).Mean();
        _online.IsTraining = false;
        RecordLoss(loss.Item());

        _optimiser.ZeroGradients();
        loss.Backward();
        if (Options.MaxGradientNorm > 0) _online.Parameters.ClipGradientNorm((float)Options.MaxGradientNorm);
        _optimiser.Step();

        losses.CopyTo(_losses);
        using (Autograd.NoGrad()) Metrics.Record(RlKit.Metrics.QValues, _distribution.Mean(taken));
    }
}
