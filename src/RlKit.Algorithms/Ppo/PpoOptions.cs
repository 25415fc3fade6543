using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// The options of <see cref="Ppo"/>. The defaults are CleanRL's ppo.py, for classic control with discrete actions; <see cref="Continuous"/> has those of its
/// ppo_continuous_action.py.
/// </summary>
public sealed record PpoOptions
{
    /// <summary>Adam's learning rate at the start. Default 2.5e-4.</summary>
    public double LearningRate { get; init; } = 2.5e-4;

    /// <summary>The learning rate falls linearly to 0 over the training. Default true.</summary>
    public bool AnnealLearningRate { get; init; } = true;

    /// <summary>Steps of each copy of the environment in one rollout. Default 128.</summary>
    public int NumSteps { get; init; } = 128;

    /// <summary>The discount factor, 0 to 1. Default 0.99.</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>The lambda of generalised advantage estimation, 0 to 1. Default 0.95.</summary>
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>Minibatches that a rollout is split into; it has to divide the rollout. Default 4.</summary>
    public int NumMinibatches { get; init; } = 4;

    /// <summary>Passes over a rollout. Default 4.</summary>
    public int UpdateEpochs { get; init; } = 4;

    /// <summary>Advantages are brought to mean 0 and deviation 1 within each minibatch. Default true.</summary>
    public bool NormalizeAdvantages { get; init; } = true;

    /// <summary>How far the ratio of new and old probability may go from 1 before its gain no longer counts. Above 0. Default 0.2.</summary>
    public double ClipCoefficient { get; init; } = 0.2;

    /// <summary>The change of a value is clipped by the same coefficient. Default true.</summary>
    public bool ClipValueLoss { get; init; } = true;

    /// <summary>Weight of the entropy bonus, 0 or more. Default 0.01.</summary>
    public double EntropyCoefficient { get; init; } = 0.01;

    /// <summary>Weight of the value loss, 0 or more. Default 0.5.</summary>
    public double ValueCoefficient { get; init; } = 0.5;

    /// <summary>The largest norm of a gradient over all weights; longer ones are scaled down. Above 0. Default 0.5.</summary>
    public double MaxGradientNorm { get; init; } = 0.5;

    /// <summary>The passes over a rollout end early once the policy has moved further than this, as the approximate KL divergence. 0 for no limit. Default 0.</summary>
    public double TargetKl { get; init; }

    /// <summary>Observations are brought to a running mean of 0 and variance of 1; the policy carries the numbers with it. Default false.</summary>
    public bool NormalizeObservations { get; init; }

    /// <summary>Rewards are learned from divided by the running deviation of the discounted return; statistics keep the real ones. Default false.</summary>
    public bool NormalizeRewards { get; init; }

    /// <summary>Actor and critic share all layers but the last. Default false.</summary>
    public bool SharedNetwork { get; init; }

    /// <summary>For <see cref="Box{T}"/> actions: the network gives the standard deviation with the mean; else it is learned apart from the state. Default false.</summary>
    public bool StateDependentDeviation { get; init; }

    /// <summary>For <see cref="Box{T}"/> actions: the logarithm of the first standard deviation. Default 0.</summary>
    public double InitialLogDeviation { get; init; }

    /// <summary>For bounded <see cref="Box{T}"/> actions: the Gaussian's draw passes through tanh onto the bounds, instead of being clipped to them. Default false.</summary>
    public bool SquashActions { get; init; }

    /// <summary>For <see cref="Discrete"/> and <see cref="MultiDiscrete"/> actions: the info's "action_mask" says which ones are legal, and others are never drawn. Default false.</summary>
    public bool MaskActions { get; init; }

    /// <summary>What the networks look like. Default: chosen by the observations.</summary>
    public NetworkKind Network { get; init; } = NetworkKind.Auto;

    /// <summary>Units of the hidden layers of an <see cref="NetworkKind.Mlp"/>. Default 64, 64.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 64];

    /// <summary>The hidden layers' activation. Default tanh.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>CleanRL's ppo_continuous_action.py: one copy of the environment, rollouts of 2,048 steps, 10 passes of 32 minibatches, no entropy bonus, running normalisation.</summary>
    public static PpoOptions Continuous => new()
    {
        LearningRate = 3e-4,
        NumSteps = 2048,
        NumMinibatches = 32,
        UpdateEpochs = 10,
        EntropyCoefficient = 0,
        NormalizeObservations = true,
        NormalizeRewards = true,
    };

    internal void Validate()
    {
        Require.Above(LearningRate, 0);
        Require.AtLeast(NumSteps, 1);
        Require.Within(Gamma, 0, 1);
        Require.Within(GaeLambda, 0, 1);
        Require.AtLeast(NumMinibatches, 1);
        Require.AtLeast(UpdateEpochs, 1);
        Require.Above(ClipCoefficient, 0);
        Require.Within(EntropyCoefficient, 0, double.PositiveInfinity);
        Require.Within(ValueCoefficient, 0, double.PositiveInfinity);
        Require.Above(MaxGradientNorm, 0);
        Require.Within(TargetKl, 0, double.PositiveInfinity);
        Require.Within(InitialLogDeviation, -20, 2);
        Require.Defined(Network);
        Require.Defined(Activation);
        Require.Layers(Hidden);
    }

    internal IReadOnlyDictionary<string, object?> ToDictionary() => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["learning_rate"] = LearningRate,
        ["anneal_learning_rate"] = AnnealLearningRate,
        ["num_steps"] = (long)NumSteps,
        ["gamma"] = Gamma,
        ["gae_lambda"] = GaeLambda,
        ["num_minibatches"] = (long)NumMinibatches,
        ["update_epochs"] = (long)UpdateEpochs,
        ["normalize_advantages"] = NormalizeAdvantages,
        ["clip_coefficient"] = ClipCoefficient,
        ["clip_value_loss"] = ClipValueLoss,
        ["entropy_coefficient"] = EntropyCoefficient,
        ["value_coefficient"] = ValueCoefficient,
        ["max_gradient_norm"] = MaxGradientNorm,
        ["target_kl"] = TargetKl,
        ["normalize_observations"] = NormalizeObservations,
        ["normalize_rewards"] = NormalizeRewards,
        ["shared_network"] = SharedNetwork,
        ["state_dependent_deviation"] = StateDependentDeviation,
        ["initial_log_deviation"] = InitialLogDeviation,
        ["squash_actions"] = SquashActions,
        ["mask_actions"] = MaskActions,
        ["network"] = Network.ToString(),
        ["hidden"] = string.Join(',', Hidden),
        ["activation"] = Activation.ToString(),
    };
}
