using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed partial class ResumeTests
{
    // RLKIT_KILLS=20 for the long form.
    private static int Kills => int.TryParse(System.Environment.GetEnvironmentVariable("RLKIT_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 3;

    [Category("Slow")]
    [TestCase("ppo", 20_000)]
    [TestCase("dqn", 5_000)]
    [TestCase("double-dqn", 5_000)]
    [TestCase("c51", 4_000)]
    [TestCase("rainbow", 2_500)]
    public void ARunThatIsKilledAndResumedEndsAsIfItHadNot(string algorithm, int steps)
    {
        // More kills need more to kill.
        steps *= Math.Max(1, Kills / 4);
        string[] arguments =
        [
            "--total-timesteps", steps.ToString(CultureInfo.InvariantCulture), "--seed", "3", "--checkpoint-frequency", (steps / 10).ToString(CultureInfo.InvariantCulture),
            "--eval-frequency", (steps / 5).ToString(CultureInfo.InvariantCulture), "--eval-episodes", "5",
            .. algorithm == "ppo" ? Array.Empty<string>() : ["--learning-starts", "500"],
        ];
        using TemporaryFolder straight = new(), killed = new();
        var watch = Stopwatch.StartNew();
        RunDirectory expected = RunDirectory.Open(Rlkit.Train(straight.Path, algorithm, arguments).GetProperty("run_dir").GetString()!);
        double whole = watch.Elapsed.TotalSeconds;

        var random = new Pcg64(7);
        int kills = 0;
        for (int attempt = 0; attempt < Kills; attempt++)
        {
            using Process process = Rlkit.Start(["train", algorithm, "--env-id", "CartPole-v1", "--runs-dir", killed.Path, "--resume", .. arguments]);
            // Mostly after the start, which takes a third of so short a run, and before the rest is done.
            if (process.WaitForExit(TimeSpan.FromSeconds(random.NextDouble() * whole * (0.3 + 1.4 / Kills)))) break;
            process.Kill();
            process.WaitForExit();
            kills++;
        }

        JsonElement result = Rlkit.Train(killed.Path, algorithm, [.. arguments, "--resume"]);
        RunDirectory run = new RunsFolder(killed.Path).Runs.Single();
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills, {run.Info.Sessions.Count} sessions"));
        Assert.That(result.GetProperty("run_id").GetString(), Is.EqualTo(run.Info.Id));
        Assert.That(run.State, Is.EqualTo(RunState.Finished));
        SameRuns.AssertEqual(expected, run);
    }

    [Test]
    public void ACancelledRunExitsWith130AndGoesOnWhereItWas()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows has no signals.");
        using TemporaryFolder straight = new(), cancelled = new();
        string[] arguments = ["--total-timesteps", "200000", "--eval-frequency", "0", "--eval-episodes", "0", "--checkpoint-frequency", "200000"];
        using (Process process = Rlkit.Start(["train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", cancelled.Path, .. arguments]))
        {
            // Once it has begun: the line that names the run is out.
            var lines = new List<string>();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                lines.Add(line);
                if (!line.StartsWith("run ", StringComparison.Ordinal)) continue;
                Thread.Sleep(20);
                _ = Kill(process.Id, 15);
            }

            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(130), process.StandardError.ReadToEnd());
            RunDirectory run = new RunsFolder(cancelled.Path).Runs.Single();
            Assert.That(run.State, Is.EqualTo(RunState.Cancelled));
            Assert.That(lines[^1], Does.Contain("go on with: rlkit train ppo --env-id CartPole-v1 --resume " + run.Info.Id));

            RunDirectory expected = RunDirectory.Open(Rlkit.Train(straight.Path, "ppo", arguments).GetProperty("run_dir").GetString()!);
            Rlkit.Train(cancelled.Path, "ppo", "--resume", run.Info.Id);
            run = RunDirectory.Open(run.FolderPath);
            Assert.That(run.Info.Sessions.Select(session => session.Outcome), Is.EqualTo(new[] { RunState.Cancelled, RunState.Finished }));
            Assert.That(File.ReadAllBytes(run.PolicyPath), Is.EqualTo(File.ReadAllBytes(expected.PolicyPath)));
            Assert.That(EpisodesFile.Read(run.EpisodesPath), Is.EqualTo(EpisodesFile.Read(expected.EpisodesPath)));
        }
    }

    [Test]
    public void TheTotalIsAbsoluteAndTheStepsGoOn()
    {
        using var folder = new TemporaryFolder();
        JsonElement first = Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "1000", "--eval-episodes", "0", "--seed", "2");
        JsonElement second = Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "2500", "--eval-episodes", "0", "--seed", "2", "--resume");

        Assert.That(second.GetProperty("run_id").GetString(), Is.EqualTo(first.GetProperty("run_id").GetString()));
        Assert.That(second.GetProperty("global_step").GetInt64(), Is.EqualTo(2_500));
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        Assert.That(MetricsFile.Scalars(run.MetricsPath, Metrics.EpisodeReturnMean).Select(record => record.Step), Is.EqualTo(new long[] { 1_000, 2_000 }));
        Assert.That(run.ReadConfiguration()["train/total_timesteps"], Is.EqualTo(2_500));

        // Nothing is left to train: how long it took stays known, and a policy that somebody removed is there again.
        object? seconds = run.ReadSummary()["wall_seconds"], speed = run.ReadSummary()["steps_per_second"];
        File.Delete(run.PolicyPath);
        Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "2500", "--eval-episodes", "2", "--seed", "2", "--resume");
        Assert.That((run.ReadSummary()["wall_seconds"], run.ReadSummary()["steps_per_second"]), Is.EqualTo((seconds, speed)));
        Assert.That(run.ReadSummary().Keys, Does.Contain("eval_return_mean"));
        Assert.That(File.Exists(run.PolicyPath));
    }

    [Test]
    public void ResumingWithoutAValueTakesTheNewestOfTheSameElseANewOne()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--total-timesteps", "200", "--eval-episodes", "0", "--checkpoint-frequency", "0"];
        string Id(string algorithm, params string[] more) => Rlkit.Train(folder.Path, algorithm, [.. arguments, .. more]).GetProperty("run_id").GetString()!;
        string first = Id("dqn", "--resume"), newest = Id("dqn");

        Assert.That(newest, Is.Not.EqualTo(first));
        Assert.That(Id("dqn", "--resume"), Is.EqualTo(newest));
        Assert.That(Id("dqn", "--resume", first), Is.EqualTo(first));
        Assert.That(Id("dqn", "--resume", first[..7]), Is.EqualTo(first), "the beginning of an id");
        Assert.That(Id("dqn", "--resume", "--seed", "2"), Is.Not.AnyOf(first, newest));
        Assert.That(Id("dqn", "--resume", "--exp-name", "other"), Is.Not.AnyOf(first, newest));
        Assert.That(Id("c51", "--resume"), Is.Not.AnyOf(first, newest));
        Assert.That(Directory.GetDirectories(folder.Path), Has.Length.EqualTo(5));
    }

    [Test]
    public void ARunWithResultsAndNoCheckpointIsNotBegunAgain()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--eval-episodes", "0", "--total-timesteps"];
        Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "1000", "--eval-episodes", "0", "--checkpoint-frequency", "0");
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        Directory.Delete(run.CheckpointsPath, recursive: true);
        string episodes = File.ReadAllText(run.EpisodesPath);

        (int exitCode, _, string errors) = Rlkit.Run([.. arguments, "200", "--resume", run.Info.Id]);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain($"Run {run.Info.Id} has no checkpoint to go on from"));

        // What a kill leaves.
        File.Delete(run.PolicyPath);
        File.Delete(run.SummaryPath);
        (exitCode, string output, errors) = Rlkit.Run([.. arguments, "200", "--resume"]);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain($"passed over: Run {run.Info.Id} has no checkpoint").And.Contain("There is no run of dqn on CartPole-v1 with seed 1 and name dqn to go on with: this is a new one."));
        Assert.That(File.ReadAllText(run.EpisodesPath), Is.EqualTo(episodes));
        Assert.That(RunDirectory.Open(run.FolderPath).Info.Sessions, Has.Count.EqualTo(1));
        Assert.That(new RunsFolder(folder.Path).Runs, Has.Count.EqualTo(2));

        // It lost no more than every kill does: what came after the last checkpoint.
        File.WriteAllText(run.ConfigurationPath, File.ReadAllText(run.ConfigurationPath).Replace("\"checkpoint_frequency\": 0", "\"checkpoint_frequency\": 1000", StringComparison.Ordinal));
        (exitCode, output, errors) = Rlkit.Run([.. arguments, "200", "--resume", run.Info.Id]);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("The run ended before its first checkpoint, and begins again."));
    }

    [Test]
    public void ResumingWithoutAValueFindsTheRunOfAProject()
    {
        using var folder = new TemporaryFolder();
        string Id(params string[] more) => Rlkit.Train(folder.Path, "dqn", ["--total-timesteps", "200", "--eval-episodes", "0", .. more]).GetProperty("run_id").GetString()!;
        string first = Id("--project", "poles");

        Assert.That(Id("--resume"), Is.EqualTo(first));
        Assert.That(Id("--resume", "--project", "poles"), Is.EqualTo(first));
        Assert.That(Id("--resume", "--project", "other"), Is.Not.EqualTo(first));
    }

    [Test]
    public void AStartThatFailsLeavesTheRunAsItWas()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--total-timesteps", "300", "--eval-episodes", "0", "--resume"];
        KeyValuePair<string, string>[] noServer = [new("MLFLOW_TRACKING_URI", "http://localhost:1")], withPassword = [new("MLFLOW_TRACKING_URI", "http://me:secret@localhost:1")];
        Assert.That(Rlkit.RunWith(withPassword, [.. arguments, "--track", "mlflow"]).ExitCode, Is.EqualTo(2));
        // A name that MLflow does not take.
        Assert.That(Rlkit.RunWith(noServer, [.. arguments, "--track", "mlflow", "--project", new string('p', 501)]).ExitCode, Is.EqualTo(1));
        Assert.That(new RunsFolder(folder.Path).Runs, Is.Empty);

        Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "200", "--eval-episodes", "0");
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        File.WriteAllText(run.ConfigurationPath, File.ReadAllText(run.ConfigurationPath).Replace("\"track\": null", "\"track\": \"mlflow\"", StringComparison.Ordinal));
        byte[] before = File.ReadAllBytes(Path.Combine(run.FolderPath, "run.json"));
        (int exitCode, _, string errors) = Rlkit.RunWith(withPassword, arguments);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("MLFLOW_TRACKING_USERNAME").And.Not.Contain("secret"));
        foreach (string checkpoint in Directory.GetFiles(run.CheckpointsPath)) File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^100]);
        (exitCode, _, errors) = Rlkit.RunWith(noServer, arguments);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("No checkpoint in").And.Contain("is whole"));
        Assert.That(File.ReadAllBytes(Path.Combine(run.FolderPath, "run.json")), Is.EqualTo(before), "finished, in one session");
    }

    [Test]
    public void ATrainingThatFailsBeforeItsFirstStepIsFailedAndNotKilled()
    {
        using var folder = new TemporaryFolder();
        string id = Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "200", "--eval-episodes", "0").GetProperty("run_id").GetString()!;
        // The options are written beside their file first, and cannot be here.
        Directory.CreateDirectory(new RunsFolder(folder.Path).Runs.Single().ConfigurationPath + ".partial");
        Assert.That(Rlkit.Run("train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--total-timesteps", "300", "--resume", id).ExitCode, Is.EqualTo(1));
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        Assert.That(run.State, Is.EqualTo(RunState.Failed));
        Assert.That(run.Info.Sessions[^1].Error, Does.Contain("config.json"));
    }

    [Test]
    public void TheBestPolicyIsKeptThroughASessionWithoutEvaluations()
    {
        using var folder = new TemporaryFolder();
        string Train(int steps, int every)
        {
            string[] numbers = [steps.ToString(CultureInfo.InvariantCulture), "--eval-frequency", every.ToString(CultureInfo.InvariantCulture)];
            (int exitCode, string output, string errors) = Rlkit.Run(["train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--eval-episodes", "0", "--resume", "--total-timesteps", .. numbers]);
            Assert.That(exitCode, Is.Zero, errors);
            return output;
        }

        Assert.That(Train(1_024, 0), Does.Contain("policy.safetensors (the last one)"));
        Assert.That(Train(2_048, 2_048), Does.Contain("policy.safetensors (the best, of step 2,048)"));
        string path = new RunsFolder(folder.Path).Runs.Single().PolicyPath;
        byte[] best = File.ReadAllBytes(path);
        Assert.That(Train(4_096, 0), Does.Contain("policy.safetensors (the best, of step 2,048)"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(best));
    }

    [Test]
    public void WhatDoesNotFitTheRunIsRefused()
    {
        using var folder = new TemporaryFolder();
        string id = Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "200", "--eval-episodes", "0", "--gamma", "0.9").GetProperty("run_id").GetString()!;
        string Refusal(string algorithm, string environment, params string[] more)
        {
            (int exitCode, _, string errors) = Rlkit.Run(["train", algorithm, "--env-id", environment, "--runs-dir", folder.Path, "--resume", id, .. more]);
            Assert.That(exitCode, Is.EqualTo(2), errors);
            return errors;
        }

        Assert.That(Refusal("c51", "CartPole-v1"), Does.Contain($"Run {id} is of dqn, and this is c51"));
        Assert.That(Refusal("dqn", "Acrobot-v1"), Does.Contain($"Run {id} is in CartPole-v1, and --env-id is Acrobot-v1"));
        Assert.That(Refusal("dqn", "CartPole-v1", "--gamma", "0.99"), Does.Contain($"--gamma is 0.99, and run {id} was made with 0.9"));
        Assert.That(Refusal("dqn", "CartPole-v1", "--num-envs", "2"), Does.Contain("--num-envs is 2"));
        Assert.That(Refusal("dqn", "CartPole-v1", "--seed", "9"), Does.Contain("--seed is 9"));
        Assert.That(Refusal("dqn", "CartPole-v1", "--ignore-action-rate", "0.5"), Does.Contain("--ignore-action-rate is 0.5"));
    }

    [Test]
    public void CheckpointsWithoutTheReplayBufferAreSmallAndAResumeSaysWhatItDoes()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--eval-episodes", "0", "--learning-starts", "500"];
        (int exitCode, string output, string errors) = Rlkit.Run([.. arguments, "--total-timesteps", "2000", "--checkpoint-replay", "false"]);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("warning: checkpoints are without the replay buffer"));
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        Assert.That(Checkpoint.ReadHeader(Directory.GetFiles(run.CheckpointsPath).Max()!).HasReplay, Is.False);

        (exitCode, output, errors) = Rlkit.Run([.. arguments, "--total-timesteps", "3000", "--resume", "--checkpoint-replay", "true"]);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("The checkpoint has no replay buffer: nothing is learned before transitions are gathered anew").And.Not.Contain("warning"));
        Assert.That(Checkpoint.ReadHeader(Directory.GetFiles(run.CheckpointsPath).Max()!).HasReplay, Is.True);

        (exitCode, _, errors) = Rlkit.Run("train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--checkpoint-replay", "false");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("ppo has no replay buffer"));
    }

    [Test]
    public void ADamagedCheckpointIsPassedOverForTheOneBefore()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--total-timesteps", "1500", "--learning-starts", "200", "--eval-episodes", "0", "--checkpoint-frequency", "500"];
        Rlkit.Train(folder.Path, "dqn", arguments);
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        string newest = Directory.GetFiles(run.CheckpointsPath).Order(StringComparer.Ordinal).Last();
        byte[] whole = File.ReadAllBytes(newest);
        File.WriteAllBytes(newest, whole[..^100]);
        (int exitCode, string output, string errors) = Rlkit.Run(["train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--resume", .. arguments]);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("passed over: ").And.Contain(Path.GetFileName(newest)).And.Contain("from step 1,000 to step 1,500"));
        Assert.That(File.ReadAllBytes(newest).AsSpan().SequenceEqual(whole));
    }

    [Test]
    public void ARunThatIsBeingTrainedCannotBeResumed()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = new RunsFolder(folder.Path).Create(new RunIdentity("dqn", "CartPole-v1", "dqn", 1), new Dictionary<string, object?>());
        (int exitCode, _, string errors) = Rlkit.Run("train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--resume");

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"The run {run.Info.Id} is being trained by process {System.Environment.ProcessId}")));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
