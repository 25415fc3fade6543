using System.CommandLine;
using System.Globalization;
using System.Text;
using RlKit.Cli.Training;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit train</c>: trains an agent, or goes on with a run.</summary>
internal static class TrainCommand
{
    private static readonly string[] HelpFlags = ["--help", "-h", "-?", "/?", "/h"];

    /// <summary>The command with a subcommand for each algorithm. Only those that the arguments name have their flags, and descriptions only where help is asked for: most starts need neither.</summary>
    public static Command Create(string[] arguments)
    {
        var command = new Command("train", "Train an agent; 'rlkit train ppo --help' lists the options of PPO.");
        OptionDocs? docs = arguments.Intersect(HelpFlags).Any() ? new OptionDocs() : null;
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
        Flags trainFlags = TrainPlan.TrainFlags(), flags = new(algorithm.OptionsType, property => docs?.Of(property) ?? "");
        var resume = new Option<string?>("--resume")
        {
            Description = "Go on with a run, by its id or folder; without a value with the newest of this algorithm, environment, seed and name (and project, where that is given) that has a checkpoint, or a new one where there is none.",
            HelpName = "RUN",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write the result as one line of JSON, the only one on the output; all else goes to the error stream." };
        var alerts = new AlertFlags("\"rollout/ep_rew_mean < 100 after 50_000 steps\", \"rollout/ep_rew_mean no improvement in 100_000 steps\", nan, \"memory > 8 GB\", finished, failed, ...");
        foreach (Option option in (IEnumerable<Option>)[environmentId, .. trainFlags.Options, resume, runsFolder, json, .. alerts.Options, .. flags.Options]) command.Add(option);

        command.SetAction((parsed, cancellation) =>
        {
            var runs = new RunsFolder(parsed.GetValue(runsFolder)!);
            EnvironmentSpec spec = EnvironmentId.Find(parsed.GetValue(environmentId)!);
            var remarks = new List<string>();
            TrainPlan plan = TrainPlan.Read(algorithm, spec, parsed, trainFlags, flags, identity => parsed.GetResult(resume) is null ? null : ResumedRun.Find(runs, parsed.GetValue(resume), identity, remarks));
            alerts.Validate(parsed);
            using var run = new TrainRun(plan, flags, runs, (directory, writeLine) => alerts.MakeTracker(parsed, directory, new LineWriter(writeLine), error => writeLine(error.Message)));
            using var capture = new ConsoleCapture(run.Tracker);
            TextWriter output = parsed.GetValue(json) ? Console.Error : Console.Out;
            foreach (string remark in remarks) output.WriteLine(remark);
            WriteStart(output, run, plan);
            string runsFlag = parsed.GetResult(runsFolder) is { Implicit: false } ? $" --runs-dir {parsed.GetValue(runsFolder)}" : "";
            string goOn = $"rlkit train {algorithm.Name} --env-id {spec.Id} --resume {run.Directory.Info.Id}{runsFlag}";
            TrainReport report;
            try
            {
                NewestScalars? scalars = Trackers.Read(plan.Options.Track).Contains(Trackers.Console) ? null : run.Scalars;
                report = TrainDisplay.Show(output, capture, scalars, display => run.Train(display, cancellation));
            }
            catch (Exception error) when (error is not OperationCanceledException && Directory.Exists(run.Directory.CheckpointsPath))
            {
                output.WriteLine($"What was trained is kept; go on with: {goOn}");
                throw;
            }

            if (report.Result.Outcome == RunOutcome.Cancelled)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cancelled at step {report.Result.Step:N0}; go on with: {goOn}"));
                return Task.FromResult(CommandRunner.Cancelled);
            }

            WriteEnd(output, report, plan);
            WriteWhere(output, report, plan, goOn, runsFlag);
            if (parsed.GetValue(json))
            {
                using Stream stream = Console.OpenStandardOutput();
                report.WriteJson(stream);
            }

            return Task.FromResult(CommandRunner.Success);
        });
    }

