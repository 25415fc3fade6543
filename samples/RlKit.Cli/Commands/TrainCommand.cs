using System.CommandLine;
using System.Globalization;
using System.Reflection;
using RlKit.Cli.Training;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit train</c>: trains an agent, or goes on with a run.</summary>
internal static class TrainCommand
{
    /// <summary>The command with a subcommand for each algorithm. Only those that the arguments name have their flags, and descriptions only where help is asked for: most starts need neither.</summary>
    public static Command Create(string[] arguments)
    {
        var command = new Command("train", "Train an agent; 'rlkit train ppo --help' lists the options of PPO.");
        bool wantsHelp = arguments.Intersect(["--help", "-h", "-?", "/?", "/h"]).Any();
        OptionDocs? docs = wantsHelp ? new OptionDocs() : null;
        foreach (Algorithm algorithm in Algorithm.All)
        {
            var train = new Command(algorithm.Name, algorithm.Summary);
            if (arguments.Contains(algorithm.Name)) AddFlags(train, algorithm, docs);
            command.Add(train);
        }

        return command;
    }

    private static void AddFlags(Command command, Algorithm algorithm, OptionDocs? docs)
    {
        Option<string> environmentId = EnvironmentId.Option();
        var trainFlags = new Flags(typeof(TrainOptions), property => property.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()!.Description);
        var flags = new Flags(algorithm.OptionsType, property => docs?.Of(property) ?? "");
        var resume = new Option<string?>("--resume")
        {
            Description = "Go on with a run, by its id or folder; without a value with the newest of this algorithm, environment, seed and name, or a new one where there is none.",
            HelpName = "RUN",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write the result as one line of JSON, the last one on the output." };
        command.Add(environmentId);
        foreach (Option option in trainFlags.Options) command.Add(option);
        command.Add(resume);
        command.Add(runsFolder);
        command.Add(json);
        foreach (Option option in flags.Options) command.Add(option);

        command.SetAction((parsed, cancellation) =>
        {
            EnvironmentSpec spec = EnvironmentId.Find(parsed.GetValue(environmentId)!);
            var runs = new RunsFolder(parsed.GetValue(runsFolder)!);
            var options = (TrainOptions)trainFlags.Apply(new TrainOptions(), parsed);
            options.Validate();
            RunDirectory? resumed = parsed.GetResult(resume) is null ? null : FindRun(runs, parsed.GetValue(resume), TrainRun.Identity(algorithm, spec, options));
            object algorithmOptions = flags.Apply(algorithm.Preset(spec), parsed);
            if (resumed is not null)
            {
                RefuseOther(resumed, algorithm, spec);
                IReadOnlyDictionary<string, object?> stored = RunTracker.ReadConfiguration(resumed);
                var before = (TrainOptions)trainFlags.Apply(new TrainOptions(), stored, "train/");
                algorithmOptions = flags.Apply(algorithm.Preset(spec), stored, "options/");
                trainFlags.RefuseOthers(parsed, before with { NumEnvs = before.NumEnvs ?? algorithm.Environments(spec) }, resumed.Info.Id, FreeOnResume);
                flags.RefuseOthers(parsed, algorithmOptions, resumed.Info.Id);
                options = (TrainOptions)trainFlags.Apply(before, parsed);
            }

            options = options with { NumEnvs = options.NumEnvs ?? algorithm.Environments(spec), ExpName = options.ExpName ?? algorithm.Name };
            bool asJson = parsed.GetValue(json);
            TextWriter output = asJson ? Console.Error : Console.Out;
            using TrainRun run = TrainRun.Prepare(algorithm, spec, options, algorithmOptions, flags, trainFlags, runs, resumed);
            WriteStart(output, run, algorithm, spec, options);
            TrainReport report;
            try
            {
                report = TrainDisplay.Show(output, progress => run.Train(progress, cancellation));
            }
            catch (TrainingException)
            {
                output.WriteLine($"What was trained is kept; go on with: {ResumeCommand(run, algorithm, spec, parsed, runsFolder)}");
                throw;
            }

            if (report.Result.Outcome == RunOutcome.Cancelled)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cancelled at step {report.Result.Step:N0}; go on with: {ResumeCommand(run, algorithm, spec, parsed, runsFolder)}"));
                return Task.FromResult(CommandRunner.Cancelled);
            }

            WriteEnd(output, report);
            if (asJson)
            {
                using Stream stream = Console.OpenStandardOutput();
                report.WriteJson(stream);
            }

            return Task.FromResult(CommandRunner.Success);
        });
    }

