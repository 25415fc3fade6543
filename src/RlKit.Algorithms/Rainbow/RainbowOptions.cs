using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// The options of <see cref="Rainbow"/>. The defaults are CleanRL's: for replay, schedules and support those of its c51.py, for classic control; for priorities, steps and
/// noise those of its rainbow_atari.py, whose other values are <see cref="Atari"/>.
/// </summary>
public sealed record RainbowOptions
{
    /// <summary>Adam's learning rate. Default 2.5e-4.</summary>
    public double LearningRate { get; init; } = 2.5e-4;

    /// <summary>Adam's epsilon. Default 1.5e-4.</summary>
    public double AdamEpsilon { get; init; } = 1.5e-4;

    /// <summary>The discount factor, 0 to 1. Default 0.99.</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Atoms of a value's distribution, 2 or more. Default 101.</summary>
    public int Atoms { get; init; } = 101;

    /// <summary>The lowest return that a distribution knows. Default -100.</summary>
    public double VMin { get; init; } = -100;

    /// <summary>The highest return that a distribution knows, above <see cref="VMin"/>. Default 100.</summary>
    public double VMax { get; init; } = 100;

    /// <summary>Rewards that an update looks ahead before it bootstraps, 1 or more. Default 3.</summary>
    public int NStep { get; init; } = 3;

    /// <summary>Transitions that the replay buffer holds. Default 10,000.</summary>
    public int BufferSize { get; init; } = 10_000;

    /// <summary>Transitions in one update, at most as many as the replay buffer holds. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Environment steps before the first update, which also waits for the transitions of one batch. Default 10,000.</summary>
    public long LearningStarts { get; init; } = 10_000;

    /// <summary>Environment steps between two updates. Default 10.</summary>
    public int TrainFrequency { get; init; } = 10;

    /// <summary>Environment steps between two copies of the weights to the target network. Default 500.</summary>
    public int TargetNetworkFrequency { get; init; } = 500;

    /// <summary>How much priorities count, 0 (not at all) to 1. Default 0.5.</summary>
    public double PriorityAlpha { get; init; } = 0.5;

    /// <summary>How much the bias of prioritised sampling is corrected at the start, 0 to 1; it rises to 1 over the training. Default 0.4.</summary>
    public double PriorityBeta { get; init; } = 0.4;

    /// <summary>The largest norm of a gradient; longer ones are scaled down. 0 for no limit. Default 10.</summary>
    public double MaxGradientNorm { get; init; } = 10;

    /// <summary>Rewards are learned from as their sign; statistics keep the real ones. Default false.</summary>
    public bool ClipRewards { get; init; }

    /// <summary>What the network looks like. Default: chosen by the observations.</summary>
    public NetworkKind Network { get; init; } = NetworkKind.Auto;

    /// <summary>Units of the hidden layers of an <see cref="NetworkKind.Mlp"/>; each of the two streams has the last one. Default 120, 84.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [120, 84];

    /// <summary>The hidden layers' activation. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>CleanRL's rainbow_atari.py.</summary>
    public static RainbowOptions Atari => new()
    {
        LearningRate = 6.25e-5,
        Atoms = 51,
        VMin = -10,
        VMax = 10,
        BufferSize = 1_000_000,
        BatchSize = 32,
        LearningStarts = 80_000,
        TrainFrequency = 4,
        TargetNetworkFrequency = 8_000,
        ClipRewards = true,
    };

    internal void Validate()
    {
        Require.Above(LearningRate, 0);
        Require.Above(AdamEpsilon, 0);
        Require.Within(Gamma, 0, 1);
        Require.AtLeast(Atoms, 2);
        Require.Support(VMin, VMax, Atoms);
        Require.AtLeast(NStep, 1);
        Require.AtLeast(BufferSize, 1);
        Require.AtLeast(BatchSize, 1);
        Require.AtLeast(LearningStarts, 0);
        Require.AtLeast(TrainFrequency, 1);
        Require.AtLeast(TargetNetworkFrequency, 1);
        Require.Within(PriorityAlpha, 0, 1);
        Require.Within(PriorityBeta, 0, 1);
        Require.Within(MaxGradientNorm, 0, double.PositiveInfinity);
        Require.Defined(Network);
        Require.Defined(Activation);
        Require.Layers(Hidden);
    }

    internal IReadOnlyDictionary<string, object?> ToDictionary() => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["learning_rate"] = LearningRate,
        ["adam_epsilon"] = AdamEpsilon,
        ["gamma"] = Gamma,
        ["atoms"] = (long)Atoms,
        ["v_min"] = VMin,
        ["v_max"] = VMax,
        ["n_step"] = (long)NStep,
        ["buffer_size"] = (long)BufferSize,
        ["batch_size"] = (long)BatchSize,
        ["learning_starts"] = LearningStarts,
        ["train_frequency"] = (long)TrainFrequency,
        ["target_network_frequency"] = (long)TargetNetworkFrequency,
        ["priority_alpha"] = PriorityAlpha,
        ["priority_beta"] = PriorityBeta,
        ["max_gradient_norm"] = MaxGradientNorm,
        ["clip_rewards"] = ClipRewards,
        ["network"] = Network.ToString(),
        ["hidden"] = string.Join(',', Hidden),
        ["activation"] = Activation.ToString(),
    };
}
