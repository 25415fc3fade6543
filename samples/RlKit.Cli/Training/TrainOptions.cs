using System.ComponentModel;
using System.Globalization;
using RlKit.Cli.Diagnosis;

namespace RlKit.Cli.Training;

/// <summary>What <c>rlkit train</c> is told beside the algorithm's options; every property is a flag.</summary>
internal sealed record TrainOptions
{
    /// <summary>Environment steps where none are asked for.</summary>
    public const long DefaultTimesteps = 500_000;

    private const string ManagedEngine = "managed";

    [Description("Environment steps over all copies, absolute: resuming a run of 10,000 with 20,000 trains 10,000 more. Default: until the environment is solved, which is when the mean return of the last 100 episodes reaches its threshold, and 500,000 at most.")]
    public long? TotalTimesteps { get; init; }

    [Description("Decides all random choices; 0 or more. Default 1.")]
    public long Seed { get; init; } = 1;

    [Description("Copies of the environment that are stepped together. Default 4 for ppo with discrete actions, else 1, unless a preset says otherwise.")]
    public int? NumEnvs { get; init; }

    [Description("The experiment's name. Default: the algorithm's.")]
    public string? ExpName { get; init; }

    [Description("The project that the run belongs to: a folder of runs in the runs folder.")]
    public string? Project { get; init; }

    [Description("Share of actions that are replaced by random ones, 0 to 1, in evaluations too. Default 0.")]
    public double IgnoreActionRate { get; init; }

    [Description("Record a video of one episode at every evaluation.")]
    public bool CaptureVideo { get; init; }

    [Description("Environment steps between two checkpoints; 0 for one at the end only. Default 10,000.")]
    public long CheckpointFrequency { get; init; } = 10_000;

    [Description("Whether checkpoints have the replay buffer. Without it they are small, and a resumed run gathers transitions anew before it learns: it is then not exactly the run that was not interrupted. Default true.")]
    public bool CheckpointReplay { get; init; } = true;

    [Description("Environment steps between two evaluations of 20 episodes, the best of which decides the policy that is kept; 0 for none. Default 10,000.")]
    public long EvalFrequency { get; init; } = 10_000;

    [Description("Episodes of the evaluation after the training; 0 for none. Default 100.")]
    public int EvalEpisodes { get; init; } = 100;

    [Description("Stop when the mean return of the last 100 episodes reaches this. Default: the environment's threshold where --total-timesteps is not given, else never. With --resume, none takes back the run's own.")]
    public double? StopAtReward { get; init; }

    [Description("Copy what the run reports to other trackers, with commas between them: tensorboard, wandb (offline; 'wandb sync' uploads it), mlflow (the server of MLFLOW_TRACKING_URI, else http://localhost:5000), csv, jsonl, console; none for none. A resumed run goes on with those that it has.")]
    public string? Track { get; init; }

    [Description("Threads that step the environments and compute large layers; results do not depend on it. Default 1.")]
    public int Threads { get; init; } = 1;

    [Description("What computes the networks: managed, RlKit's own engine, or torch, TorchSharp, where rlkit is built with it ('rlkit doctor' tells). Default managed.")]
    public string Engine { get; init; } = ManagedEngine;

    [Description("The engine's device: cpu, and with torch cuda, cuda:0, cuda:1, ... or mps. Default cpu.")]
    public string Device { get; init; } = Tensors.Device.Cpu.Name;

    /// <summary>The device that the engine's and the device's name stand for.</summary>
    /// <exception cref="UsageException">There is no such engine or device.</exception>
    public Tensors.Device FindDevice() => Engine switch
    {
        ManagedEngine when Device == Tensors.Device.Cpu.Name => Tensors.Device.Cpu,
        ManagedEngine => throw Refuse(nameof(Device), Device, $"{Tensors.Device.Cpu.Name}, the only device of the managed engine, or --engine {TorchEngine.Name}"),
        TorchEngine.Name => TorchEngine.Find(Device, Threads),
        _ => throw Refuse(nameof(Engine), Engine, $"{ManagedEngine} or {TorchEngine.Name}"),
    };

    /// <summary>Refuses values that are out of range.</summary>
    public void Validate()
    {
        AtLeast(nameof(TotalTimesteps), TotalTimesteps ?? 1, 1);
        AtLeast(nameof(Seed), Seed, 0);
        AtLeast(nameof(NumEnvs), NumEnvs ?? 1, 1);
        AtLeast(nameof(CheckpointFrequency), CheckpointFrequency, 0);
        AtLeast(nameof(EvalFrequency), EvalFrequency, 0);
        AtLeast(nameof(EvalEpisodes), EvalEpisodes, 0);
        AtLeast(nameof(Threads), Threads, 1);
        if (IgnoreActionRate is not (>= 0 and <= 1)) throw Refuse(nameof(IgnoreActionRate), IgnoreActionRate, "a share from 0 to 1");
        Trackers.Read(Track);
        if (StopAtReward is { } reward && !double.IsFinite(reward)) throw Refuse(nameof(StopAtReward), reward, $"a finite number or {Flags.None}");

        static void AtLeast(string name, long value, long lowest)
        {
            if (value < lowest) throw Refuse(name, value, string.Create(CultureInfo.InvariantCulture, $"{lowest} or more"));
        }
    }

    private static UsageException Refuse(string name, object value, string legal) => new(string.Create(CultureInfo.InvariantCulture, $"--{Flags.Kebab(name)} is {value}; give {legal}."));
}
