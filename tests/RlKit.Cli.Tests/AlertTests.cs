using System.Diagnostics;
using System.Text.Json;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class AlertTests
{
    [Test]
    public void ATrainingSendsAlertsAndKeepsTheAddressOutOfTheRun()
    {
        using var folder = new TemporaryFolder();
        using var server = new LoopbackHttpServer(_ => new(200, ""));
        (int exitCode, string output, string errors) = Rlkit.Run(
            "train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--total-timesteps", "1500", "--eval-episodes", "0", "--alert", "rollout/ep_rew_mean < 1_000 after 1_000 steps",
            "--alert", "finished", "--alert", "failed", "--alert-webhook", $"{server.Address}hooks/S3CR3T");

        Assert.That(exitCode, Is.Zero, errors);
        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        JsonElement[] alerts = [.. server.Requests.Select(request => JsonDocument.Parse(request.Text).RootElement)];
        Assert.That(alerts.Select(alert => alert.GetProperty("rule").GetString()), Is.EqualTo(new[] { "rollout/ep_rew_mean < 1_000 after 1_000 steps", "finished" }));
        Assert.That(alerts[1].GetProperty("message").GetString(), Does.StartWith("finished (the last report was of step 1"));
        Assert.That(alerts[1].GetProperty("run").GetString(), Is.EqualTo($"dqn on CartPole-v1, seed 1 (run {run.Info.Id})"));
        Assert.That(output + errors, Does.Contain($"ALERT dqn on CartPole-v1, seed 1 (run {run.Info.Id}): finished (the last report was of step 1"));
        foreach (string file in Directory.GetFiles(run.FolderPath, "*", SearchOption.AllDirectories)) Assert.That(File.ReadAllText(file), Does.Not.Contain("S3CR3T"), file);
    }

    [TestCase("--alert is not given", "--alert-webhook http://localhost/x", "--alert-webhook is given without --alert")]
    [TestCase("no rule", "--alert done", "The alert 'done' cannot be read; write it like 'rollout/ep_rew_mean < 100'")]
    [TestCase("from outside", "--alert killed", "give the alert 'killed' to 'rlkit watch'")]
    [TestCase("no address", "--alert nan --alert-webhook S3CR3T", "--alert-webhook (or RLKIT_ALERT_WEBHOOK) is no address; give one such as https://hooks.slack.com/services/...")]
    [TestCase("no mail", "--alert nan --alert-email nobody", "'nobody' is no e-mail address; give one such as me@example.org")]
    [TestCase("no port", "--alert nan --alert-email me@example.org --alert-smtp host:smtp", "--alert-smtp is 'host:smtp'; give a host and a port")]
    [TestCase("nobody", "--alert nan --alert-smtp host:25", "--alert-smtp is given without --alert-email; say whom to write to")]
    public void WhatMakesNoSenseIsRefusedBeforeThereIsARun(string name, string arguments, string remedy)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, _, string errors) = Rlkit.Run(["train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, .. arguments.Split(' ')]);

        Assert.That(exitCode, Is.EqualTo(2), name);
        Assert.That(errors, Does.Contain(remedy).And.Not.Contain("S3CR3T"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public void ARunThatIsKilledIsNoticedOnce()
    {
        using var folder = new TemporaryFolder();
        using var server = new LoopbackHttpServer(_ => new(200, ""));
        string[] watch = ["watch", folder.Path, "--once", "--alert", "killed", "--alert", "failed", "--alert", "no heartbeat for 10 min", "--alert-webhook", server.Address.ToString()];
        using (Process process = Rlkit.Start("train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--total-timesteps", "100000000", "--eval-frequency", "0"))
        {
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("run ", StringComparison.Ordinal))
            {
            }

            (int exitCode, string output, string errors) = Rlkit.Run(watch);
            Assert.That((exitCode, output), Is.EqualTo((0, "")), errors);
            process.Kill();
            process.WaitForExit();
        }

        string id = new RunsFolder(folder.Path).Runs.Single().Info.Id;
        (int found, string told, string complaints) = Rlkit.Run(watch);
        Assert.That(found, Is.EqualTo(1), complaints);
        Assert.That(told, Does.StartWith($"ALERT ppo on CartPole-v1, seed 1 (run {id}): its process").And.Contain($"--resume {id}"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
        (found, told, complaints) = Rlkit.Run(watch);
        Assert.That((found, told), Is.EqualTo((0, "")), complaints);
    }

    [Test]
    public void AWatcherThatStaysTellsOfEndsAndOfDeaths()
    {
        using var folder = new TemporaryFolder();
        using Process watcher = Rlkit.Start("watch", folder.Path, "--interval", "0.1", "--alert", "finished", "--alert", "killed");
        Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "300", "--eval-episodes", "0");
        Assert.That(watcher.StandardOutput.ReadLine(), Does.Contain("finished"));
        using (Process process = Rlkit.Start("train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--total-timesteps", "100000000", "--eval-frequency", "0"))
        {
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("run ", StringComparison.Ordinal))
            {
            }

            process.Kill();
        }

        Assert.That(watcher.StandardOutput.ReadLine(), Does.Contain("its process"));
        watcher.Kill();
    }

    [TestCase("--alert nan", "The alert 'nan' cannot be seen from outside; give it to the training ('rlkit train --alert'")]
    [TestCase("--interval 0", "--interval is 0; give seconds from 0.1")]
    public void WhatCannotBeWatchedIsRefused(string arguments, string remedy)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, _, string errors) = Rlkit.Run(["watch", folder.Path, .. arguments.Split(' ')]);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(remedy));
        Assert.That(Rlkit.Run("watch", Path.Combine(folder.Path, "none"), "--once").ExitCode, Is.EqualTo(2));
    }
}