    // What does not change what is learned may differ in a resume.
    private static readonly string[] FreeOnResume =
    [
        nameof(TrainOptions.TotalTimesteps), nameof(TrainOptions.CaptureVideo), nameof(TrainOptions.CheckpointFrequency), nameof(TrainOptions.EvalFrequency),
        nameof(TrainOptions.EvalEpisodes), nameof(TrainOptions.StopAtReward), nameof(TrainOptions.Threads),
    ];

    private static RunDirectory? FindRun(RunsFolder runs, string? idOrPath, RunIdentity identity)
    {
        if (string.IsNullOrEmpty(idOrPath)) return runs.FindNewest(identity);
        try
        {
            return runs.Find(idOrPath);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static void RefuseOther(RunDirectory run, Algorithm algorithm, EnvironmentSpec spec)
    {
        RunIdentity identity = run.Info.Identity;
        if (identity.Algorithm != algorithm.Name) throw new UsageException($"Run {run.Info.Id} is of {identity.Algorithm}, and this is {algorithm.Name}; resume it with 'rlkit train {identity.Algorithm}', or start a new run.");
        if (identity.EnvironmentId != spec.Id) throw new UsageException($"Run {run.Info.Id} is in {identity.EnvironmentId}, and --env-id is {spec.Id}; resume it with --env-id {identity.EnvironmentId}, or start a new run.");
    }

    private static void WriteStart(TextWriter output, TrainRun run, Algorithm algorithm, EnvironmentSpec spec, TrainOptions options)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        foreach (string fault in run.Faults) output.WriteLine($"passed over: {fault}");
        output.WriteLine(string.Create(culture, $"{algorithm.Name} on {spec.Id}, seed {options.Seed}, {options.NumEnvs} environment{(options.NumEnvs == 1 ? "" : "s")}, {(run.Agent.Step == 0 ? "" : string.Create(culture, $"from step {run.Agent.Step:N0} "))}to step {options.TotalTimesteps:N0}"));
        output.WriteLine("options: " + string.Join(", ", run.AlgorithmOptions.Select(option => $"{option.Key[(option.Key.IndexOf('/') + 1)..]} {Flags.Text(option.Value)}")));
        output.WriteLine($"run {run.Directory.Info.Id} in {run.Directory.FolderPath}");
    }

    private static void WriteEnd(TextWriter output, TrainReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        TrainingResult result = report.Result;
        string why = result.StopReason is null ? "" : $" ({result.StopReason})";
        output.WriteLine(string.Create(culture, $"step {result.Step:N0}{why}, {result.Elapsed.TotalSeconds:0.00} s, {result.StepsPerSecond:N0} steps/s; return of the last 100 episodes {result.MeanReturn:0.0}"));
        double total = Math.Max(result.Clock.Total.TotalSeconds, 1e-9);
        output.WriteLine("time: " + string.Join(", ", Enum.GetValues<Phase>()
            .OrderBy(phase => phase == Phase.Other)
            .Where(phase => result.Clock[phase] > TimeSpan.Zero)
            .Select(phase => string.Create(culture, $"{Flags.Kebab(phase.ToString())} {100 * result.Clock[phase].TotalSeconds / total:0} %"))));
        if (report.Evaluation is { } evaluation)
            output.WriteLine(string.Create(culture, $"evaluation of the best policy: return {evaluation.Mean:0.00} +- {evaluation.StandardDeviation:0.00} over {evaluation.Episodes} episodes"));
        output.WriteLine($"policy {report.PolicyPath}");
    }

    private static string ResumeCommand(TrainRun run, Algorithm algorithm, EnvironmentSpec spec, ParseResult parsed, Option<string> runsFolder)
    {
        string folder = parsed.GetResult(runsFolder) is { Implicit: false } ? $" --runs-dir {parsed.GetValue(runsFolder)}" : "";
        return $"rlkit train {algorithm.Name} --env-id {spec.Id} --resume {run.Directory.Info.Id}{folder}";
    }
}
