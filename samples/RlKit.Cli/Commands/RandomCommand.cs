using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit random</c>: how well the random policy does, and how fast the environment is.</summary>
internal static class RandomCommand
{
    public static Command Create()
    {
        Option<string> environmentId = EnvironmentId.Option();
        var episodes = new Option<int>("--episodes") { Description = "Episodes to play.", DefaultValueFactory = _ => 1000, HelpName = "N" };
        Option<double?> rate = IgnoreActionRate.Option("Share of actions that are replaced by random ones, 0 to 1. Default: 0.");
        var videos = new Option<string?>("--capture-video") { Description = "A folder for videos of some episodes (0, 1, 8, 27, ...), as animated PNG.", HelpName = "DIR" };
        var seed = new Option<long?>("--seed") { Description = "Seeds the environments and the actions; without it every run is another one.", HelpName = "S" };
        var json = new Option<bool>("--json") { Description = "Write the result as one line of JSON." };
        var command = new Command("random", "Play episodes with random actions.") { environmentId, episodes, rate, videos, seed, json };
        command.SetAction((parsed, cancellation) =>
        {
            EnvironmentSpec spec = EnvironmentId.Find(parsed.GetValue(environmentId)!);
            int count = parsed.GetValue(episodes);
            double share = parsed.GetValue(rate) ?? 0;
            long start = parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
            if (count < 1) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--episodes is {count}; give 1 or more."));
            if (share is not (>= 0 and <= 1)) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--ignore-action-rate is {share}; give a share from 0 to 1."));
            if (start < 0) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--seed is {start}; give 0 or more."));
            var run = new RandomRun(spec, count, start, share, parsed.GetValue(videos));
            // Off the first thread, which waits for Ctrl+C meanwhile: a video that is being recorded is then finished.
            return Task.Run(() =>
            {
                RandomRunResult result = ProgressDisplay.Show("episodes", count, report => run.Play(report, cancellation));
                if (parsed.GetValue(json)) WriteJson(run, result);
                else WriteText(run, result);
                return CommandRunner.Success;
            });
        });
        return command;
    }

    private static void WriteText(RandomRun run, RandomRunResult result)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"{run.Spec.Id}: {result.Episodes} episodes of random actions, seed {run.Seed}"));
        Console.WriteLine(string.Create(culture, $"return  mean {result.Mean:0.###}  std {result.StandardDeviation:0.###}  min {result.Min:0.###}  max {result.Max:0.###}"));
        Console.WriteLine(string.Create(culture, $"steps   {result.Steps}, {result.StepsPerSecond:0} per second"));
        foreach (string video in result.Videos) Console.WriteLine($"video   {video}");
    }

    private static void WriteJson(RandomRun run, RandomRunResult result)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("env_id", run.Spec.Id);
            writer.WriteNumber("seed", run.Seed);
            writer.WriteNumber("mean", result.Mean);
            writer.WriteNumber("std", result.StandardDeviation);
            writer.WriteNumber("min", result.Min);
            writer.WriteNumber("max", result.Max);
            writer.WriteNumber("episodes", result.Episodes);
            writer.WriteNumber("steps", result.Steps);
            writer.WriteNumber("steps_per_second", Math.Round(result.StepsPerSecond));
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
