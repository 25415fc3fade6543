using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RlKit.Tracking;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit eval</c>: how well a trained policy does.</summary>
internal static class EvalCommand
{
    private const int MostCopies = 32;
    private const string RateKey = "train/ignore_action_rate";

    public static Command Create()
    {
        var what = new Argument<string>("RUN|FILE") { Description = "A run, by its id or folder, or a policy file." };
        var environmentId = new Option<string?>("--env-id") { Description = "The environment. Default: the one of the run that the policy is from.", HelpName = "ID" };
        var episodes = new Option<int>("--episodes") { Description = "Episodes to play.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var seed = new Option<long>("--seed") { Description = "Seeds the environments; 0 or more.", DefaultValueFactory = _ => 2_000_000, HelpName = "S" };
        Option<double?> rate = IgnoreActionRate.Option("Share of actions that are replaced by random ones, 0 to 1. Default: as in the run's training.");
        var video = new Option<string?>("--capture-video") { Description = "Record a video of one episode; without a folder in the run's, or in 'videos'.", HelpName = "DIR", Arity = ArgumentArity.ZeroOrOne };
        Option<string> runsFolder = RunsOption.Create();
        var json = new Option<bool>("--json") { Description = "Write the result as one line of JSON." };
        var command = new Command("eval", "Evaluate a trained policy by its best actions.") { what, environmentId, episodes, seed, rate, video, runsFolder, json };
        command.SetAction((parsed, cancellation) =>
        {
            int count = parsed.GetValue(episodes);
            long start = parsed.GetValue(seed);
            if (count < 1) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--episodes is {count}; give 1 or more."));
            if (start < 0) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--seed is {start}; give 0 or more."));
            (string path, RunDirectory? run) = Find(parsed.GetValue(what)!, new RunsFolder(parsed.GetValue(runsFolder)!));
            string id = parsed.GetValue(environmentId) ?? run?.Info.Identity.EnvironmentId
                ?? throw new UsageException($"'{path}' lies in no run that would say what environment it is for; name it with --env-id.");
            EnvironmentSpec spec = EnvironmentId.Find(id);
            double share = parsed.GetValue(rate) ?? (run is not null && run.ReadConfiguration().GetValueOrDefault(RateKey) is double stored ? stored : 0);
            if (share is not (>= 0 and <= 1)) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--ignore-action-rate is {share}; give a share from 0 to 1."));

            Policy policy = Policy.Load(path);
            // Seeded as after the training, so that the same seed gives the same result.
            long injection = run?.Info.Identity.Seed ?? 0;
            using IVectorEnvironment copies = Make(spec, share, injection, Math.Min(count, MostCopies));
            EvaluationResult result = Evaluator.Evaluate(policy, copies, count, start, cancellation: cancellation);
            string? videoPath = null;
            if (parsed.GetResult(video) is not null)
            {
                videoPath = Path.Combine(parsed.GetValue(video) ?? run?.VideosPath ?? "videos", string.Create(CultureInfo.InvariantCulture, $"evaluation-{start}.png"));
                using IVectorEnvironment stage = Make(spec, share, injection, 1);
                PeriodicVideo.Record(policy, stage, videoPath, seed: start);
            }

            if (parsed.GetValue(json)) WriteJson(spec, path, result, videoPath);
            else WriteText(spec, path, result, videoPath);
            return Task.FromResult(CommandRunner.Success);
        });
        return command;
    }

    private static (string Path, RunDirectory? Run) Find(string what, RunsFolder runs)
    {
        if (File.Exists(what))
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(what))!;
            return (what, File.Exists(Path.Combine(folder, "run.json")) ? RunDirectory.Open(folder) : null);
        }

        RunDirectory found = RunsOption.FindRun(runs, what);
        return File.Exists(found.PolicyPath) ? (found.PolicyPath, found) : throw new UsageException($"Run {found.Info.Id} has no policy yet; it is {found.State.ToString().ToLowerInvariant()}.");
    }

    private static IVectorEnvironment Make(EnvironmentSpec spec, double ignoreActionRate, long injectionSeed, int copies)
    {
        IVectorEnvironment environment = Environments.MakeVector(spec.Id, copies);
        return ignoreActionRate > 0 ? new VectorRandomAction(environment, ignoreActionRate, injectionSeed) : environment;
    }

    private static void WriteText(EnvironmentSpec spec, string path, EvaluationResult result, string? video)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        (double low, double high) = result.ConfidenceInterval();
        Console.WriteLine(string.Create(culture, $"{spec.Id}: {result.Episodes} episodes of {path}"));
        Console.WriteLine(string.Create(culture, $"return  mean {result.Mean:0.###}  std {result.StandardDeviation:0.###}  95 % of means {low:0.###} to {high:0.###}"));
        Console.WriteLine(string.Create(culture, $"        min {result.Min:0.###}  median {result.Median:0.###}  max {result.Max:0.###}  interquartile mean {result.InterquartileMean:0.###}"));
        Console.WriteLine(string.Create(culture, $"length  mean {result.MeanLength:0.#}"));
        if (video is not null) Console.WriteLine($"video   {video}");
    }

    private static void WriteJson(EnvironmentSpec spec, string path, EvaluationResult result, string? video)
    {
        (double low, double high) = result.ConfidenceInterval();
        using Stream output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("env_id", spec.Id);
            writer.WriteString("policy_path", path);
            writer.WriteNumber("episodes", result.Episodes);
            writer.WriteNumber("eval_return_mean", result.Mean);
            writer.WriteNumber("eval_return_std", result.StandardDeviation);
            writer.WriteNumber("min", result.Min);
            writer.WriteNumber("max", result.Max);
            writer.WriteNumber("median", result.Median);
            writer.WriteNumber("interquartile_mean", result.InterquartileMean);
            writer.WriteNumber("confidence_low", low);
            writer.WriteNumber("confidence_high", high);
            writer.WriteNumber("mean_length", result.MeanLength);
            writer.WriteString("video", video);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
