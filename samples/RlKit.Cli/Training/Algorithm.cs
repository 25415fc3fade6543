using RlKit.Tensors;

namespace RlKit.Cli.Training;

/// <summary>An algorithm that the command line knows.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Summary">One line about it.</param>
/// <param name="OptionsType">Its options record.</param>
/// <param name="Preset">Its options for an environment, unless flags say otherwise.</param>
/// <param name="Environments">How many copies of an environment it trains in, unless a flag says otherwise.</param>
/// <param name="Make">Makes an agent from the environment, the options, the seed and what computes its networks.</param>
internal sealed record Algorithm(
    string Name, string Summary, Type OptionsType, Func<EnvironmentSpec, object> Preset, Func<EnvironmentSpec, int> Environments, Func<IVectorEnvironment, object, long, Device, Agent> Make)
{
    /// <summary>It learns from a replay buffer.</summary>
    public bool HasReplay => OptionsType.GetProperty(nameof(DqnOptions.BufferSize)) is not null;

    public static IReadOnlyList<Algorithm> All { get; } =
    [
        new("ppo", "Proximal policy optimisation, for any action space.", typeof(PpoOptions), spec => Presets.Ppo(spec.Id, ActionSpace(spec)), spec => Presets.PpoEnvironments(spec.Id, ActionSpace(spec)),
            (environment, options, seed, device) => new Ppo(environment, (PpoOptions)options, seed, device: device)),
        new("dqn", "Deep Q-learning.", typeof(DqnOptions), spec => Presets.Dqn(spec.Id), _ => 1, (environment, options, seed, device) => new Dqn(environment, (DqnOptions)options, seed, device: device)),
        new("double-dqn", "Double DQN with prioritised replay and clipped rewards.", typeof(DqnOptions), spec => Presets.DoubleDqn(spec.Id), _ => 1, (environment, options, seed, device) => new Dqn(environment, (DqnOptions)options, seed, device: device)),
        new("c51", "Deep Q-learning of the distribution of returns.", typeof(C51Options), spec => Presets.C51(spec.Id), _ => 1, (environment, options, seed, device) => new C51(environment, (C51Options)options, seed, device: device)),
        new("rainbow", "Rainbow: six improvements of DQN in one.", typeof(RainbowOptions), spec => Presets.Rainbow(spec.Id), _ => 1, (environment, options, seed, device) => new Rainbow(environment, (RainbowOptions)options, seed, device: device)),
    ];

    private static Space ActionSpace(EnvironmentSpec spec)
    {
        using IEnvironment environment = RlKit.Environments.Make(spec.Id);
        return environment.ActionSpace;
    }
}
