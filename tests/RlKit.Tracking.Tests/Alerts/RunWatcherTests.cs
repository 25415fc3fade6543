using RlKit.Tracking;
using RlKit.Tracking.Alerts;

namespace RlKit.Tests.Alerts;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunWatcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Exception> _errors = [];

    public void Dispose() => _folder.Dispose();

    [TestCase(RunOutcome.Finished, "finished")]
    [TestCase(RunOutcome.Cancelled, "cancelled")]
    [TestCase(RunOutcome.Failed, "failed: The loss is NaN.")]
    public void An_end_is_told_once_by_whoever_looks(RunOutcome outcome, string message)
    {
        string id;
        using (RunDirectory run = Create())
        {
            Assert.That(Watcher("finished", "cancelled", "failed", "killed").Check(), Is.Empty);
            run.End(outcome, outcome == RunOutcome.Failed ? "The loss is NaN." : null);
            id = run.Info.Id;
        }

        Alert alert = Watcher("finished", "cancelled", "failed", "killed").Check().Single();
        Assert.That(alert.ToString(), Is.EqualTo($"ppo on CartPole-v1, seed 3 (run {id}): {message}"));
        Assert.That(Watcher("finished", "cancelled", "failed", "killed").Check(), Is.Empty);
    }

    [Test]
    public void A_run_whose_lock_is_free_was_killed_and_one_that_goes_on_may_be_killed_again()
    {
        RunDirectory run = Create();
        // As the operating system does when the process dies.
        run.Dispose();
        Assert.That(Watcher("killed").Check().Single().Message, Does.Contain($"its process {Environment.ProcessId} on {Environment.MachineName} died").And.Contain($"--resume {run.Info.Id}"));
        Assert.That(Watcher("killed").Check(), Is.Empty);
        run.Resume();
        Assert.That(Watcher("killed").Check(), Is.Empty);
        run.Dispose();
        Assert.That(Watcher("killed").Check(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Silence_is_told_once_and_again_after_a_sign_of_life()
    {
        using RunDirectory run = Create();
        File.WriteAllText(run.EpisodesPath, "");
        var time = new LaterTime();
        var watcher = new RunWatcher(new RunsFolder(_folder.Name), [AlertRule.Parse("no heartbeat for 10 min"), AlertRule.Parse("no progress for 10 min"), AlertRule.Parse("killed")], []) { Time = time };
        Assert.That(watcher.Check(), Is.Empty);
        time.Later += TimeSpan.FromMinutes(11);
        Assert.That(watcher.Check().Select(alert => alert.Rule.Text), Is.EqualTo(new[] { "no heartbeat for 10 min", "no progress for 10 min" }));
        Assert.That(watcher.Check(), Is.Empty);
        // The machine is measured, and nothing is learned.
        string measurements = Path.Combine(run.FolderPath, "system.bin");
        File.WriteAllText(measurements, "");
        File.SetLastWriteTimeUtc(measurements, time.GetUtcNow().UtcDateTime);
        Assert.That(watcher.Check(), Is.Empty);
        time.Later += TimeSpan.FromMinutes(11);
        Assert.That(watcher.Check().Select(alert => alert.Rule.Text), Is.EqualTo(new[] { "no heartbeat for 10 min" }));
    }

    [Test]
    public void A_run_that_ended_long_ago_is_no_news()
    {
        RunDirectory run = Create();
        run.Dispose();
        foreach (string file in Directory.GetFiles(run.FolderPath)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        string info = Path.Combine(run.FolderPath, "run.json");
        File.WriteAllText(info, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(info), "\"started\": \"[^\"]*\"", "\"started\": \"2020-01-01T00:00:00.000Z\""));
        File.SetLastWriteTimeUtc(info, DateTime.UtcNow.AddDays(-2));
        Assert.That(Watcher("killed").Check(), Is.Empty);
    }

    [Test]
    public void What_nobody_got_is_told_again()
    {
        Create().Dispose();
        using var server = new LoopbackHttpServer(_ => new(404, ""));
        Assert.That(Watcher([new WebhookChannel(server.Address)], "killed").Check(), Is.Empty);
        Assert.That(_errors.Single().Message, Does.Contain("the webhook at 127.0.0.1: it answers 404"));
        Assert.That(Watcher("killed").Check(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_folder_without_runs_and_one_that_is_not_there_are_quiet()
    {
        Assert.That(Watcher("killed").Check(), Is.Empty);
        Assert.That(new RunWatcher(new RunsFolder(_folder["none"]), [AlertRule.Parse("killed")], []).Check(), Is.Empty);
    }

    [Test]
    public void A_damaged_memory_says_what_to_do()
    {
        File.WriteAllText(_folder["watch.json"], "{");
        Assert.That(() => Watcher("killed").Check(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("Remove it to watch anew"));
    }

    [TestCase("a < 3")]
    [TestCase("nan")]
    [TestCase("memory > 1 GB")]
    public void What_cannot_be_seen_from_outside_is_refused(string rule) => Assert.That(() => Watcher(rule), Throws.ArgumentException.With.Message.Contains("rlkit train --alert"));

    private RunDirectory Create() => new RunsFolder(_folder.Name).Create(new RunIdentity("ppo", "CartPole-v1", "ppo", 3), new Dictionary<string, object?>());

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Later { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;
    }

    private RunWatcher Watcher(params string[] rules) => Watcher([], rules);

    private RunWatcher Watcher(IAlertChannel[] channels, params string[] rules) => new(new RunsFolder(_folder.Name), [.. rules.Select(AlertRule.Parse)], channels, _errors.Add);
}
