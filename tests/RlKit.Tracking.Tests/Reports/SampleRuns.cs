using System.Diagnostics;
using RlKit.Drawing;
using RlKit.Tracking;
using RlKit.Video;

namespace RlKit.Tests.Tracking.Reports;

/// <summary>Runs as a training leaves them, without the training.</summary>
internal static class SampleRuns
{
    private static readonly string[] Extra = ["train/learning_rate", "train/grad_norm", "train/q_values", "train/n_updates", "train/value_loss", "rollout/ep_len_mean", "rollout/ep_rew_max", "time/time_elapsed"];

    /// <summary>A run that learns: its reward rises to 500, faster with a higher <paramref name="speed"/>.</summary>
    public static RunDirectory Write(string runsFolder, RunIdentity identity, long steps = 10_000, int records = 20, double speed = 1, bool isFinished = true, Action<RunDirectory, RunTracker>? more = null)
    {
        var configuration = new Dictionary<string, object?>
        {
            ["algorithm"] = identity.Algorithm, ["env/id"] = identity.EnvironmentId, ["train/seed"] = identity.Seed, ["train/total_timesteps"] = steps, ["train/exp_name"] = identity.Experiment,
            ["options/learning_rate"] = 0.001 * speed, ["options/gamma"] = 0.99,
        };
        RunDirectory run = new RunsFolder(runsFolder).Create(identity, configuration);
        var random = new Pcg64(identity.Seed);
        using var tracker = new RunTracker(run);
        tracker.Begin(0);
        tracker.Configure(configuration);
        for (int i = 1; i <= records; i++)
        {
            long step = steps * i / records;
            double reward = 500 * (1 - Math.Exp(-4 * speed * i / records)) * (0.9 + 0.1 * random.NextDouble());
            tracker.Episode(step, 0, reward, (int)reward);
            tracker.Scalar(Metrics.EpisodeReturnMean, reward, step);
            tracker.Scalar(Metrics.Loss, 1 + random.NextDouble(), step);
            tracker.Scalar(Metrics.StepsPerSecond, 10_000 * random.NextDouble(), step);
            tracker.Scalar(Metrics.ExplorationRate, Math.Max(0.05, 1 - 2.0 * i / records), step);
            foreach (string name in Extra) tracker.Scalar(name, i * random.NextDouble(), step);
            if (i % Math.Max(1, records / 10) == 0) tracker.Scalar(Metrics.EvaluationReturnMean, reward, step);
        }

        more?.Invoke(run, tracker);
        if (!isFinished) return run;
        tracker.Summary("eval_return_mean", 500 - 10.0 / speed + identity.Seed);
        tracker.Summary("eval_return_std", 12.5);
        tracker.Summary("phase_seconds/update", 3.0);
        tracker.Summary("phase_seconds/environment", 1.0);
        tracker.Finish(RunOutcome.Finished);
        run.Dispose();
        return run;
    }

    /// <summary>Runs of several algorithms with several seeds.</summary>
    public static IReadOnlyList<RunDirectory> WriteProject(string runsFolder, string[] algorithms, int seeds, long steps = 10_000, int records = 20) =>
        [.. algorithms.SelectMany((algorithm, i) => Enumerable.Range(1, seeds).Select(seed => Write(runsFolder, new RunIdentity(algorithm, "CartPole-v1", algorithm, seed, "project"), steps, records, 1 + 0.5 * i)))];

    /// <summary>A video of two frames, red and blue, which a viewer tells apart.</summary>
    public static string WriteVideo(RunDirectory run, string name, VideoFormat format)
    {
        Directory.CreateDirectory(run.VideosPath);
        string path = Path.Combine(run.VideosPath, name + VideoWriter.Extension(format));
        using VideoWriter writer = VideoWriter.Create(path, 4, format);
        for (int i = 0; i < 8; i++) writer.Add(new Canvas(64, 64, i % 2 == 0 ? Color.FromRgb(0xC00000) : Color.FromRgb(0x0000C0)).Frame);
        writer.Finish();
        return path;
    }

    /// <summary>Whether a program is in the folders of PATH.</summary>
    public static bool Has(string program)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, ["-version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            return process is not null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
