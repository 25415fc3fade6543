using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Options that are known to work for an environment. Where there is none the algorithm's defaults stand; CartPole-v1 and Acrobot-v1 have none, so that results
/// there compare with those of CleanRL.
/// </summary>
public static class Presets
{
    // Returns of MinAtar's games with a discount of 0.99, whose rewards are 0 or 1 but for a rare 10.
    private const double MinAtarLowest = 0, MinAtarHighest = 50;
    private const int MinAtarAtoms = 51;
    private const int MinAtarEnvironments = 64;

    /// <summary>The options of <see cref="RlKit.Dqn"/> for an environment.</summary>
    /// <param name="environmentId">The environment's id.</param>
    public static DqnOptions Dqn(string environmentId)
    {
        if (!IsMinAtar(environmentId)) return new DqnOptions();

        // Replay, batch, target, loss and the size of the optimiser's epsilon of Young and Tian 2019; one update in four frames and the last exploration rate are
        // Obando-Ceron and Castro's (2021). Exploration falls over 100,000 of 500,000 steps.
        var options = new DqnOptions
        {
            LearningRate = 5e-4,
            AdamEpsilon = 1e-2,
            BufferSize = 100_000,
            BatchSize = 32,
            LearningStarts = 5_000,
            TrainFrequency = 4,
            TargetNetworkFrequency = 1_000,
            EndEpsilon = 0.01,
            ExplorationFraction = 0.2,
            Loss = TemporalDifferenceLoss.Huber,
        };

        // Freeway's first rewards are rare, and their gradients are as small as noise elsewhere: Obando-Ceron and Castro's Adam, and their longer exploration.
        return environmentId.StartsWith("MinAtar/Freeway-", StringComparison.Ordinal)
            ? options with { LearningRate = 2.5e-4, AdamEpsilon = 3.125e-4, ExplorationFraction = 0.5 }
            : options;
    }

    /// <summary>As <see cref="Dqn"/>, with the options of <see cref="DqnOptions.DoubleDqn"/>.</summary>
    /// <inheritdoc cref="Dqn"/>
    public static DqnOptions DoubleDqn(string environmentId)
    {
        DqnOptions improved = DqnOptions.DoubleDqn;
        return Dqn(environmentId) with { Double = improved.Double, Prioritized = improved.Prioritized, ClipRewards = improved.ClipRewards };
    }

    /// <summary>The options of <see cref="RlKit.C51"/> for an environment.</summary>
    /// <inheritdoc cref="Dqn"/>
    public static C51Options C51(string environmentId)
    {
        if (!IsMinAtar(environmentId)) return new C51Options();
        DqnOptions dqn = Dqn(environmentId);
        return new C51Options
        {
            VMin = MinAtarLowest,
            VMax = MinAtarHighest,
            Atoms = MinAtarAtoms,
            BufferSize = dqn.BufferSize,
            BatchSize = dqn.BatchSize,
            LearningStarts = dqn.LearningStarts,
            TrainFrequency = dqn.TrainFrequency,
            TargetNetworkFrequency = dqn.TargetNetworkFrequency,
            EndEpsilon = dqn.EndEpsilon,
            ExplorationFraction = dqn.ExplorationFraction,
        };
    }

    /// <summary>The options of <see cref="RlKit.Rainbow"/> for an environment.</summary>
    /// <inheritdoc cref="Dqn"/>
    public static RainbowOptions Rainbow(string environmentId)
    {
        if (!IsMinAtar(environmentId)) return new RainbowOptions();
        DqnOptions dqn = Dqn(environmentId);
        return new RainbowOptions
        {
            VMin = MinAtarLowest,
            VMax = MinAtarHighest,
            Atoms = MinAtarAtoms,
            BufferSize = dqn.BufferSize,
            BatchSize = dqn.BatchSize,
            LearningStarts = dqn.LearningStarts,
            TrainFrequency = dqn.TrainFrequency,
            TargetNetworkFrequency = dqn.TargetNetworkFrequency,
        };
    }

    /// <summary>PPO's options for an environment.</summary>
    /// <param name="environmentId">The environment's id.</param>
    /// <param name="actionSpace">Its action space: <see cref="Box{T}"/> actions have <see cref="PpoOptions.Continuous"/> where there is no preset.</param>
    public static PpoOptions Ppo(string environmentId, Space actionSpace) => environmentId switch
    {
        // After the tuned options of RL Baselines3 Zoo, without its state-dependent exploration; a longer horizon and larger minibatches ended 20 higher over six seeds.
        "Pendulum-v1" => new PpoOptions
        {
            LearningRate = 1e-3,
            AnnealLearningRate = false,
            NumSteps = 1024,
            NumMinibatches = 32,
            UpdateEpochs = 10,
            Gamma = 0.95,
            GaeLambda = 0.95,
            ClipValueLoss = false,
            EntropyCoefficient = 0,
            NormalizeRewards = true,
        },

        // A wide first deviation reaches the flag by chance, often enough to learn from.
        "MountainCarContinuous-v0" => new PpoOptions
        {
            LearningRate = 1e-3,
            NumSteps = 256,
            NumMinibatches = 8,
            UpdateEpochs = 10,
            Gamma = 0.999,
            GaeLambda = 0.95,
            ClipValueLoss = false,
            EntropyCoefficient = 0,
            InitialLogDeviation = 1,
            NormalizeObservations = true,
            NormalizeRewards = true,
        },

        // Many copies and large minibatches carry a high learning rate: twice the return on Breakout of 8 copies and 1e-3, after as many steps.
        _ when IsMinAtar(environmentId) => new PpoOptions { LearningRate = 2.5e-3, NumMinibatches = 8, SharedNetwork = true, Activation = Activation.Relu },
        _ => actionSpace is Box<float> ? PpoOptions.Continuous : new PpoOptions(),
    };

    /// <summary>Copies of an environment that PPO's options for it are meant for.</summary>
    /// <inheritdoc cref="Ppo(string, Space)"/>
    public static int PpoEnvironments(string environmentId, Space actionSpace) => environmentId switch
    {
        "Pendulum-v1" => 4,
        "MountainCarContinuous-v0" => 8,
        _ when IsMinAtar(environmentId) => MinAtarEnvironments,
        _ => actionSpace is Box<float> ? 1 : 4,
    };

    private static bool IsMinAtar(string environmentId)
    {
        ArgumentNullException.ThrowIfNull(environmentId);
        return environmentId.StartsWith("MinAtar/", StringComparison.Ordinal);
    }
}
