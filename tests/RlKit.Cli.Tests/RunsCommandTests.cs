using System.Globalization;
using System.Text.Json;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class RunsCommandTests
{
    private static readonly string[] Short = ["--total-timesteps", "2000", "--eval-episodes", "0", "--learning-starts", "500"];

    [Test]
    public void AFolderWithoutRunsIsNoError()
    {
        using var folder = new TemporaryFolder();
        foreach (string runs in new[] { folder.Path, Path.Combine(folder.Path, "nosuch") })
        {
            (int exitCode, string output, string errors) = Rlkit.Run("runs", "--runs-dir", runs);
            Assert.That(exitCode, Is.Zero);
            Assert.That(output, Is.Empty);
            Assert.That(errors, Does.Contain($"There are no runs in '{runs}'").And.Contain("rlkit train"));
        }

        Assert.That(Rlkit.Json("runs", "--runs-dir", folder.Path, "--json").GetArrayLength(), Is.Zero);
    }

    [Test]
    public void ARunThatWentOnIsToldByItsCurvesUntilItEndsAgain()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = new RunsFolder(folder.Path).Create(new RunIdentity("dqn", "CartPole-v1", "dqn", 1), new Dictionary<string, object?>());
        Session(0, 10, tracker =>
        {
            tracker.Summary("global_step", 400L);
            tracker.Summary("train_return_mean_100", 10.5);
            tracker.Summary("eval_return_mean", 11.0);
        });
        Assert.That(Listed(), Is.EqualTo((400, 10.5, 11.0)));
        run.Resume();
        Session(400, 20, _ => { });
        Assert.That(Listed(), Is.EqualTo((800, 20.0, 21.0)));

        void Session(long begin, double reward, Action<RunTracker> finish)
        {
            using var tracker = new RunTracker(run);
            tracker.Begin(begin);
            tracker.Scalar(Metrics.EpisodeReturnMean, reward, begin + 400);
            tracker.Scalar(Metrics.EvaluationReturnMean, reward + 1, begin + 400);
            finish(tracker);
            tracker.Finish(RunOutcome.Cancelled);
        }

        (long, double, double) Listed()
        {
            JsonElement listed = Rlkit.Json("runs", "--runs-dir", folder.Path, "--json")[0];
            return (listed.GetProperty("global_step").GetInt64(), listed.GetProperty("train_return_mean_100").GetDouble(), listed.GetProperty("eval_return_mean").GetDouble());
        }
    }

    [Test]
    public void RunsAreListedNewestFirstWithHowTheyWent()
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Path);
        string first = Rlkit.Train(folder.Path, "dqn", [.. Short, "--project", "проект"]).GetProperty("run_id").GetString()!;
        RunDirectory killed = Made(runs, RunOutcome.Finished, isKilled: true), failed = Made(runs, RunOutcome.Failed);
        using RunDirectory running = runs.Create(new RunIdentity("dqn", "Acrobot-v1", "étude", 3), new Dictionary<string, object?>());
        Directory.CreateDirectory(Path.Combine(folder.Path, "no-run"));

        JsonElement[] listed = [.. Rlkit.Json("runs", "--runs-dir", folder.Path, "--json").EnumerateArray()];
        Assert.That(listed.Select(run => run.GetProperty("run_id").GetString()), Is.EqualTo(new[] { running.Info.Id, failed.Info.Id, killed.Info.Id, first }));
        Assert.That(listed.Select(run => run.GetProperty("state").GetString()), Is.EqualTo(new[] { "running", "failed", "killed", "finished" }));
        Assert.That(listed[3].GetProperty("global_step").GetInt64(), Is.EqualTo(2_000));
        Assert.That(listed[3].GetProperty("project").GetString(), Is.EqualTo("проект"));
        Assert.That(listed[3].GetProperty("train_return_mean_100").GetDouble(), Is.GreaterThan(0));
        Assert.That(listed[2].GetProperty("global_step").GetInt64(), Is.EqualTo(4));
        Assert.That(listed[2].GetProperty("train_return_mean_100").GetDouble(), Is.EqualTo(4));
        Assert.That(listed[1].GetProperty("error").GetString(), Is.EqualTo("out of luck"));

        (int exitCode, string output, string errors) = Rlkit.Run("runs", "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.Zero, errors);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.That(lines[0], Does.StartWith("id ").And.Contain("curve"));
        Assert.That(lines[1], Does.StartWith(running.Info.Id).And.Contain("running").And.Contain("étude"));
        Assert.That(lines[3], Does.Contain("killed").And.Contain("▁▃▆█"));
        Assert.That(lines[^1], Is.EqualTo($"{failed.Info.Id} failed: out of luck"));

        (_, output, _) = Rlkit.Run("runs", "проект", "--runs-dir", folder.Path);
        Assert.That(output.TrimEnd().Split('\n'), Has.Length.EqualTo(2));
        (exitCode, _, errors) = Rlkit.Run("runs", "other", "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("There is no project 'other'").And.Contain("there are проект"));
    }

    [Test]
    public void WhatDiffersIsShownAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        string Train(params string[] more) => Rlkit.Train(folder.Path, "dqn", [.. Short, .. more]).GetProperty("run_id").GetString()!;
        string first = Train(), second = Train("--gamma", "0.9", "--seed", "2"), third = Train();

        (int exitCode, string output, string errors) = Rlkit.Run("compare-runs", first, second, "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain(first).And.Contain(second).And.Contain("options/gamma").And.Contain("train/seed").And.Contain("train_return_mean_100").And.Not.Contain("batch_size"));
        JsonElement json = Rlkit.Json("compare-runs", first, second, "--runs-dir", folder.Path, "--json");
        Assert.That(json.GetProperty("options").EnumerateObject().Select(property => property.Name), Is.EquivalentTo(new[] { "train/seed", "options/gamma" }));
        Assert.That(json.GetProperty("options").GetProperty("options/gamma").EnumerateArray().Select(value => value.GetDouble()), Is.EqualTo(new[] { 0.99, 0.9 }));
        Assert.That(json.GetProperty("results").GetProperty("global_step").EnumerateArray().Select(value => value.GetInt64()), Is.EqualTo(new[] { 2_000L, 2_000L }));

        (_, output, _) = Rlkit.Run("compare-runs", first, third, "--runs-dir", folder.Path);
        Assert.That(output, Does.Contain("The options are the same."));
        (exitCode, _, errors) = Rlkit.Run("compare-runs", first, "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("give two or more"));
    }

    [Test]
    public void ARunIsExportedToAFileAFolderOrTheOutput()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = Made(new RunsFolder(folder.Path), RunOutcome.Finished);
        string target = Path.Combine(folder.Path, "out") + Path.DirectorySeparatorChar, file = Path.Combine(folder.Path, "m.csv");
        (int exitCode, string output, string errors) = Rlkit.Run("export", run.Info.Id, "--csv", "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output.Split('\n').Select(line => line.Split(',') is [var step, _, var value] ? $"{step},{value}" : line), Is.EqualTo(new[] { "step,rollout/ep_rew_mean", "1,1", "2,2", "3,3", "4,4", "" }));

        Assert.That(Rlkit.Run("export", run.FolderPath, "--csv", "-o", file).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(file), Is.EqualTo(output));
        Assert.That(Rlkit.Run("export", run.Info.Id, "--csv", "-o", target, "--runs-dir", folder.Path).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(target, "metrics.csv")), Is.EqualTo(output));
        Assert.That(File.ReadAllText(Path.Combine(target, "episodes.csv")), Is.EqualTo("step,environment,return,length\n2,0,-1.5,2\n"));
        Assert.That(Rlkit.Run("export", run.Info.Id, "--csv", "--episodes", "--runs-dir", folder.Path).Output, Is.EqualTo("step,environment,return,length\n2,0,-1.5,2\n"));
    }

    [Test]
    public void TheBeginningOfAnIdIsEnoughWhereNoOtherBeginsSo()
    {
        using var folder = new TemporaryFolder();
        var runs = new RunsFolder(folder.Path);
        // Of seventeen ids two begin alike.
        RunDirectory[] made = [.. Enumerable.Range(0, 17).Select(_ => Made(runs, RunOutcome.Finished))];
        Assert.That(Rlkit.Run("export", made[0].Info.Id[..7], "--runs-dir", folder.Path).ExitCode, Is.Zero);
        char shared = made.GroupBy(run => run.Info.Id[0]).First(group => group.Count() > 1).Key;
        (int exitCode, _, string errors) = Rlkit.Run("export", shared.ToString(CultureInfo.InvariantCulture), "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain($"runs begin with '{shared}'").And.Contain("give more of it"));
        (exitCode, _, errors) = Rlkit.Run("export", "nosuch", "--runs-dir", folder.Path);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("There is no run 'nosuch'"));
    }

    private static RunDirectory Made(RunsFolder runs, RunOutcome outcome, bool isKilled = false)
    {
        RunDirectory run = runs.Create(new RunIdentity("ppo", "CartPole-v1", "ppo", 1), new Dictionary<string, object?>());
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            for (int step = 1; step <= 4; step++) tracker.Scalar(Metrics.EpisodeReturnMean, step, step);
            tracker.Episode(2, 0, -1.5, 2);
            if (!isKilled) tracker.Finish(outcome, outcome == RunOutcome.Failed ? new InvalidOperationException("out of luck") : null);
        }

        run.Dispose();
        return run;
    }
}
