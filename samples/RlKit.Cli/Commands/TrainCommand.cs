using System.CommandLine;
using System.Globalization;
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
            Description = "Go on with a run, by its id or folder; without a value with the newest of this algorithm, environment, seed and name, or a new one where there is none.",
            HelpName = "RUN",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write the result as one line of JSON, the only one on the output; all else goes to the error stream." };
        foreach (Option option in (IEnumerable<Option>)[environmentId, .. trainFlags.Options, resume, runsFolder, json, .. flags.Options]) command.Add(option);

        command.SetAction((parsed, cancellation) =>
        {
            var runs = new RunsFolder(parsed.GetValue(runsFolder)!);
            EnvironmentSpec spec = EnvironmentId.Find(parsed.GetValue(environmentId)!);
            TrainPlan plan = TrainPlan.Read(algorithm, spec, parsed, trainFlags, flags, identity => parsed.GetResult(resume) is null ? null : RunsOption.FindRun(runs, parsed.GetValue(resume), identity));
            using var run = new TrainRun(plan, flags, runs);
            using var capture = new ConsoleCapture(run.Tracker);
            TextWriter output = parsed.GetValue(json) ? Console.Error : Console.Out;
            WriteStart(output, run, plan);
            string runsFlag = parsed.GetResult(runsFolder) is { Implicit: false } ? $" --runs-dir {parsed.GetValue(runsFolder)}" : "";
            string goOn = $"rlkit train {algorithm.Name} --env-id {spec.Id} --resume {run.Directory.Info.Id}{runsFlag}";
            TrainReport report;
            try
            {
                report = TrainDisplay.Show(output, capture, progress => run.Train(progress, cancellation));
            }
            catch (TrainingException)
            {
                output.WriteLine($"What was trained is kept; go on with: {goOn}");
                throw;
            }

            if (report.Result.Outcome == RunOutcome.Cancelled)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cancelled at step {report.Result.Step:N0}; go on with: {goOn}"));
                return Task.FromResult(CommandRunner.Cancelled);
            }

            WriteEnd(output, report);
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
        output.WriteLine(string.Create(culture, $"{plan.Algorithm.Name} on {plan.Spec.Id}, seed {options.Seed}, {options.NumEnvs} environment{(options.NumEnvs == 1 ? "" : "s")}, {from}to step {options.TotalTimesteps:N0}"));
        output.WriteLine("options: " + string.Join(", ", plan.NamedOptions.Select(option => $"{option.Key} {Flags.Text(option.Value)}")));
        output.WriteLine($"run {run.Directory.Info.Id} in {run.Directory.FolderPath}");
    }

    private static void WriteEnd(TextWriter output, TrainReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        TrainingResult result = report.Result;
        string why = result.StopReason is null ? "" : $" ({result.StopReason})";
        output.WriteLine(string.Create(culture, $"step {result.Step:N0}{why}, {result.Elapsed.TotalSeconds:0.00} s, {result.StepsPerSecond:N0} steps/s; {(result.Episodes == 0 ? "no episode ended" : string.Create(culture, $"return of the last 100 episodes {result.MeanReturn:0.0}"))}"));
        double total = Math.Max(result.Clock.Total.TotalSeconds, 1e-9);
        output.WriteLine("time: " + string.Join(", ", Enum.GetValues<Phase>()
            .OrderBy(phase => phase == Phase.Other)
            .Where(phase => result.Clock[phase] > TimeSpan.Zero)
            .Select(phase => string.Create(culture, $"{Flags.Kebab(phase.ToString())} {100 * result.Clock[phase].TotalSeconds / total:0} %"))));
        if (report.Evaluation is { } evaluation)
            output.WriteLine(string.Create(culture, $"evaluation of the best policy: return {evaluation.Mean:0.00} +- {evaluation.StandardDeviation:0.00} over {evaluation.Episodes} episodes"));
        output.WriteLine($"policy {report.PolicyPath}");
    }
}
