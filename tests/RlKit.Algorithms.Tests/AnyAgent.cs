namespace RlKit.Tests;

/// <summary>Every algorithm with small networks and buffers, by the name that the command line has.</summary>
internal static class AnyAgent
{
    public static readonly string[] Names = ["dqn", "double-dqn", "c51", "rainbow", "ppo"];

    public static Agent Make(string name, IVectorEnvironment environment, long seed = 1, double gamma = 0.99) => name switch
    {
        "dqn" => new Dqn(environment, new DqnOptions { Hidden = [16], BufferSize = 500, LearningStarts = 100, BatchSize = 16, TargetNetworkFrequency = 50, LearningRate = 2e-3, Gamma = gamma }, seed),
        "double-dqn" => new Dqn(environment, DqnOptions.DoubleDqn with { Hidden = [16], BufferSize = 500, LearningStarts = 100, BatchSize = 16, TargetNetworkFrequency = 50, LearningRate = 2e-3, Dueling = true, NStep = 3, Gamma = gamma }, seed),
        "c51" => new C51(environment, new C51Options { Hidden = [16], Atoms = 21, VMin = -4, VMax = 4, BufferSize = 500, LearningStarts = 100, BatchSize = 16, TargetNetworkFrequency = 50, LearningRate = 2e-3, Gamma = gamma }, seed),
        "rainbow" => new Rainbow(environment, new RainbowOptions { Hidden = [16], Atoms = 21, VMin = -4, VMax = 4, BufferSize = 500, LearningStarts = 100, BatchSize = 16, TargetNetworkFrequency = 50, LearningRate = 2e-3, Gamma = gamma }, seed),
        "ppo" => new Ppo(environment, new PpoOptions { Hidden = [16], NumSteps = 32, NumMinibatches = 2, UpdateEpochs = 2, LearningRate = 5e-3, Gamma = gamma }, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such algorithm."),
    };
}
