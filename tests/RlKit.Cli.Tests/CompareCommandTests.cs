using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed partial class CompareCommandTests
{
    [Test]
    public void EveryAlgorithmIsTrainedWithEverySeed()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
            "compare", "--env-id", "CartPole-v1", "--algos", "ppo,dqn,random", "--seeds", "1..2", "--total-timesteps", "600", "--eval-episodes", "5", "--jobs", "2", "--project", "p", "--track", "jsonl", "--runs-dir", folder.Path, "--json");

        Assert.That(exitCode, Is.Zero, errors);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement[] rows = [.. json.RootElement.GetProperty("algorithms").EnumerateArray()];
        Assert.That(rows.Select(row => (row.GetProperty("algo").GetString(), row.GetProperty("seeds").GetInt32())), Is.EqualTo(new[] { ("ppo", 2), ("dqn", 2), ("random", 2) }));
        Assert.That(rows[2].GetProperty("eval_return_mean").GetDouble(), Is.InRange(8, 80));
        JsonElement[] runs = [.. json.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.That(runs.Select(run => run.GetProperty("seed").GetInt64()), Is.EqualTo(new long[] { 1, 2, 1, 2, 1, 2 }));
        Assert.That(runs.Take(4).Select(run => run.GetProperty("global_step").GetInt64()), Is.All.EqualTo(600));
        Assert.That(new RunsFolder(folder.Path).Runs.Select(run => (run.Info.Identity.Algorithm, run.Info.Identity.Seed, run.State)), Is.EquivalentTo(new[]
        {
            ("ppo", 1L, RunState.Finished), ("ppo", 2L, RunState.Finished), ("dqn", 1L, RunState.Finished), ("dqn", 2L, RunState.Finished),
        }));
    }

    [Test]
    public void TheTableHasARowForEachAlgorithm()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
            "compare", "--env-id", "CartPole-v1", "--algos", "random,dqn", "--seeds", "3", "--total-timesteps", "100", "--eval-episodes", "2", "--runs-dir", folder.Path, "--markdown");

        Assert.That(exitCode, Is.Zero, errors);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(4));
        Assert.That(lines[0], Does.StartWith("| algorithm | seeds |"));
        Assert.That(lines[2], Does.StartWith("| random | 1 | - |"));
        Assert.That(lines[3], Does.StartWith("| dqn | 1 | ").And.Contain("| 100 |"));
    }

    [Test]
    public void TheTableIsFollowedByWhereTheRunsAre()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
            "compare", "--env-id", "CartPole-v1", "--algos", "ppo", "--seeds", "1..2", "--total-timesteps", "100", "--eval-episodes", "0", "--project", "p", "--runs-dir", folder.Path);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("± is the standard deviation between seeds.").And.Contain($"rlkit report p -o report.html --runs-dir {folder.Path}"));
    }

    [Test]
    public void ARunThatFailsIsToldAndTheOthersGoOn()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
            "compare", "--env-id", "Pendulum-v1", "--algos", "dqn,random", "--seeds", "1", "--total-timesteps", "100", "--eval-episodes", "2", "--runs-dir", folder.Path, "--json");

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("the actions of Pendulum-v1 are Box("));
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("runs")[0].GetProperty("error").GetString(), Does.Contain("Pendulum-v1"));
        Assert.That(json.RootElement.GetProperty("runs")[1].GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void ARunThatIsKilledIsToldAsThat()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows has no signals.");
        using var folder = new TemporaryFolder();
        using Process compare = Rlkit.Start("compare", "--env-id", "CartPole-v1", "--algos", "ppo", "--seeds", "1", "--total-timesteps", "100000000", "--runs-dir", folder.Path, "--json");
        var runs = new RunsFolder(folder.Path);
        // With its first checkpoint it has long said where it is.
        while (runs.Runs is not [{ } begun] || !Directory.Exists(begun.CheckpointsPath))
        {
            Assert.That(compare.HasExited, Is.False);
            Thread.Sleep(20);
        }

        RunDirectory run = runs.Runs.Single();
        _ = Kill(run.Info.Sessions[^1].ProcessId, 9);
        using JsonDocument json = JsonDocument.Parse(compare.StandardOutput.ReadToEnd());
        compare.WaitForExit();

        Assert.That(compare.ExitCode, Is.EqualTo(1));
        JsonElement told = json.RootElement.GetProperty("runs")[0];
        Assert.That(told.GetProperty("error").GetString(), Is.EqualTo($"ended by signal 9 (exit 137), perhaps for want of memory; --jobs 1 needs less (the run is in {run.FolderPath})"));
        Assert.That(told.GetProperty("run_dir").GetString(), Is.EqualTo(run.FolderPath));
    }

    [Test]
    public void ThePersonIsToldHowToSeeTheCurves([Values] bool ofProject)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string errors) = Rlkit.Run(
        [
            "compare", "--env-id", "CartPole-v1", "--algos", "random,dqn", "--seeds", "1,2", "--total-timesteps", "100", "--eval-episodes", "2", "--runs-dir", folder.Path, .. ofProject ? ["--project", "p"] : Array.Empty<string>(),
        ]);

        Assert.That(exitCode, Is.Zero, errors);
        string runs = ofProject ? "p" : string.Join(' ', new RunsFolder(folder.Path).Runs.OrderBy(run => run.Info.Identity.Seed).Select(run => run.Info.Id));
        Assert.That(output.TrimEnd().Split('\n')[^1], Is.EqualTo($"curves  rlkit report {runs} -o report.html --runs-dir {folder.Path}"));
    }

    [TestCase("--algos has 'sac'", "--algos", "sac")]
    [TestCase("--algos is ''", "--algos", "")]
    [TestCase("--algos is 'ppo,dqn,ppo'", "--algos", "ppo,dqn,ppo")]
    [TestCase("--seeds is '1..99999999999'; give 1000 at most", "--algos", "ppo", "--seeds", "1..99999999999")]
    [TestCase("--seeds is '1..3,2'; give each seed once", "--algos", "ppo", "--seeds", "1..3,2")]
    [TestCase("--seeds is '5..1'", "--algos", "ppo", "--seeds", "5..1")]
    [TestCase("--jobs is 0", "--algos", "ppo", "--jobs", "0")]
    [TestCase("--total-timesteps is 0", "--algos", "ppo", "--total-timesteps", "0")]
    public void AWrongArgumentIsRefused(string told, params string[] arguments)
    {
        (int exitCode, _, string errors) = Rlkit.Run(["compare", "--env-id", "CartPole-v1", .. arguments]);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(told));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
