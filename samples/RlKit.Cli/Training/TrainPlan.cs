using System.CommandLine;
using System.ComponentModel;
using System.Reflection;
using RlKit.Tracking;

namespace RlKit.Cli.Training;

/// <summary>What a training is to be: the flags of the command line, and for a run that goes on what it was made with.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Spec">The environment.</param>
/// <param name="Options">What is told beside the algorithm's options.</param>
/// <param name="AlgorithmOptions">The algorithm's options record.</param>
/// <param name="Resumed">The run to go on with; null for a new one.</param>
internal sealed record TrainPlan(Algorithm Algorithm, EnvironmentSpec Spec, TrainOptions Options, object AlgorithmOptions, RunDirectory? Resumed)
{
    /// <summary>What the names of <see cref="TrainOptions"/> begin with in a run's configuration.</summary>
    public const string TrainPrefix = "train/";

    private const string OptionsPrefix = "options/";

    // What does not change what is learned from step to step may differ in a resume.
    private static readonly string[] FreeOnResume =
    [
        nameof(TrainOptions.TotalTimesteps), nameof(TrainOptions.CaptureVideo), nameof(TrainOptions.CheckpointFrequency), nameof(TrainOptions.CheckpointReplay), nameof(TrainOptions.EvalFrequency),
        nameof(TrainOptions.EvalEpisodes), nameof(TrainOptions.StopAtReward), nameof(TrainOptions.Track), nameof(TrainOptions.Threads),
    ];

    /// <summary>What the run is of.</summary>
    public RunIdentity Identity => new(Algorithm.Name, Spec.Id, Options.ExpName ?? Algorithm.Name, Options.Seed, Options.Project);

    /// <summary>Environment steps at most.</summary>
    public long TotalSteps => Options.TotalTimesteps ?? TrainOptions.DefaultTimesteps;

    /// <summary>The mean return that ends the training; null for none. Who gives no total wants the environment solved.</summary>
    public double? StopAtReward => Options.StopAtReward ?? (Options.TotalTimesteps is null ? Spec.RewardThreshold : null);

    /// <summary>The algorithm's options by name in snake case.</summary>
    public IEnumerable<KeyValuePair<string, object?>> NamedOptions => new Flags(Algorithm.OptionsType, _ => "").ToConfiguration(AlgorithmOptions, "");

    /// <summary>Environment steps before the first update; 0 for an algorithm that has no such option.</summary>
    public long LearningStarts => NamedOptions.FirstOrDefault(option => option.Key == Flags.Snake(nameof(DqnOptions.LearningStarts))).Value as long? ?? 0;

    /// <summary>The flags of <see cref="TrainOptions"/>.</summary>
    public static Flags TrainFlags() => new(typeof(TrainOptions), property => property.GetCustomAttribute<DescriptionAttribute>()!.Description);

    /// <summary>Reads the command line.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="spec">The environment.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="trainFlags">The flags of <see cref="TrainOptions"/>.</param>
    /// <param name="flags">The flags of the algorithm's options.</param>
    /// <param name="findRun">Finds the run that is to be resumed by what a new one would be; gives null for a new one.</param>
    /// <exception cref="UsageException">A value is wrong, or is not that of the resumed run.</exception>
    public static TrainPlan Read(Algorithm algorithm, EnvironmentSpec spec, ParseResult parsed, Flags trainFlags, Flags flags, Func<RunIdentity, RunDirectory?> findRun)
    {
        var options = (TrainOptions)trainFlags.Apply(new TrainOptions(), parsed);
        options.Validate();
        if (!options.CheckpointReplay && !algorithm.HasReplay) throw new UsageException($"--checkpoint-replay is false, and {algorithm.Name} has no replay buffer to leave out; leave out the flag.");
        object preset = algorithm.Preset(spec);
        var plan = new TrainPlan(algorithm, spec, options, preset, null);
        if (findRun(plan.Identity) is { } run)
        {
            RefuseOther(run, algorithm, spec);
            IReadOnlyDictionary<string, object?> stored = run.ReadConfiguration();
            var before = (TrainOptions)trainFlags.Apply(new TrainOptions(), stored, TrainPrefix);
            object algorithmOptions = flags.Apply(preset, stored, OptionsPrefix);
            trainFlags.RefuseOthers(parsed, before, run.Info.Id, FreeOnResume);
            flags.RefuseOthers(parsed, algorithmOptions, run.Info.Id);
            plan = plan with { Options = (TrainOptions)trainFlags.Apply(before, parsed), AlgorithmOptions = algorithmOptions, Resumed = run };
        }
        else
        {
            plan = plan with { AlgorithmOptions = flags.Apply(preset, parsed) };
        }

        return plan with { Options = plan.Options with { NumEnvs = plan.Options.NumEnvs ?? algorithm.Environments(spec), ExpName = plan.Options.ExpName ?? algorithm.Name } };
    }

    /// <summary>Everything that decides the run, for its directory.</summary>
    public IReadOnlyDictionary<string, object?> Configuration(IVectorEnvironment environment)
    {
        var configuration = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["algorithm"] = Algorithm.Name,
            ["env/id"] = Spec.Id,
            ["env/observation_space"] = environment.ObservationSpace.ToString(),
            ["env/action_space"] = environment.ActionSpace.ToString(),
            ["env/max_episode_steps"] = (long?)Spec.MaxEpisodeSteps,
            ["env/reward_threshold"] = Spec.RewardThreshold,
        };
        foreach ((string name, object? value) in TrainFlags().ToConfiguration(Options, TrainPrefix)) configuration[name] = value;
        foreach ((string name, object? value) in NamedOptions) configuration[OptionsPrefix + name] = value;
        return configuration;
    }

    private static void RefuseOther(RunDirectory run, Algorithm algorithm, EnvironmentSpec spec)
    {
        RunIdentity identity = run.Info.Identity;
        if (identity.Algorithm != algorithm.Name)
            throw new UsageException($"Run {run.Info.Id} is of {identity.Algorithm}, and this is {algorithm.Name}; resume it with 'rlkit train {identity.Algorithm}', or start a new run.");
        if (identity.EnvironmentId != spec.Id)
            throw new UsageException($"Run {run.Info.Id} is in {identity.EnvironmentId}, and --env-id is {spec.Id}; resume it with --env-id {identity.EnvironmentId}, or start a new run.");
    }
}
