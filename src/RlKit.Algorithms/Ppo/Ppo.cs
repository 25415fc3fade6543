// The algorithm page: docs/algorithms/ppo.md
using System.Runtime.CompilerServices;
using RlKit.Replay;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Proximal policy optimisation (Schulman et al. 2017) with the implementation details that make it work (Huang et al. 2022, "The 37 Implementation Details of
/// Proximal Policy Optimization"), for <see cref="Discrete"/>, <see cref="MultiDiscrete"/>, <see cref="MultiBinary"/> and <see cref="Box{T}"/> actions.
/// </summary>
public sealed class Ppo : Agent
{
    private const double AdamEpsilon = 1e-5;

    private readonly ActorCritic _network;
    private readonly Adam _optimiser;
    private readonly StochasticHead _head;
    private readonly NetworkPolicy _policy;
    private readonly ObservationReader _reader;
    private readonly RolloutBuffer _rollout;
    private readonly RolloutBatch _batch;
    private readonly int _minibatchSize;
    private readonly Pcg64 _exploration;
    private readonly Pcg64 _sampling;
    private readonly RunningMeanStd? _observationStatistics;
    private readonly RewardNormalizer? _rewardNormalizer;
    private readonly float[] _observations;
    private readonly byte[] _byteObservations;
    private readonly float[] _drawn;
    private readonly ActionMasks _masks;
    private readonly float[] _outputs;
    private readonly float[] _logRatios;
    private readonly float[] _logProbabilities;
    private readonly float[] _values;
    private readonly float[] _finalValue = new float[1];
    private readonly bool _hasOwnNetwork;
    private long _totalSteps = 1;

    /// <summary>An agent with fresh weights.</summary>
    /// <param name="environment">What it trains in, with <see cref="AutoresetMode.SameStep"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="seed">Decides all random choices; 0 or more.</param>
    /// <param name="makeActor">Makes a policy network of your own: observations in (pictures with the channels first, bytes as 0 to 1), logits or means (and the logarithms of the deviations where they depend on the state) out. Null for the one that the options describe.</param>
    /// <param name="makeCritic">Makes a value network of your own, one value out. Null for the one that the options describe.</param>
    /// <param name="device">Where its networks compute; null for <see cref="Device.Default"/>, the managed engine.</param>
    /// <exception cref="ArgumentException">The environment's action space or mode does not suit, the minibatches do not divide the rollout, or a network does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Ppo(IVectorEnvironment environment, PpoOptions? options = null, long seed = 1, Func<Layer>? makeActor = null, Func<Layer>? makeCritic = null, Device? device = null)
        : base(environment, seed, device)
    {
        Options = options ?? new PpoOptions();
        Options.Validate();
        bool bytes = environment.ObservationType == ObservationType.UInt8;
        if (Options.NormalizeObservations && bytes)
            throw new ArgumentException("Observations of bytes are scaled to 0..1 already; switch NormalizeObservations off.", nameof(options));

        // Networks of one's own read pictures by their axes, whatever the options describe.
        NetworkKind kind = NetworkDescription.Choose(makeActor is null || makeCritic is null ? Options.Network : NetworkKind.Auto, environment.ObservationSpace);
        if ((makeActor ?? makeCritic) is not null && kind == NetworkKind.Mlp && NetworkDescription.Choose(NetworkKind.Auto, environment.ObservationSpace) != kind)
            throw new ArgumentException($"Of pictures ({environment.ObservationSpace}) a network of one's own reads the axes and an {kind} rows; give makeActor and makeCritic both, or choose another Network.", nameof(options));
        if (Options.NormalizeObservations && kind != NetworkKind.Mlp)
            throw new ArgumentException($"Pictures ({environment.ObservationSpace}) are not normalised element by element; switch NormalizeObservations off.", nameof(options));
        if (Options.MaskActions && !ActsByIntegers)
            throw new ArgumentException($"Real-number actions ({environment.ActionSpace}) have no masks; switch MaskActions off.", nameof(options));
        if (ActsByIntegers && (Options.SquashActions || Options.StateDependentDeviation))
            throw new ArgumentException($"Whole-number actions ({environment.ActionSpace}) have no Gaussian; switch {(Options.SquashActions ? nameof(Options.SquashActions) : nameof(Options.StateDependentDeviation))} off.", nameof(options));
        int rolloutSteps = Options.NumSteps * environment.Count;
        _minibatchSize = rolloutSteps / Options.NumMinibatches;
        if (_minibatchSize * Options.NumMinibatches != rolloutSteps)
            throw new ArgumentException($"{Options.NumMinibatches} minibatches do not divide a rollout of {rolloutSteps} ({Options.NumSteps} steps of {environment.Count} copies); change NumMinibatches, NumSteps or the number of copies.", nameof(options));
        if (_minibatchSize == 1 && Options.NormalizeAdvantages)
            throw new ArgumentException("A minibatch of one sample has no deviation to normalise its advantage by; use fewer minibatches, or switch NormalizeAdvantages off.", nameof(options));

        if (Options.SharedNetwork && (makeActor ?? makeCritic) is not null)
            throw new ArgumentException("Networks of one's own share no layers; switch SharedNetwork off.", nameof(options));

        // The actor's outputs are logits, or means (and deviations where they depend on the state).
        Box<float>? box = environment.ActionSpace as Box<float>;
        int outputs = box is null ? new CategoricalHead(environment.ActionSpace).Outputs : Options.StateDependentDeviation ? 2 * box.FlatSize : box.FlatSize;
        var description = new NetworkDescription(kind, Options.Hidden, Options.Activation, outputs);
        int deviations = box is null || Options.StateDependentDeviation ? 0 : box.FlatSize;
        using DeviceRegion onDevice = Device.AsDefault();
        Layer? actor = makeActor is null ? null : OwnNetwork.Make(makeActor, environment.ObservationSpace, outputs, "the numbers that the action is drawn by");
        Layer? critic = makeCritic is null ? null : OwnNetwork.Make(makeCritic, environment.ObservationSpace, 1, "the value");
        _network = new ActorCritic(description, environment.ObservationSpace, Options.SharedNetwork, deviations, Options.InitialLogDeviation, NewGenerator(RandomStream.Weights), actor, critic);
        _hasOwnNetwork = actor is not null || critic is not null;

        // Layers that draw or adapt (dropout, batch normalisation) do so only while the networks learn.
        _network.IsTraining = false;
        _optimiser = new Adam(_network.Parameters, Options.LearningRate, epsilon: AdamEpsilon);
        _head = box is null ? new CategoricalHead(environment.ActionSpace, Options.MaskActions) : new GaussianHead(box, Options.SquashActions, _network.LogDeviation);
        _reader = new ObservationReader(environment.ObservationSpace, kind);

        if (Options.NormalizeObservations) _observationStatistics = new RunningMeanStd(environment.ObservationSize);
        if (Options.NormalizeRewards) _rewardNormalizer = new RewardNormalizer(environment.Count, Options.Gamma);
        ObservationNormalization? normalization = _observationStatistics is null ? null : new ObservationNormalization(_observationStatistics.Mean, _observationStatistics.Variance);
        _policy = new NetworkPolicy(environment.ObservationSpace, environment.ActionSpace, _network.Actor, makeActor is null ? description : null, _head, normalization, makeActor);

        _rollout = new RolloutBuffer(RolloutOptions.For(environment, Options.NumSteps) with { ActionMaskSize = _head.MaskSize });
        _batch = new RolloutBatch(_rollout.Options, _minibatchSize);
        _exploration = NewRandom(RandomStream.Exploration);
        _sampling = NewRandom(RandomStream.Sampling);
        _observations = new float[bytes ? 0 : environment.Count * environment.ObservationSize];
        _byteObservations = new byte[bytes ? environment.Count * environment.ObservationSize : 0];
        _drawn = new float[RealActions.Length];
        _masks = new ActionMasks(environment, _head.MaskSize);
        _outputs = new float[environment.Count * outputs];
        _logRatios = new float[_minibatchSize];
        _logProbabilities = new float[environment.Count];
        _values = new float[environment.Count];
    }

    /// <inheritdoc/>
    public override string Algorithm => "ppo";

    /// <summary>The options.</summary>
    public PpoOptions Options { get; }

    /// <inheritdoc/>
    public override Policy Policy => _policy;

    internal ActorCritic Network => _network;

    internal Adam Optimiser => _optimiser;

    /// <inheritdoc/>
    protected internal override IEnumerable<(string Name, IStateful Part)> Parts
    {
        get
        {
            yield return ("network", new TensorParts(_network));
            yield return ("optimiser", new TensorParts(_optimiser));
            yield return ("exploration", _exploration);
            yield return ("sampling", _sampling);
            yield return ("rollout", _rollout);
            foreach ((string Name, IStateful Part) part in _hasOwnNetwork ? DrawingParts(_network) : []) yield return part;
            if (_observationStatistics is not null) yield return ("observation_statistics", new StatisticsPart(_observationStatistics, _policy.Normalization!));
            if (_rewardNormalizer is not null) yield return ("reward_statistics", _rewardNormalizer);
        }
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, object?> Configuration => Options.ToDictionary();

    /// <inheritdoc/>
    protected internal override void BeginTraining(long totalSteps)
    {
        _totalSteps = totalSteps;
        if (_observationStatistics is null) return;
        // The first observations are counted once, also where a training was cancelled before its first step.
        if (_observationStatistics.Count < 1) _observationStatistics.Update(Environment.Observations);
        _policy.Normalization!.Set(_observationStatistics.Mean, _observationStatistics.Variance);
    }

    /// <inheritdoc/>
    protected internal override void EndEpisodes()
    {
        // What its last steps led to is not known any more, and they are few.
        _rollout.Clear();
        _rewardNormalizer?.EndEpisodes();
    }

    /// <inheritdoc/>
    protected internal override void Act()
    {
        // What is acted on is also what is stored: normalised with the numbers of this step.
        using var scope = new TensorScope();
        using GradientRegion noGradient = Autograd.NoGrad();
        Tensor observations = ReadObservations();
        (Tensor outputs, Tensor values) = _network.Forward(observations);
        values.CopyTo(_values);
        outputs.CopyTo(_outputs);
        _masks.Read();
        if (ActsByIntegers) _head.Sample(_outputs, _masks.Flags, IntegerActions, _logProbabilities, _exploration);
        else _head.Sample(_outputs, _drawn, RealActions, _logProbabilities, _exploration);
        RequireFinite(_values);
        RequireFinite(_logProbabilities);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected internal override void Store()
    {
        ReadOnlySpan<bool> terminated = Environment.Terminated, truncated = Environment.Truncated;
        ReadOnlySpan<double> rewards = _rewardNormalizer is null ? Environment.Rewards : _rewardNormalizer.Normalize(Environment.Rewards, terminated, truncated);
        switch (ActsByIntegers, _byteObservations.Length > 0)
        {
            case (true, false): _rollout.Add(_observations, IntegerActions, _logProbabilities, _values, rewards, terminated, truncated, _masks.Flags); break;
            case (true, true): _rollout.Add(_byteObservations, IntegerActions, _logProbabilities, _values, rewards, terminated, truncated, _masks.Flags); break;
            case (false, false): _rollout.Add(_observations, _drawn, _logProbabilities, _values, rewards, terminated, truncated); break;
            case (false, true): _rollout.Add(_byteObservations, _drawn, _logProbabilities, _values, rewards, terminated, truncated); break;
        }

        // A truncated episode would have gone on: its last reward is followed by the value of the observation that it ended with.
        for (int copy = 0; copy < _values.Length; copy++)
            if (_rollout.NeedsFinalValue(copy)) _rollout.SetFinalValue(copy, FinalValue(copy));

        if (_observationStatistics is null) return;
        _observationStatistics.Update(Environment.Observations);
        _policy.Normalization!.Set(_observationStatistics.Mean, _observationStatistics.Variance);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected internal override bool Update(PhaseClock clock)
    {
        if (!_rollout.IsFull) return false;
        _rollout.ComputeAdvantages(LastValues(), Options.Gamma, Options.GaeLambda);
        _optimiser.LearningRate = LearningRate();

        double kl = 0;
        for (int epoch = 0; epoch < Options.UpdateEpochs; epoch++)
        {
            foreach (ReadOnlySpan<int> rows in _rollout.Minibatches(_sampling, _minibatchSize))
            {
                clock.Enter(Phase.Replay);
                _rollout.Gather(rows, _batch.Spans);
                clock.Enter(Phase.Update);
                kl = Train(_batch.Spans);
            }

            if (Options.TargetKl > 0 && kl > Options.TargetKl) break;
        }

        Metrics.Record(RlKit.Metrics.LearningRate, _optimiser.LearningRate);
        Metrics.Record(RlKit.Metrics.ExplainedVariance, ExplainedVariance(_rollout.Values, _rollout.Returns));
        if (_head is GaussianHead gaussian && !Options.StateDependentDeviation) Metrics.Record(RlKit.Metrics.StandardDeviation, gaussian.MeanDeviation());
        _rollout.Clear();
        return true;
    }

    /// <summary>One update from one minibatch.</summary>
    /// <returns>The approximate KL divergence from the policy that made the rollout.</returns>
    internal double Train(RolloutBatchSpans batch)
    {
        if (Options.NormalizeAdvantages) Normalize(batch.Advantages);
        using var scope = new TensorScope();
        Tensor advantages = Tensor.From(batch.Advantages), oldValues = Tensor.From(batch.Values), returns = Tensor.From(batch.Returns);
        Tensor observations = batch.ByteObservations.IsEmpty ? _reader.Read(batch.Observations) : _reader.Read(batch.ByteObservations);
        _network.IsTraining = true;
        (Tensor outputs, Tensor values) = _network.Forward(observations);
        (Tensor logProbabilities, Tensor entropies) = _head.Evaluate(outputs, batch);
        float clip = (float)Options.ClipCoefficient;

        // The policy's loss: the clipped surrogate objective (eq. 7).
        Tensor logRatio = logProbabilities - Tensor.From(batch.LogProbabilities);
        Tensor ratio = logRatio.Exp();
        Tensor policyLoss = -Tensor.Minimum(advantages * ratio, advantages * ratio.Clamp(1 - clip, 1 + clip)).Mean();

        // The value's loss, with its change clipped as the policy's is.
        Tensor error = (values - returns).Square();
        if (Options.ClipValueLoss)
        {
            Tensor clipped = oldValues + (values - oldValues).Clamp(-clip, clip);
            error = Tensor.Maximum(error, (clipped - returns).Square());
        }

        Tensor valueLoss = error.Mean() * 0.5f;
        Tensor entropy = entropies.Mean();
        Tensor loss = policyLoss - entropy * (float)Options.EntropyCoefficient + valueLoss * (float)Options.ValueCoefficient;
        _network.IsTraining = false;
        RecordLoss(loss.Item());

        _optimiser.ZeroGradients();
        loss.Backward();
        float norm = _network.Parameters.ClipGradientNorm((float)Options.MaxGradientNorm);
        _optimiser.Step();

        logRatio.CopyTo(_logRatios);
        (double kl, double clipFraction) = Divergence(_logRatios, clip);
        Metrics.Record(RlKit.Metrics.PolicyGradientLoss, policyLoss.Item());
        Metrics.Record(RlKit.Metrics.ValueLoss, valueLoss.Item());
        Metrics.Record(RlKit.Metrics.EntropyLoss, -entropy.Item());
        Metrics.Record(RlKit.Metrics.GradientNorm, norm);
        Metrics.Record(RlKit.Metrics.ApproximateKl, kl);
        Metrics.Record(RlKit.Metrics.ClipFraction, clipFraction);
        return kl;
    }

    private Tensor ReadObservations()
    {
        if (_byteObservations.Length > 0)
        {
            Environment.ByteObservations.CopyTo(_byteObservations);
            return _reader.Read(_byteObservations);
        }

        if (_policy.Normalization is null) Environment.Observations.CopyTo(_observations);
        else _policy.Normalization.Apply(_reader.Read(Environment.Observations)).CopyTo(_observations);
        return _reader.Read(_observations);
    }

    private float FinalValue(int copy)
    {
        using var scope = new TensorScope();
        using GradientRegion noGradient = Autograd.NoGrad();
        int size = Environment.ObservationSize;
        Tensor observation = _byteObservations.Length > 0
            ? _reader.Read(Environment.FinalByteObservations.Slice(copy * size, size))
            : _reader.Read(Environment.FinalObservations.Slice(copy * size, size));
        if (_policy.Normalization is not null) observation = _policy.Normalization.Apply(observation);
        _network.Values(observation).CopyTo(_finalValue);
        RequireFinite(_finalValue);
        return _finalValue[0];
    }

    private ReadOnlySpan<float> LastValues()
    {
        using var scope = new TensorScope();
        using GradientRegion noGradient = Autograd.NoGrad();
        _network.Values(ReadObservations()).CopyTo(_values);
        RequireFinite(_values);
        return _values;
    }

    private void RequireFinite(ReadOnlySpan<float> outputs)
    {
        foreach (float output in outputs)
            if (!float.IsFinite(output)) throw Diverged(FormattableString.Invariant($"An output of the networks is {output}"));
    }

    // A function of the step alone: the share of whole rollouts done before this one.
    private double LearningRate()
    {
        if (!Options.AnnealLearningRate) return Options.LearningRate;
        long rolloutSteps = _rollout.Capacity;
        double done = (double)(Step - rolloutSteps) / Math.Max(_totalSteps / rolloutSteps * rolloutSteps, rolloutSteps);
        return Options.LearningRate * Math.Max(1 - done, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(Span<float> advantages)
    {
        double sum = 0, squares = 0;
        foreach (float value in advantages) sum += value;
        double mean = sum / advantages.Length;
        foreach (float value in advantages) squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / (advantages.Length - 1)) + 1e-8;
        foreach (ref float value in advantages) value = (float)((value - mean) / deviation);
    }

    // Schulman's estimator of the KL divergence, mean of (ratio - 1) - log ratio, and the share of ratios beyond the clip range.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Kl, double ClipFraction) Divergence(ReadOnlySpan<float> logRatios, float clip)
    {
        double kl = 0;
        int clipped = 0;
        foreach (float logRatio in logRatios)
        {
            float ratio = MathF.Exp(logRatio);
            kl += ratio - 1 - logRatio;
            if (MathF.Abs(ratio - 1) > clip) clipped++;
        }

        return (kl / logRatios.Length, (double)clipped / logRatios.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double ExplainedVariance(ReadOnlySpan<float> predicted, ReadOnlySpan<float> actual)
    {
        (double residual, double total) = (0, 0);
        double meanActual = 0, meanResidual = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            meanActual += actual[i];
            meanResidual += actual[i] - predicted[i];
        }

        meanActual /= actual.Length;
        meanResidual /= actual.Length;
        for (int i = 0; i < actual.Length; i++)
        {
            total += (actual[i] - meanActual) * (actual[i] - meanActual);
            residual += (actual[i] - predicted[i] - meanResidual) * (actual[i] - predicted[i] - meanResidual);
        }

        return total == 0 ? double.NaN : 1 - residual / total;
    }

    /// <summary>What was seen of the observations. The policy, which keeps its own numbers, takes them over with it.</summary>
    private sealed class StatisticsPart(RunningMeanStd statistics, ObservationNormalization normalization) : IStateful
    {
        public void SaveState(BinaryWriter writer) => statistics.SaveState(writer);

        public void LoadState(BinaryReader reader)
        {
            statistics.LoadState(reader);
            normalization.Set(statistics.Mean, statistics.Variance);
        }
    }
}
