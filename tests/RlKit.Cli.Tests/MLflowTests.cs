using System.Diagnostics;
using System.Globalization;
using RlKit.Tests.MLflow;
using RlKit.Tests.Video;
using RlKit.Tracking;

namespace RlKit.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class MLflowTests
{
    // RLKIT_KILLS=20 for the long form.
    private static int Kills => int.TryParse(System.Environment.GetEnvironmentVariable("RLKIT_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 3;

    [Test]
    public void ARunThatIsKilledAndResumedIsOnTheServerOnceAndWhole()
    {
        using var folder = new TemporaryFolder();
        using var server = new MLflowServerModel();
        var random = new Pcg64(5);
        server.Fault = _ => random.NextDouble() < 0.1 ? new(random.NextDouble() < 0.5 ? 200 : 500, "") { IsCut = true } : null;
        KeyValuePair<string, string>[] environment = [new("MLFLOW_TRACKING_URI", server.Address.ToString())];
        string[] arguments =
        [
            "train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--track", "mlflow", "--resume", "--total-timesteps", "6000", "--learning-starts", "500",
            "--checkpoint-frequency", "500", "--eval-frequency", "1000", "--eval-episodes", "0", "--capture-video",
        ];
        int kills = 0;
        for (int attempt = 0; attempt < Kills; attempt++)
        {
            using Process process = Rlkit.StartWith(environment, arguments);
            if (process.WaitForExit(TimeSpan.FromSeconds(0.5 + 1.5 * random.NextDouble()))) break;
            process.Kill();
            process.WaitForExit();
            kills++;
        }

        (int exitCode, _, string errors) = Rlkit.RunWith(environment, arguments);
        Assert.That(exitCode, Is.Zero, errors);
        (_, _, errors) = Rlkit.RunWith(environment, "sync", "--runs-dir", folder.Path);

        RunDirectory run = new RunsFolder(folder.Path).Runs.Single();
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills, {run.Info.Sessions.Count} sessions, {server.Http.Requests.Count} requests"));
        Assert.That(server.Violations, Is.Empty);
        Assert.That(server.OnlyRun.Statuses[^1], Is.EqualTo("FINISHED"));
        Assert.That(errors, Does.Contain("has anything to send"));
        // What tells the time is another each time.
        string[] sent = [.. server.OnlyRun.Metrics.Where(metric => !IsOfTheMachine(metric.Key) && !metric.Key.StartsWith("summary/", StringComparison.Ordinal)).Select(metric => Line(metric.Key, metric.Step, metric.Value)).Order(StringComparer.Ordinal)];
        IEnumerable<string> scalars = MetricsFile.Read(run.MetricsPath).Where(record => record.Kind == MetricKind.Scalar && !IsOfTheMachine(record.Name)).Select(record => Line(record.Name, record.Step, record.Value));
        IEnumerable<string> episodes = EpisodesFile.Read(run.EpisodesPath).Select(episode => Line(Metrics.EpisodeReturn, episode.Step, episode.Return));
        Assert.That(sent, Is.EqualTo(scalars.Concat(episodes).Order(StringComparer.Ordinal)));
        Assert.That(server.OnlyRun.Metrics.Where(metric => metric.Key.StartsWith("time/", StringComparison.Ordinal)).GroupBy(metric => (metric.Key, metric.Step)).Max(group => group.Count()), Is.EqualTo(1));
        Assert.That(server.Artifacts.Keys.Count(name => name.Contains("/videos/", StringComparison.Ordinal)), Is.EqualTo(Directory.GetFiles(run.VideosPath).Length));
        Assert.That(server.Artifacts.Keys.Count(name => name.EndsWith("/policy.safetensors", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(server.OnlyRun.Params["train/total_timesteps"], Is.EqualTo("6000"));
    }

    [Test]
    public void ATrainingWithoutAServerIsSentAfterwards()
    {
        using var folder = new TemporaryFolder();
        using var server = new MLflowServerModel(isListening: false);
        KeyValuePair<string, string>[] environment = [new("MLFLOW_TRACKING_URI", server.Address.ToString())];
        (int exitCode, string output, string errors) = Rlkit.RunWith(environment, "train", "dqn", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--track", "mlflow", "--total-timesteps", "300", "--eval-episodes", "0");
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output + errors, Does.Contain("does not answer"));

        (exitCode, output, _) = Rlkit.RunWith(environment, "sync", "--runs-dir", folder.Path, "--timeout", "0.2");
        string id = new RunsFolder(folder.Path).Runs.Single().Info.Id;
        Assert.That((exitCode, output.Trim()), Is.EqualTo((1, $"{id} not sent")));
        server.Http.Listen();
        (exitCode, output, errors) = Rlkit.RunWith(environment, "sync", "--runs-dir", folder.Path);
        Assert.That((exitCode, output.Trim()), Is.EqualTo((0, $"{id} sent")), errors);
        Assert.That(server.Violations, Is.Empty);
        Assert.That(server.OnlyRun.Statuses[^1], Is.EqualTo("FINISHED"));
        Assert.That(server.OnlyRun.Metrics, Is.Not.Empty);
    }

    [Test]
    public void ARunWithNothingToSendIsNotSent()
    {
        using var folder = new TemporaryFolder();
        using var server = new MLflowServerModel();
        KeyValuePair<string, string>[] environment = [new("MLFLOW_TRACKING_URI", server.Address.ToString())];
        string Train(params string[] more)
        {
            (int exitCode, _, string errors) = Rlkit.RunWith(environment, ["train", "ppo", "--env-id", "CartPole-v1", "--runs-dir", folder.Path, "--total-timesteps", "200", "--eval-episodes", "0", "--eval-frequency", "0", .. more]);
            Assert.That(exitCode, Is.Zero, errors);
            return new RunsFolder(folder.Path).Runs[0].Info.Id;
        }

        string untracked = Train();
        (int exitCode, string output, string errors) = Rlkit.RunWith(environment, "sync", untracked, "--runs-dir", folder.Path);
        Assert.That((exitCode, output), Is.EqualTo((2, "")));
        Assert.That(errors, Does.Contain($"Run {untracked} was not trained with --track mlflow; there is nothing to send."));
        Assert.That(server.Http.Requests, Is.Empty);

        string tracked = Train("--track", "mlflow", "--seed", "2");
        (exitCode, output, errors) = Rlkit.RunWith(environment, "sync", tracked, "--runs-dir", folder.Path);
        Assert.That((exitCode, output.Trim()), Is.EqualTo((0, $"{tracked} has nothing to send")), errors);
    }

    private static bool IsOfTheMachine(string name) => name.StartsWith("time/", StringComparison.Ordinal) || name.StartsWith("system/", StringComparison.Ordinal);

    private static string Line(string name, long step, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {step} {value:R}");
}
