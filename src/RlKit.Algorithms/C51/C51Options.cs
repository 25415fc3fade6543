using RlKit.Tensors;

namespace RlKit;

/// <summary>The options of <see cref="C51"/>. The defaults are CleanRL's c51.py, for classic control.</summary>
public sealed record C51Options
{
    /// <summary>Adam's learning rate. Default 2.5e-4.</summary>
    public double LearningRate { get; init; } = 2.5e-4;

    /// <summary>The discount factor, 0 to 1. Default 0.99.</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Atoms of a value's distribution, 2 or more. Default 101.</summary>
    public int Atoms { get; init; } = 101;

    /// <summary>The lowest return that a distribution knows. Default -100.</summary>
    public double VMin { get; init; } = -100;

    /// <summary>The highest return that a distribution knows, above <see cref="VMin"/>. Default 100.</summary>
    public double VMax { get; init; } = 100;

    /// <summary>Transitions that the replay buffer holds. Default 10,000.</summary>
    public int BufferSize { get; init; } = 10_000;

    /// <summary>Transitions in one update, at most as many as the replay buffer holds. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Environment steps before the first update, which also waits for the transitions of one batch; actions follow the exploration schedule meanwhile. Default 10,000.</summary>
    public long LearningStarts { get; init; } = 10_000;

    /// <summary>Environment steps between two updates. Default 10.</summary>
    public int TrainFrequency { get; init; } = 10;

    /// <summary>Environment steps between two copies of the weights to the target network. Default 500.</summary>
    public int TargetNetworkFrequency { get; init; } = 500;

    /// <summary>Share of random actions at the start, 0 to 1. Default 1.</summary>
    public double StartEpsilon { get; init; } = 1;

    /// <summary>Share of random actions at the end, 0 to 1. Default 0.05.</summary>
    public double EndEpsilon { get; init; } = 0.05;

    /// <summary>Share of the total steps over which epsilon falls from start to end. Above 0, up to 1. Default 0.5.</summary>
    public double ExplorationFraction { get; init; } = 0.5;

    /// <summary>Rewards are learned from as their sign; statistics keep the real ones. Default false.</summary>
    public bool ClipRewards { get; init; }

    /// <summary>What the network looks like. Default: chosen by the observations.</summary>
    public NetworkKind Network { get; init; } = NetworkKind.Auto;

    /// <summary>Units of the hidden layers of an <see cref="NetworkKind.Mlp"/>. Default 120, 84.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [120, 84];

    /// <summary>The hidden layers' activation. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    internal void Validate()
    {
        Require.Above(LearningRate, 0);
        Require.Within(Gamma, 0, 1);
        Require.AtLeast(Atoms, 2);
        Require.Support(VMin, VMax, Atoms);
        Require.AtLeast(BufferSize, 1);
        Require.AtLeast(BatchSize, 1);
        Require.AtLeast(LearningStarts, 0);
        Require.AtLeast(TrainFrequency, 1);
        Require.AtLeast(TargetNetworkFrequency, 1);
        Require.Within(StartEpsilon, 0, 1);
        Require.Within(EndEpsilon, 0, 1);
        Require.Above(ExplorationFraction, 0);
        Require.Within(ExplorationFraction, 0, 1);
        Require.Defined(Network);
        Require.Defined(Activation);
        Require.Layers(Hidden);
    }

    internal IReadOnlyDictionary<string, object?> ToDictionary() => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["learning_rate"] = LearningRate,
        ["gamma"] = Gamma,
        ["atoms"] = (long)Atoms,
        ["v_min"] = VMin,
        ["v_max"] = VMax,
        ["buffer_size"] = (long)BufferSize,
        ["batch_size"] = (long)BatchSize,
        ["learning_starts"] = LearningStarts,
        ["train_frequency"] = (long)TrainFrequency,
        ["target_network_frequency"] = (long)TargetNetworkFrequency,
        ["start_epsilon"] = StartEpsilon,
        ["end_epsilon"] = EndEpsilon,
        ["exploration_fraction"] = ExplorationFraction,
        ["clip_rewards"] = ClipRewards,
        ["network"] = Network.ToString(),
        ["hidden"] = string.Join(',', Hidden),
        ["activation"] = Activation.ToString(),
    };
}
