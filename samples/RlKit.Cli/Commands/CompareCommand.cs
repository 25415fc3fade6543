using System.CommandLine;
using System.Globalization;
using RlKit.Cli.Comparing;
using RlKit.Cli.Training;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit compare</c>: algorithms on one environment, each with several seeds.</summary>
internal static class CompareCommand
{
    private const int MostSeeds = 1_000;

    public static Command Create()
    {
        Option<string> environmentId = EnvironmentId.Option();
        var algorithms = new Option<string>("--algos") { Description = $"Algorithms with commas between them: {string.Join(", ", Algorithm.All.Select(known => known.Name))} or {ComparedRun.Random}.", Required = true, HelpName = "A,B,..." };
        var seeds = new Option<string>("--seeds") { Description = "Seeds: 1..5, or 1,3,7.", DefaultValueFactory = _ => "1..5", HelpName = "A..B" };
        var steps = new Option<long>("--total-timesteps") { Description = "Environment steps of each training.", DefaultValueFactory = _ => 500_000, HelpName = "N" };
        var evaluation = new Option<int>("--eval-episodes") { Description = "Episodes of the evaluation after each training; 0 for none.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var jobs = new Option<int>("--jobs") { Description = "Trainings at once. Default: as many as there are processors.", DefaultValueFactory = _ => System.Environment.ProcessorCount, HelpName = "J" };
        var project = new Option<string?>("--project") { Description = "The project that the runs belong to.", HelpName = "NAME" };
        var track = new Option<string?>("--track") { Description = "Copy what the runs report to other trackers, as 'rlkit train --track' does.", HelpName = "NAME,..." };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write the result as one line of JSON." };
        var markdown = new Option<bool>("--markdown") { Description = "Write the table in Markdown." };
        var command = new Command("compare", "Train several algorithms with several seeds, and compare them in a table.") { environmentId, algorithms, seeds, steps, evaluation, jobs, project, track, runsFolder, json, markdown };
        command.SetAction(async (parsed, cancellation) =>
        {
            EnvironmentSpec spec = EnvironmentId.Find(parsed.GetValue(environmentId)!);
            string[] names = parsed.GetValue(algorithms)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (string name in names) _ = name == ComparedRun.Random ? null : Find(name);
            if (names.Length == 0 || names.Distinct().Count() < names.Length) throw new UsageException($"--algos is '{parsed.GetValue(algorithms)}'; give one algorithm or more with commas between them, each once.");
            IReadOnlyList<long> range = ReadSeeds(parsed.GetValue(seeds)!);
            int atOnce = AtLeast("--jobs", parsed.GetValue(jobs), 1), episodes = AtLeast("--eval-episodes", parsed.GetValue(evaluation), 0);
            CultureInfo culture = CultureInfo.InvariantCulture;
            List<string> arguments = ["--total-timesteps", AtLeast("--total-timesteps", parsed.GetValue(steps), 1).ToString(culture), "--eval-episodes", episodes.ToString(culture), "--runs-dir", parsed.GetValue(runsFolder)!];
            if (parsed.GetValue(project) is { } given) arguments.AddRange(["--project", given]);
            if (parsed.GetValue(track) is { } trackers)
            {
                Trackers.Read(trackers);
                arguments.AddRange(["--track", trackers]);
            }

            (string Algorithm, long Seed)[] plan = [.. names.SelectMany(name => range.Select(seed => (name, seed)))];
            var runs = new ComparedRun[plan.Length];
            int done = 0;
            using var writing = new SemaphoreSlim(1);
            await Parallel.ForAsync(0, plan.Length, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, async (i, token) =>
            {
                (string name, long seed) = plan[i];
                runs[i] = name == ComparedRun.Random
                    ? ComparedRun.PlayRandomly(spec, seed, Math.Max(episodes, 1), token)
                    : await ComparedRun.TrainAsync(Find(name), spec, seed, arguments, token);
                await writing.WaitAsync(token);
                Console.Error.WriteLine(string.Create(culture, $"{++done} of {plan.Length}: {name} seed {seed} {runs[i].Error ?? string.Create(culture, $"return {runs[i].EvaluationReturn ?? runs[i].TrainReturn:0.0}, {runs[i].Seconds:0.0} s")}"));
                writing.Release();
            });

            var comparison = new Comparison(spec, runs);
            if (parsed.GetValue(json))
            {
                using Stream output = Console.OpenStandardOutput();
                comparison.WriteJson(output);
            }
            else if (parsed.GetValue(markdown)) Console.Write(comparison.ToMarkdown());
            else
            {
                comparison.WriteTable();
                if (range.Count > 1) Console.WriteLine("± is the standard deviation between seeds.");
                IEnumerable<string> ids = runs.Where(run => run.Error is null).Select(run => run.RunId).OfType<string>();
                string reported = parsed.GetValue(project) ?? string.Join(' ', ids);
                string runsFlag = parsed.GetResult(runsFolder) is { Implicit: false } ? $" --runs-dir {parsed.GetValue(runsFolder)}" : "";
                if (ids.Any()) Console.WriteLine($"curves  rlkit report {reported} -o report.html{runsFlag}");
            }

            return runs.Any(run => run.Error is not null) ? CommandRunner.Failure : CommandRunner.Success;
        });
        return command;
    }

    private static Algorithm Find(string name) => Algorithm.All.FirstOrDefault(known => known.Name == name)
        ?? throw new UsageException($"--algos has '{name}'; give some of {string.Join(", ", Algorithm.All.Select(known => known.Name))} and {ComparedRun.Random}.");

    private static List<long> ReadSeeds(string text)
    {
        var seeds = new List<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split("..");
            if (ends.Length > 2 || !TryRead(ends[0], out long first) || !TryRead(ends[^1], out long last) || last < first)
                throw new UsageException($"--seeds is '{text}'; give whole numbers of 0 or more as 1..5 or 1,3,7.");
            if (last - first >= MostSeeds - seeds.Count) throw new UsageException($"--seeds is '{text}'; give {MostSeeds} at most.");
            for (long seed = first; seed <= last; seed++) seeds.Add(seed);
        }

        return seeds.Distinct().Count() == seeds.Count ? seeds : throw new UsageException($"--seeds is '{text}'; give each seed once.");

        static bool TryRead(string digits, out long seed) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out seed);
    }

    private static T AtLeast<T>(string name, T value, int lowest)
        where T : System.Numerics.IBinaryInteger<T> =>
        value >= T.CreateChecked(lowest) ? value : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; give {lowest} or more."));
}
