using System.Text.Json;
using RlKit.Tests.Video;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class EvalCommandTests
{
    [Test]
    public void ARunAndItsPolicyFileEvaluateAsAfterTheTraining()
    {
        using var folder = new TemporaryFolder();
        JsonElement trained = Rlkit.Train(folder.Path, "ppo", "--total-timesteps", "4000", "--eval-episodes", "10", "--ignore-action-rate", "0.15");
        double expected = trained.GetProperty("eval_return_mean").GetDouble();

        JsonElement byId = Evaluate(trained.GetProperty("run_id").GetString()!, "--runs-dir", folder.Path, "--episodes", "10", "--capture-video", folder.File("video"));
        JsonElement byFile = Evaluate(trained.GetProperty("policy_path").GetString()!, "--episodes", "10");

        Assert.That(byId.GetProperty("eval_return_mean").GetDouble(), Is.EqualTo(expected));
        Assert.That(byFile.GetProperty("eval_return_mean").GetDouble(), Is.EqualTo(expected));
        Assert.That(byId.GetProperty("episodes").GetInt32(), Is.EqualTo(10));
        Assert.That(byId.GetProperty("min").GetDouble(), Is.LessThanOrEqualTo(byId.GetProperty("median").GetDouble()));
        Assert.That(File.Exists(byId.GetProperty("video").GetString()));
    }

    [Test]
    public void APolicyOutsideARunNeedsItsEnvironment()
    {
        using var folder = new TemporaryFolder();
        JsonElement trained = Rlkit.Train(folder.Path, "dqn", "--total-timesteps", "100", "--eval-episodes", "0");
        string policy = folder.File("alone.safetensors");
        File.Copy(trained.GetProperty("policy_path").GetString()!, policy);

        Assert.That(Rlkit.Run("eval", policy), Is.EqualTo((2, "", $"error: '{policy}' lies in no run that would say what environment it is for; name it with --env-id.{System.Environment.NewLine}")));
        Assert.That(Evaluate(policy, "--env-id", "CartPole-v1", "--episodes", "2").GetProperty("episodes").GetInt32(), Is.EqualTo(2));
        (int exitCode, _, string errors) = Rlkit.Run("eval", policy, "--env-id", "Acrobot-v1");
        Assert.That((exitCode, errors), Is.EqualTo((1, errors)));
        Assert.That(errors, Does.Contain("make the environment as it was for training"));
    }

    [Test]
    public void WhatIsNoRunIsRefused()
    {
        (int exitCode, _, string errors) = Rlkit.Run("eval", "nosuch", "--runs-dir", Path.Combine(Path.GetTempPath(), "no-runs-here"));
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("There is no run 'nosuch'"));
    }

    private static JsonElement Evaluate(params string[] arguments)
    {
        (int exitCode, string output, string errors) = Rlkit.Run(["eval", .. arguments, "--json"]);
        Assert.That(exitCode, Is.Zero, errors);
        using JsonDocument json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }
}
