using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// The options of <see cref="Dqn"/>. The defaults are CleanRL's dqn.py, for classic control; they learn CartPole-v1 within 300,000 steps.
/// </summary>
public sealed record DqnOptions
{
    /// <summary>Adam's learning rate. Default 2.5e-4.</summary>
    public double LearningRate { get; init; } = 2.5e-4;

    /// <summary>Adam's epsilon: gradients far below it move a weight little. Default 1e-8.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>The discount factor, 0 to 1. Default 0.99.</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Transitions that the replay buffer holds. Default 10,000.</summary>
    public int BufferSize { get; init; } = 10_000;

    /// <summary>Transitions in one update, at most as many as the replay buffer holds. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Environment steps before the first update, which also waits for the transitions of one batch; actions follow the exploration schedule meanwhile. Default 10,000.</summary>
    public long LearningStarts { get; init; } = 10_000;

    /// <summary>Environment steps between two updates. Default 10.</summary>
    public int TrainFrequency { get; init; } = 10;

    /// <summary>Environment steps between two updates of the target network. Default 500.</summary>
    public int TargetNetworkFrequency { get; init; } = 500;

    /// <summary>Share of the online weights in an update of the target network: 1 copies them (hard), less mixes them in (soft). Above 0, up to 1. Default 1.</summary>
    public double Tau { get; init; } = 1;

    /// <summary>Share of random actions at the start, 0 to 1. Default 1.</summary>
    public double StartEpsilon { get; init; } = 1;

    /// <summary>Share of random actions at the end, 0 to 1. Default 0.05.</summary>
    public double EndEpsilon { get; init; } = 0.05;

    /// <summary>Share of the total steps over which epsilon falls from start to end. Above 0, up to 1. Default 0.5.</summary>
    public double ExplorationFraction { get; init; } = 0.5;

    /// <summary>The online network chooses the next action, and the target network values it (van Hasselt et al. 2016). Default false.</summary>
    public bool Double { get; init; }

    /// <summary>The network has one stream for the state's value and one for the actions' advantages (Wang et al. 2016). Default false.</summary>
    public bool Dueling { get; init; }

    /// <summary>Transitions are drawn in proportion to their last error (Schaul et al. 2016). Default false.</summary>
    public bool Prioritized { get; init; }

    /// <summary>How much priorities count, 0 (not at all) to 1; with <see cref="Prioritized"/>. Default 0.6.</summary>
    public double PriorityAlpha { get; init; } = 0.6;

    /// <summary>How much the bias of prioritised sampling is corrected at the start, 0 to 1; it rises to 1 over the training. With <see cref="Prioritized"/>. Default 0.4.</summary>
    public double PriorityBeta { get; init; } = 0.4;

    /// <summary>Rewards that an update looks ahead before it bootstraps, 1 or more. Default 1.</summary>
    public int NStep { get; init; } = 1;

    /// <summary>The loss on the temporal difference. Default squared.</summary>
    public TemporalDifferenceLoss Loss { get; init; } = TemporalDifferenceLoss.Squared;

    /// <summary>Rewards are learned from as their sign, -1, 0 or 1 (Mnih et al. 2015); statistics keep the real ones. Default false.</summary>
    public bool ClipRewards { get; init; }

    /// <summary>The largest norm of a gradient; longer ones are scaled down. 0 for no limit. Default 0.</summary>
    public double MaxGradientNorm { get; init; }

    /// <summary>What the network looks like. Default: chosen by the observations.</summary>
    public NetworkKind Network { get; init; } = NetworkKind.Auto;

    /// <summary>Units of the hidden layers of an <see cref="NetworkKind.Mlp"/>. Default 120, 84.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [120, 84];

    /// <summary>The hidden layers' activation. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Double DQN with prioritised replay and clipped rewards, as in the experiment on car racing.</summary>
    public static DqnOptions DoubleDqn => new() { Double = true, Prioritized = true, ClipRewards = true };

    internal void Validate()
    {
        Require.Above(LearningRate, 0);
        Require.Above(AdamEpsilon, 0);
        Require.Within(Gamma, 0, 1);
        Require.AtLeast(BufferSize, 1);
        Require.AtLeast(BatchSize, 1);
        Require.AtLeast(LearningStarts, 0);
        Require.AtLeast(TrainFrequency, 1);
        Require.AtLeast(TargetNetworkFrequency, 1);
        Require.Above(Tau, 0);
        Require.Within(Tau, 0, 1);
        Require.Within(StartEpsilon, 0, 1);
        Require.Within(EndEpsilon, 0, 1);
        Require.Above(ExplorationFraction, 0);
        Require.Within(ExplorationFraction, 0, 1);
        Require.Within(PriorityAlpha, 0, 1);
        Require.Within(PriorityBeta, 0, 1);
        Require.AtLeast(NStep, 1);
        Require.Within(MaxGradientNorm, 0, double.PositiveInfinity);
        Require.Defined(Loss);
        Require.Defined(Network);
        Require.Defined(Activation);
        Require.Layers(Hidden);
    }

    internal IReadOnlyDictionary<string, object?> ToDictionary() => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["learning_rate"] = LearningRate,
        ["adam_epsilon"] = AdamEpsilon,
        ["gamma"] = Gamma,
        ["buffer_size"] = (long)BufferSize,
        ["batch_size"] = (long)BatchSize,
        ["learning_starts"] = LearningStarts,
        ["train_frequency"] = (long)TrainFrequency,
        ["target_network_frequency"] = (long)TargetNetworkFrequency,
        ["tau"] = Tau,
        ["start_epsilon"] = StartEpsilon,
        ["end_epsilon"] = EndEpsilon,
        ["exploration_fraction"] = ExplorationFraction,
        ["double"] = Double,
        ["dueling"] = Dueling,
        ["prioritized"] = Prioritized,
        ["priority_alpha"] = PriorityAlpha,
        ["priority_beta"] = PriorityBeta,
        ["n_step"] = (long)NStep,
        ["loss"] = Loss.ToString(),
        ["clip_rewards"] = ClipRewards,
        ["max_gradient_norm"] = MaxGradientNorm,
        ["network"] = Network.ToString(),
        ["hidden"] = string.Join(',', Hidden),
        ["activation"] = Activation.ToString(),
    };
}