    private static void WriteStart(TextWriter output, TrainRun run, TrainPlan plan)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        TrainOptions options = plan.Options;
        foreach (string fault in run.Faults) output.WriteLine($"passed over: {fault}");
        string from = run.Step == 0 ? "" : string.Create(culture, $"from step {run.Step:N0} ");
        string until = plan.StopAtReward is { } threshold ? string.Create(culture, $", or until the mean return of 100 episodes is {threshold}") : "";
        output.WriteLine(string.Create(culture, $"{plan.Algorithm.Name} on {plan.Spec.Id}, seed {options.Seed}, {options.NumEnvs} environment{(options.NumEnvs == 1 ? "" : "s")}, {from}to step {plan.TotalSteps:N0}{until}"));
        output.WriteLine(Wrap("options: ", plan.NamedOptions.Select(option => $"{option.Key} {Flags.Text(option.Value)}")));
        if (run.IsRefilled) output.WriteLine($"The checkpoint has no replay buffer: nothing is learned before transitions are gathered anew, and the run is not exactly the one that was not interrupted.");
        if (!options.CheckpointReplay) output.WriteLine("warning: checkpoints are without the replay buffer; a resume gathers transitions anew before it learns, and is not exact.");
        if (plan.Resumed is not null && run.Step == 0) output.WriteLine("The run ended before its first checkpoint, and begins again.");
        output.WriteLine($"run {run.Directory.Info.Id} in {run.Directory.FolderPath}");
        if (run.Step >= plan.TotalSteps)
            output.WriteLine(string.Create(culture, $"The run has done all its {plan.TotalSteps:N0} steps: nothing is left to train. More of them are --total-timesteps {MoreSteps(run.Step, plan)}."));
        else if (plan.LearningStarts >= plan.TotalSteps)
            output.WriteLine(string.Create(culture, $"warning: learning starts after {plan.LearningStarts:N0} steps, and there are {plan.TotalSteps:N0}: nothing is learned. Give more --total-timesteps, or fewer --learning-starts."));
    }

    // In lines that a terminal need not break.
    private static string Wrap(string heading, IEnumerable<string> items)
    {
        const int longest = 110;
        var text = new StringBuilder(heading);
        int begin = 0;
        foreach (string item in items)
        {
            if (text.Length > heading.Length) text.Append(", ");
            if (text.Length - begin + item.Length > longest)
            {
                text.Length--;
                text.AppendLine();
                begin = text.Length;
                text.Append(' ', heading.Length);
            }

            text.Append(item);
        }

        return text.ToString();
    }

    private static void WriteEnd(TextWriter output, TrainReport report, TrainPlan plan)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        TrainingResult result = report.Result;
        string why = result.StopReason is null ? "" : $" ({result.StopReason})";
        output.WriteLine(string.Create(culture, $"step {result.Step:N0}{why}, {result.Elapsed.TotalSeconds:0.00} s, {result.StepsPerSecond:N0} steps/s; {(result.Episodes == 0 ? "no episode ended" : string.Create(culture, $"return of the last 100 episodes {result.MeanReturn:0.0}"))}"));
        double[] seconds = Array.ConvertAll(Enum.GetValues<Phase>(), phase => result.Clock[phase].TotalSeconds);
        double total = seconds.Sum();
        output.WriteLine("time: " + string.Join(", ", Enum.GetValues<Phase>()
            .OrderBy(phase => phase == Phase.Other)
            .Where(phase => seconds[(int)phase] > 0)
            .Select(phase => string.Create(culture, $"{Flags.Kebab(phase.ToString())} {100 * seconds[(int)phase] / total:0} %"))));
        if (report.Evaluation is { } evaluation)
            output.WriteLine(string.Create(culture, $"evaluation of the best policy: return {evaluation.Mean:0.00} +- {evaluation.StandardDeviation:0.00} over {evaluation.Episodes} episodes"));
        if (plan.Options.TotalTimesteps is null && result.StopReason is null && plan.Spec.RewardThreshold is { } threshold && !(result.MeanReturn >= threshold))
            output.WriteLine(string.Create(culture, $"{plan.Spec.Id} counts as solved when the mean return of 100 episodes is {threshold}: train longer with --total-timesteps, or try another seed or algorithm."));
    }

    // What there is now, and what to do with it.
    private static void WriteWhere(TextWriter output, TrainReport report, TrainPlan plan, string goOn, string runsFlag)
    {
        IReadOnlyList<string> trackers = Trackers.Read(plan.Options.Track);
        string run = Shown(report.RunPath);
        output.WriteLine();
        output.WriteLine($"run     {run}");
        output.WriteLine($"policy  {Shown(report.PolicyPath!)} ({(report.BestStep < 0 ? "the last one" : string.Create(CultureInfo.InvariantCulture, $"the best, of step {report.BestStep:N0}"))})");
        output.WriteLine($"        play it: rlkit eval {report.RunId}{runsFlag}");
        if (report.VideoPath is not null) output.WriteLine($"video   {Shown(report.VideoPath)} (an animated PNG: open it in a browser)");
        output.WriteLine($"curves  rlkit report {report.RunId} -o report.html{runsFlag}");
        if (trackers.Contains(Trackers.TensorBoard)) output.WriteLine($"        tensorboard --logdir {Shown(Path.GetDirectoryName(report.RunPath)!)}");
        if (trackers.Contains(Trackers.Wandb)) output.WriteLine($"        wandb sync {Path.Combine(run, "wandb", "offline-run-*")}");
        if (trackers.Contains(Trackers.MLflow)) output.WriteLine($"        {Trackers.MLflowServer()} (what it did not get: rlkit sync {report.RunId}{runsFlag})");
        // The run has its threshold with it, and would stop at once.
        string beyond = report.Result.StopReason is not null && plan.Options.StopAtReward is not null ? $" --stop-at-reward {Flags.None}" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"more    {goOn} --total-timesteps {MoreSteps(report.Result.Step, plan)}{beyond}"));
        if (Program() is { } program) output.WriteLine($"        (rlkit is {program})");
    }

    // A total that trains on.
    private static long MoreSteps(long step, TrainPlan plan) => step < plan.TotalSteps ? plan.TotalSteps : 2 * step;

    // As short as it can be given to another command here.
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(System.Environment.CurrentDirectory, path);
        string shown = relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        return shown.Contains(' ') ? $"\"{shown}\"" : shown;
    }

    // How to start this program; null when its name is enough.
    private static string? Program()
    {
        string program = System.Environment.ProcessPath!;
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) return $"dotnet {Shown(typeof(TrainCommand).Assembly.Location)}";
        string folder = Path.GetDirectoryName(program)!;
        bool isOnPath = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(each => Path.TrimEndingDirectorySeparator(each) == folder);
        return isOnPath ? null : Shown(program);
    }
}
