using System.Text.Json;
using RlKit.Tests.Video;
using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class TrackTests
{
    [Test]
    public void EveryTrackerGetsTheRunAndAResumedOneGoesOn()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--eval-frequency", "1000", "--eval-episodes", "2", "--project", "проект"];
        Rlkit.Train(folder.Path, "ppo", [.. arguments, "--total-timesteps", "2000", "--capture-video", "--track", "tensorboard,wandb,csv,jsonl,console"]);
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        Assert.That(Directory.GetFiles(run.FolderPath, "events.out.tfevents.*"), Has.Length.EqualTo(1));
        // Without --track: a run has the trackers that it was made with.
        Rlkit.Train(folder.Path, "ppo", [.. arguments, "--total-timesteps", "3000", "--resume"]);
        var expected = MetricsFile.Scalars(run.MetricsPath, Metrics.EpisodeReturnMean);
        Assert.That(expected.Select(record => record.Step), Is.EqualTo(new long[] { 1_000, 2_000, 3_000 }));

        // TensorBoard: another file for each process, and together one curve.
        string[] files = [.. Directory.GetFiles(run.FolderPath, "events.out.tfevents.*").Order(StringComparer.Ordinal)];
        Assert.That(files, Has.Length.EqualTo(2));
        EventValue[] values = [.. files.SelectMany(EventFileReader.ReadAll).SelectMany(record => record.Values)];
        Assert.That(values.Where(value => value.Tag == Metrics.EpisodeReturnMean).Select(value => (double)value.Scalar), Is.EqualTo(expected.Select(record => record.Value)).Within(1e-3));
        Assert.That(values.Select(value => value.Tag), Is.SupersetOf(new[] { "configuration", "_hparams_/session_start_info", "_hparams_/session_end_info", Metrics.EpisodeVideo, "summary/eval_return_mean" }));

        // Weights & Biases: one id, the project, the end.
        string[] logs = [.. Directory.GetFiles(Path.Combine(run.FolderPath, "wandb"), $"run-{run.Info.Id}.wandb", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.That(logs, Has.Length.EqualTo(2));
        foreach (string log in logs)
        {
            using var reader = new WandbFileReader(log);
            var records = new List<WandbRecord>();
            while (reader.Read() is { } record) records.Add(record);
            Assert.That(records.First(record => record.Kind == "run").Content["project"], Is.EqualTo("проект"));
            Assert.That(records.Select(record => record.Kind), Is.SupersetOf(new[] { "history", "exit", "stats", "output_raw" }));
        }

        // CSV: what an export gives. JSON lines: the same numbers again.
        (int exitCode, string exported, string errors) = Rlkit.Run("export", run.Info.Id[..6], "--csv", "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(WithoutTime(File.ReadAllText(run.CsvPath)), Is.EqualTo(WithoutTime(exported)));
        JsonElement[] lines = [.. File.ReadAllLines(run.JsonLinesPath).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.That(
            lines.Where(line => line.GetProperty("event").GetString() == "scalars" && line.TryGetProperty(Metrics.EpisodeReturnMean, out _)).Select(line => line.GetProperty(Metrics.EpisodeReturnMean).GetDouble()),
            Is.EqualTo(expected.Select(record => record.Value)));
        Assert.That(lines.Count(line => line.GetProperty("event").GetString() == "episode"), Is.EqualTo(EpisodesFile.Read(run.EpisodesPath).Count));
        Assert.That(lines[^1].GetProperty("outcome").GetString(), Is.EqualTo("finished"));
        Assert.That(File.ReadAllText(run.ConsolePath), Does.Contain("step 2,000  rollout/ep_rew_mean "));
    }

    [Test]
    public void ATrackerThatFailsIsToldOnceAndTheRunIsWhole()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--eval-episodes", "0", "--checkpoint-frequency", "500"];
        Rlkit.Train(folder.Path, "ppo", [.. arguments, "--total-timesteps", "2000", "--track", "csv,wandb"]);
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        // Folders stand where the trackers' files are to be.
        File.Delete(run.CsvPath);
        Directory.CreateDirectory(run.CsvPath);
        Directory.Delete(Path.Combine(run.FolderPath, "wandb"), recursive: true);
        File.WriteAllText(Path.Combine(run.FolderPath, "wandb"), "");
        (int exitCode, string output, string errors) = Rlkit.Run(["train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, .. arguments, "--total-timesteps", "4000", "--resume"]);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That((output + errors).Split("tracker csv failed: "), Has.Length.EqualTo(2), output + errors);
        Assert.That((output + errors).Split("tracker wandb failed: "), Has.Length.EqualTo(2));
        Assert.That(output, Does.Contain("the run's folder has everything"));
        Assert.That(new RunsFolder(folder.Path).Runs.Single().State, Is.EqualTo(RunState.Finished));
        Assert.That(MetricsFile.Scalars(run.MetricsPath, Metrics.EpisodeReturnMean), Has.Count.EqualTo(4));
    }

    [TestCase("--track has 'tensorbord'; give some of tensorboard, wandb, ", "tensorbord")]
    [TestCase("--track has 'none'; give some of", "csv,none")]
    public void AnUnknownTrackerIsRefused(string told, string trackers)
    {
        (int exitCode, _, string errors) = Rlkit.Run("train", "ppo", "--env-id", "CartPole-v1", "--track", trackers);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(told));
    }

    [Test]
    public void WithoutATotalATrainingEndsWhenTheEnvironmentIsSolved()
    {
        using var folder = new TemporaryFolder();
        JsonElement result = Rlkit.Json("train", "ppo", "--env-id", "CartPole-v0", "--runs-dir", folder.Path, "--eval-frequency", "0", "--eval-episodes", "0", "--learning-rate", "1e-3", "--json");
        Assert.That(result.GetProperty("train_return_mean_100").GetDouble(), Is.GreaterThanOrEqualTo(195));
        long step = result.GetProperty("global_step").GetInt64();
        Assert.That(step, Is.LessThan(500_000));

        // With a total the run goes on to it.
        result = Rlkit.Json("train", "ppo", "--env-id", "CartPole-v0", "--runs-dir", folder.Path, "--resume", "--total-timesteps", (step + 1_000).ToString(System.Globalization.CultureInfo.InvariantCulture), "--json");
        Assert.That(result.GetProperty("global_step").GetInt64(), Is.GreaterThanOrEqualTo(step + 1_000));
    }

    private static string[] WithoutTime(string csv) => [.. csv.Split('\n').Where(line => line.Length > 0).Select(line => string.Join(',', line.Split(',').Where((_, column) => column != 1)))];
}
