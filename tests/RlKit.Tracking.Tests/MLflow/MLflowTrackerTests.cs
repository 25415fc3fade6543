using System.Globalization;
using System.Text;
using RlKit.Tracking.MLflow;

namespace RlKit.Tests.MLflow;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MLflowTrackerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Exception> _errors = [];
    private readonly Dictionary<string, string?> _environment = [];
    private MLflowServerModel _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void A_run_is_sent_with_its_parameters_values_tags_and_end()
    {
        using (MLflowTracker tracker = Tracker(new MLflowTrackerOptions { RunName = "my run", Tags = new Dictionary<string, string> { ["rlkit.run"] = "abc" } }))
        {
            tracker.Configure(new Dictionary<string, object?> { ["algorithm"] = "ppo", ["options/gamma"] = 0.99, ["options/none"] = null, ["train/flag"] = true });
            tracker.Begin(0);
            tracker.Scalar("train/loss", 0.25, 1);
            tracker.Scalar("train/loss", double.NaN, 2);
            tracker.Scalar("train/loss", double.NegativeInfinity, 3);
            tracker.Scalar("Größe/報酬", -0.1, long.MaxValue / 2);
            tracker.Episode(long.MaxValue / 2, 0, 12, 12);
            tracker.Histogram("weights", [1, 2], long.MaxValue / 2);
            tracker.Summary("eval_return_mean", 475.5);
            tracker.Summary("stop_reason", null);
            tracker.Finish(RunOutcome.Finished);
        }

        MLflowServerModel.Run run = Checked();
        Assert.That((run.Name, run.Tags["rlkit.run"]), Is.EqualTo(("my run", "abc")));
        Assert.That(run.Params, Is.EquivalentTo(new Dictionary<string, string> { ["algorithm"] = "ppo", ["options/gamma"] = "0.99", ["options/none"] = "none", ["train/flag"] = "true" }));
        Assert.That(run.Values, Is.EqualTo(new[]
        {
            ("train/loss", 0.25, 1L), ("train/loss", double.NaN, 2), ("train/loss", double.NegativeInfinity, 3), ("Größe/報酬", -0.1, long.MaxValue / 2),
            ("rollout/episode_return", 12, long.MaxValue / 2), ("summary/eval_return_mean", 475.5, long.MaxValue / 2),
        }));
        Assert.That(run.Tags["summary/stop_reason"], Is.EqualTo("none"));
        Assert.That(run.Statuses, Is.EqualTo(new[] { "RUNNING", "FINISHED" }));
        Assert.That(run.EndTime, Is.EqualTo(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Within(600_000));
        Assert.That(_errors, Is.Empty);
        Assert.That(Directory.GetFiles(_folder["mlflow"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "lock", "state.json" }), "what is sent takes no room");
    }

    [TestCase(RunOutcome.Cancelled, "KILLED")]
    [TestCase(RunOutcome.Failed, "FAILED")]
    public void The_end_says_how(RunOutcome outcome, string status)
    {
        using (MLflowTracker tracker = Begun())
            tracker.Finish(outcome, outcome == RunOutcome.Failed ? new InvalidOperationException("The loss is NaN.") : null);

        Assert.That(Checked().Statuses[^1], Is.EqualTo(status));
        Assert.That(_server.OnlyRun.Tags.GetValueOrDefault("error"), Is.EqualTo(outcome == RunOutcome.Failed ? "The loss is NaN." : null));
    }

    [Test]
    public void Batches_keep_MLflows_limits_and_the_order()
    {
        using (MLflowTracker tracker = Tracker())
        {
            tracker.Configure(Enumerable.Range(0, 250).ToDictionary(i => $"option{i:D3}", object? (i) => i));
            tracker.Begin(0);
            for (int i = 0; i < 2_500; i++) tracker.Scalar(i % 2 == 0 ? new string('ß', 250) : "short", i, i);
            for (int i = 0; i < 120; i++) tracker.Summary($"text{i}", "x");
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics.Select(metric => metric.Value), Is.EqualTo(Enumerable.Range(0, 2_500)));
        Assert.That(_server.OnlyRun.Params, Has.Count.EqualTo(250));
        Assert.That(_server.OnlyRun.Tags.Keys.Count(tag => tag.StartsWith("summary/", StringComparison.Ordinal)), Is.EqualTo(120));
        Assert.That(_server.To("log-batch").Count(), Is.LessThan(15));
    }

    [Test]
    public void A_server_that_is_away_at_the_start_gets_everything_later()
    {
        _server.Dispose();
        _server = new MLflowServerModel(isListening: false);
        using (MLflowTracker tracker = Begun())
        {
            for (int i = 0; i < 100; i++) tracker.Scalar("a", i, i);
            tracker.Flush();
            Wait(() => _errors.Count > 0);
            _server.Http.Listen();
            for (int i = 100; i < 200; i++) tracker.Scalar("a", i, i);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics.Select(metric => metric.Step), Is.EqualTo(Enumerable.Range(0, 200)));
        Assert.That(_errors.Single().Message, Does.Contain("does not answer").And.Contain("queued in"));
    }

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(429)]
    public void Every_request_fails_a_few_times(int status)
    {
        var seen = new Dictionary<string, int>();
        _server.Fault = request =>
        {
            seen[request.Path] = seen.GetValueOrDefault(request.Path) + 1;
            return seen[request.Path] % 3 == 0 ? null : new(status, """{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "busy"}""") { Headers = [("Retry-After", "0")] };
        };
        SendAndCheck();
        Assert.That(_errors.Single().Message, Does.Contain(status.ToString(CultureInfo.InvariantCulture)));
    }

    [Test]
    public void An_answer_that_is_cut_off_is_not_a_reason_to_send_twice()
    {
        // Each request is done, and every second answer does not arrive.
        int count = 0;
        _server.PageLength = 100;
        _server.Fault = _ => count++ % 2 == 0 ? new(200, "") { IsCut = true } : null;
        SendAndCheck();
        Assert.That(_server.To("get-history"), Is.Not.Empty);
    }

    [Test]
    public void A_slow_server_is_asked_what_arrived()
    {
        int slow = 0;
        _server.Fault = request => request.Path.EndsWith("log-batch", StringComparison.Ordinal) && slow++ < 2 ? new(200, "") { IsCut = true, Delay = TimeSpan.FromMilliseconds(600) } : null;
        SendAndCheck(new MLflowTrackerOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.That(_errors.Single().Message, Does.Contain("does not answer within 0.3 s"));
    }

    [Test]
    public void A_server_that_is_away_is_not_pestered()
    {
        var times = new List<double>();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _server.Fault = _ =>
        {
            times.Add(watch.Elapsed.TotalMilliseconds);
            return new(503, "");
        };
        using (MLflowTracker tracker = Begun(new MLflowTrackerOptions { FirstRetry = TimeSpan.FromMilliseconds(20), LongestRetry = TimeSpan.FromMilliseconds(160), FinishTimeout = TimeSpan.Zero }))
            Wait(() => times.Count >= 8);

        // Each break is between half of the bound and all of it; the machine may make it longer.
        double[] bounds = [20, 40, 80, 160, 160, 160, 160];
        for (int i = 0; i < bounds.Length; i++) Assert.That(times[i + 1] - times[i], Is.GreaterThanOrEqualTo(bounds[i] / 2 - 2), $"break {i}");
    }

    [Test]
    public void The_training_does_not_wait_for_a_slow_server()
    {
        _server.Fault = _ => new(200, "") { Delay = TimeSpan.FromSeconds(2), IsCut = true };
        using MLflowTracker tracker = Begun();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < 100_000; i++) tracker.Scalar("a", i, i);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void A_process_that_dies_at_any_request_leaves_what_the_next_one_sends([Range(0, 5)] int request, [Values] bool isDone)
    {
        // The answer to one request never comes, and neither does another try: as if the process had died.
        int count = 0;
        bool isDead = false;
        _server.Fault = _ =>
        {
            isDead |= count == request;
            return count++ == request && isDone ? new(200, "") { IsCut = true } : isDead ? new(500, "") : null;
        };
        using (MLflowTracker tracker = Begun(new MLflowTrackerOptions { FinishTimeout = TimeSpan.Zero }))
        {
            for (int i = 0; i < 1_500; i++) tracker.Scalar("a", i, i / 3);
            tracker.Flush();
            Wait(() => isDead);
        }

        _server.Fault = _ => null;
        using (MLflowTracker tracker = Begun(step: 300))
        {
            for (int i = 903; i < 3_000; i++) tracker.Scalar("a", i, i / 3);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics.Select(metric => metric.Value), Is.EqualTo(Enumerable.Range(0, 3_000)));
        Assert.That(_server.OnlyRun.Statuses[^1], Is.EqualTo("FINISHED"));
    }

    [Test]
    public void A_run_that_goes_on_sends_no_value_again_and_loses_none()
    {
        var random = new Pcg64(11);
        int step = 0, sessions = 0;
        const int last = 4_000;
        _server.Fault = _ => random.NextDouble() < 0.2 ? new(random.NextDouble() < 0.5 ? 200 : 500, "") { IsCut = true } : null;
        while (step < last)
        {
            sessions++;
            using MLflowTracker tracker = Begun(step: step);
            int end = Math.Min(step + random.Integers(1, 1_500), last), checkpoint = end == last ? last : random.Integers(step, end);
            // Several episodes may end at one step.
            for (int i = step + 1; i <= end; i++)
                for (int copy = 0; copy <= i % 3; copy++) tracker.Episode(i, copy, i + copy / 10.0, 1);
            tracker.Flush();
            if (end == last) tracker.Finish(RunOutcome.Finished);
            else Thread.Sleep(random.Integers(0, 100));
            step = checkpoint;
        }

        IEnumerable<(string, double, long)> expected = Enumerable.Range(1, last).SelectMany(i => Enumerable.Range(0, i % 3 + 1).Select(copy => ("rollout/episode_return", i + copy / 10.0, (long)i)));
        TestContext.Out.WriteLine($"{sessions} sessions, {_server.Http.Requests.Count} requests");
        Assert.That(Checked().Values, Is.EqualTo(expected));
        Assert.That(_server.OnlyRun.Metrics.Select(metric => (metric.Step, metric.Time)).Distinct().Count(), Is.EqualTo(_server.OnlyRun.Metrics.Count), "values of one step have times of their own");
    }

    [Test]
    public void What_is_queued_at_the_end_is_sent_later_by_Send()
    {
        _server.Fault = _ => new(503, "");
        using (MLflowTracker tracker = Begun(new MLflowTrackerOptions { FinishTimeout = TimeSpan.FromMilliseconds(100) }))
        {
            tracker.Scalar("a", 1, 1);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(_errors[^1].Message, Does.Contain("Not all of the run").And.Contain("queued in"));
        _server.Fault = _ => null;
        using (MLflowTracker tracker = Tracker()) Assert.That(tracker.Send(Patience), Is.True);
        using (MLflowTracker tracker = Tracker()) Assert.That(tracker.Send(Patience), Is.True, "nothing is left");
        Assert.That(Checked().Values, Is.EqualTo(new[] { ("a", 1.0, 1L) }));
        Assert.That(_server.OnlyRun.Statuses[^1], Is.EqualTo("FINISHED"));
    }

    [Test]
    public void A_run_that_was_not_reported_has_nothing_to_send()
    {
        using MLflowTracker tracker = Tracker();
        Assert.That(() => tracker.Send(Patience), Throws.InvalidOperationException.With.Message.Contains("nothing to send"));
        Assert.That(Directory.Exists(_folder["mlflow"]), Is.False);
    }

    [Test]
    public void A_run_that_is_sent_by_its_own_process_is_not_sent_by_another()
    {
        using MLflowTracker tracker = Begun(), other = Tracker();
        Assert.That(other.Send(Patience), Is.False);
        Assert.That(other.Error!.Message, Does.Contain("Another process sends the run"));
        Assert.That(() => tracker.Send(Patience), Throws.InvalidOperationException);
    }

    [TestCase(401, "It does not accept the credentials; correct MLFLOW_TRACKING_TOKEN")]
    [TestCase(403, "The user may not do this")]
    [TestCase(302, "give that address")]
    [TestCase(404, "Give the address of an MLflow server")]
    public void What_no_repetition_mends_is_reported_once(int status, string remedy)
    {
        _environment["MLFLOW_TRACKING_TOKEN"] = "sesame";
        _server.Fault = _ => new(status, "");
        using (MLflowTracker tracker = Begun())
        {
            for (int i = 0; i < 100; i++) tracker.Scalar("a", i, i);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(_server.Http.Requests, Has.Count.EqualTo(1));
        Assert.That(_errors[0].Message, Does.Contain(remedy).And.Contain("Nothing more is sent"));
        Assert.That(_errors, Has.Count.EqualTo(2), "the refusal, and at the end that something is left");
    }

    [Test]
    public void Credentials_are_sent_and_never_written()
    {
        _environment["MLFLOW_TRACKING_TOKEN"] = "sesame-open";
        SendAndCheck();
        Assert.That(_server.Http.Requests.Select(request => request.Headers["Authorization"]), Has.All.EqualTo("Bearer sesame-open"));
        _environment["MLFLOW_TRACKING_USERNAME"] = "ali";
        _environment["MLFLOW_TRACKING_PASSWORD"] = "baba";
        using (MLflowTracker tracker = Begun(step: 10)) tracker.Finish(RunOutcome.Finished);
        Assert.That(_server.Http.Requests.Last().Headers["Authorization"], Is.EqualTo("Basic " + Convert.ToBase64String("ali:baba"u8)));
        foreach (string file in Directory.GetFiles(_folder.Name, "*", SearchOption.AllDirectories))
            Assert.That(Encoding.Latin1.GetString(File.ReadAllBytes(file)), Does.Not.Contain("sesame").And.Not.Contain("baba").And.Not.Contain("Authorization"), file);
    }

    [Test]
    public void Credentials_go_to_no_other_server()
    {
        _environment["MLFLOW_TRACKING_TOKEN"] = "sesame";
        using var other = new LoopbackHttpServer(_ => new(200, "{}"));
        _server.ArtifactRoot = $"{other.Address}store/";
        using (MLflowTracker tracker = Begun())
        {
            tracker.Text("note", "hello", 1);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(other.Requests.Single().Headers.ContainsKey("Authorization"), Is.False);
        Assert.That(other.Requests.Single().Text, Is.EqualTo("hello"));
    }

    [Test]
    public void A_deleted_experiment_and_a_deleted_run_say_how_to_go_on()
    {
        _server.AddExperiment("test", isDeleted: true);
        using (MLflowTracker tracker = Begun()) tracker.Finish(RunOutcome.Finished);
        Assert.That(_errors[0].Message, Does.Contain("mlflow experiments restore --experiment-id 1"));

        _errors.Clear();
        _server.AddExperiment("test", isDeleted: false);
        using (MLflowTracker tracker = Begun())
        {
            tracker.Scalar("a", 1, 1);
            tracker.Flush();
            Wait(() => _server.Runs.Values.Any(run => run.Metrics.Count == 1));
            _server.OnlyRun.IsDeleted = true;
            for (int i = 2; i < 1000; i++) tracker.Scalar("a", i, i);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(_errors[0].Message, Does.Contain("mlflow runs restore --run-id run"));
        _errors.Clear();
        _server.Runs.Clear();
        using (MLflowTracker tracker = Begun(step: 10)) tracker.Finish(RunOutcome.Finished);
        Assert.That(_errors[0].Message, Does.Contain("The server has no run 'run").And.Contain("to send the rest as a new run"));
    }

    [Test]
    public void A_value_that_the_server_refuses_costs_only_itself()
    {
        _server.Refuses = metric => metric.Key == "bad";
        using (MLflowTracker tracker = Begun())
        {
            for (int i = 0; i < 100; i++) tracker.Scalar(i is 37 or 63 ? "bad" : "good", i, i);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics.Select(metric => metric.Step), Is.EqualTo(Enumerable.Range(0, 100).Where(i => i is not (37 or 63))));
        Assert.That(_errors.Select(error => error.Message), Has.Exactly(2).Contains("MLflow does not take bad"));
    }

    [Test]
    public void Names_are_mended_and_long_values_are_whole_in_a_file()
    {
        string text = new('x', 700);
        using (MLflowTracker tracker = Tracker())
        {
            tracker.Configure(new Dictionary<string, object?> { ["long"] = text });
            tracker.Begin(0);
            foreach (string name in new[] { "a:b", "a;b", "/a//b/../c", "..", new string('n', 400), "" }) tracker.Scalar(name, 1, 1);
            tracker.Finish(RunOutcome.Finished);
        }

        MLflowServerModel.Run run = Checked();
        Assert.That(run.Metrics.Select(metric => metric.Key).Distinct().Count(), Is.EqualTo(6));
        Assert.That(run.Metrics[0].Key, Does.StartWith("a_b."));
        Assert.That(_errors, Has.Count.EqualTo(6));
        Assert.That(run.Params["long"], Has.Length.EqualTo(500).And.EndsWith("... (all 700 characters: artifact params/long.txt)"));
        Assert.That(Encoding.UTF8.GetString(_server.Artifacts[$"1/{run.Id}/artifacts/params/long.txt"]), Is.EqualTo(text));
    }

    [Test]
    public void An_option_that_changes_at_a_resume_is_a_tag()
    {
        for (int session = 0; session < 2; session++)
        {
            using MLflowTracker tracker = Tracker();
            tracker.Configure(new Dictionary<string, object?> { ["train/total_timesteps"] = 1000 * (session + 1), ["seed"] = 1 });
            tracker.Begin(session * 1000);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Params["train/total_timesteps"], Is.EqualTo("1000"));
        Assert.That(_server.OnlyRun.Tags["changed/train/total_timesteps"], Is.EqualTo("2000"));
        Assert.That(_server.OnlyRun.Tags, Does.Not.ContainKey("changed/seed"));
        Assert.That(_server.OnlyRun.Statuses, Is.EqualTo(new[] { "RUNNING", "FINISHED", "RUNNING", "FINISHED" }));
    }

    [Test]
    public void Files_go_through_the_servers_proxy()
    {
        File.WriteAllText(_folder["my policy.safetensors"], "weights");
        File.WriteAllText(_folder["eval #1.gif"], "film");
        using (MLflowTracker tracker = Begun())
        {
            tracker.Text("notes/first", "größer", 7);
            tracker.Image("picture", new Frame(2, 2), 8);
            tracker.Video("eval", _folder["eval #1.gif"], 9);
            tracker.Artifact("policy", _folder["my policy.safetensors"]);
            tracker.Artifact("gone", _folder["gone"]);
            tracker.Finish(RunOutcome.Finished);
        }

        string root = $"1/{Checked().Id}/artifacts/";
        Assert.That(_server.Artifacts.Keys, Is.EquivalentTo(new[] { "texts/notes/first/000000000007.txt", "images/picture-000000000008.png", "videos/eval #1.gif", "my policy.safetensors" }.Select(name => root + name)));
        Assert.That(Encoding.UTF8.GetString(_server.Artifacts[root + "texts/notes/first/000000000007.txt"]), Is.EqualTo("größer"));
        Assert.That(_errors.Single().Message, Does.Contain("'gone' was not sent"));
        Assert.That(Directory.GetFiles(_folder["mlflow"], "*.png"), Is.Empty);
    }

    [Test]
    public void Files_go_straight_to_a_folder_that_is_here()
    {
        _server.ArtifactRoot = new Uri(_folder["store"]).AbsoluteUri + "/";
        using (MLflowTracker tracker = Begun())
        {
            tracker.Text("note", "hello", 7);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(File.ReadAllText(Path.Combine(_folder["store"], "1", Checked().Id, "artifacts", "texts", "note", "000000000007.txt")), Is.EqualTo("hello"));
    }

    [Test]
    public void Files_that_have_nowhere_to_go_are_reported_once_and_stop_nothing()
    {
        _server.ArtifactRoot = "s3://bucket/";
        using (MLflowTracker tracker = Begun())
        {
            for (int i = 0; i < 3; i++) tracker.Text("note", "hello", i);
            tracker.Scalar("a", 1, 1);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics, Has.Count.EqualTo(1));
        Assert.That(_errors.Single().Message, Does.Contain("s3://bucket/").And.Contain("--serve-artifacts"));
    }

    [Test]
    public void A_store_of_artifacts_that_does_not_work_keeps_no_metric_back()
    {
        _server.Fault = request => request.Method == "PUT" ? new(500, "") : null;
        using (MLflowTracker tracker = Begun())
        {
            tracker.Text("note", "hello", 1);
            tracker.Scalar("a", 1, 1);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics, Has.Count.EqualTo(1));
        Assert.That(_errors[^1].Message, Does.Contain("'texts/note/000000000001.txt' was not sent"));
    }

    [Test]
    public void A_queue_with_a_torn_end_is_sent_up_to_there()
    {
        _server.Fault = _ => new(503, "");
        using (MLflowTracker tracker = Begun(new MLflowTrackerOptions { FinishTimeout = TimeSpan.Zero }))
        {
            for (int i = 0; i < 50; i++) tracker.Scalar("a", i, i);
        }

        string queue = Directory.GetFiles(_folder["mlflow"], "queue-*").Single();
        File.WriteAllBytes(queue, File.ReadAllBytes(queue)[..^5]);
        _server.Fault = _ => null;
        using (MLflowTracker tracker = Tracker()) Assert.That(tracker.Send(Patience), Is.True);
        Assert.That(Checked().Metrics.Select(metric => metric.Step), Is.EqualTo(Enumerable.Range(0, 49)));
        Assert.That(_server.OnlyRun.Statuses[^1], Is.EqualTo("KILLED"));
        int requests = _server.Http.Requests.Count;
        using (MLflowTracker tracker = Tracker()) Assert.That(tracker.Send(Patience), Is.True);
        Assert.That(_server.Http.Requests, Has.Count.EqualTo(requests), "there is nothing to say");
    }

    [Test]
    public void A_machine_that_went_down_with_what_it_knew_sends_nothing_twice()
    {
        _server.Fault = _ => new(503, "");
        using (MLflowTracker tracker = Begun(new MLflowTrackerOptions { FinishTimeout = TimeSpan.Zero }))
        {
            for (int i = 0; i < 2_500; i++) tracker.Scalar(i % 2 == 0 ? "a" : "b", i, i);
        }

        Dictionary<string, byte[]> before = Directory.GetFiles(_folder["mlflow"]).ToDictionary(file => file, File.ReadAllBytes);
        _server.Fault = request => request.Path.EndsWith("log-batch", StringComparison.Ordinal) && request.Text.Contains("\"step\":2000", StringComparison.Ordinal) ? new(403, "") : null;
        using (MLflowTracker tracker = Tracker()) Assert.That(tracker.Send(Patience), Is.False);
        Assert.That(_server.OnlyRun.Metrics, Has.Count.EqualTo(2_000));

        // The disk has what it had at the beginning.
        foreach ((string file, byte[] content) in before) File.WriteAllBytes(file, content);
        File.SetLastWriteTimeUtc(Path.Combine(_folder["mlflow"], "state.json"), new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _server.Fault = _ => null;
        using (MLflowTracker tracker = Tracker()) Assert.That(tracker.Send(Patience), Is.True);
        Assert.That(Checked().Metrics.Select(metric => metric.Step), Is.EqualTo(Enumerable.Range(0, 2_500)));
    }

    [Test]
    public void A_folder_that_cannot_be_written_stops_nothing()
    {
        File.WriteAllText(_folder["mlflow"], "a file where the folder should be");
        using (MLflowTracker tracker = Begun())
        {
            tracker.Scalar("a", 1, 1);
            tracker.Text("b", "c", 1);
            tracker.Flush();
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(_errors, Has.Count.EqualTo(1));
    }

    [Test]
    public void Measurements_of_the_machine_come_from_another_thread()
    {
        using (MLflowTracker tracker = Begun())
        {
            var monitor = new Thread(() =>
            {
                for (int i = 0; i < 1_000; i++) tracker.SystemMetrics(new Dictionary<string, double> { ["system/cpu_percent"] = i });
            });
            monitor.Start();
            for (int i = 0; i < 10_000; i++) tracker.Scalar("a", i, i);
            monitor.Join();
            tracker.Finish(RunOutcome.Finished);
            tracker.SystemMetrics(new Dictionary<string, double> { ["system/cpu_percent"] = -1 });
        }

        Assert.That(Checked().Metrics.Where(metric => metric.Key == "a").Select(metric => metric.Value), Is.EqualTo(Enumerable.Range(0, 10_000)));
        Assert.That(_server.OnlyRun.Metrics.Where(metric => metric.Key != "a").Select(metric => metric.Value), Is.EqualTo(Enumerable.Range(0, 1_000)));
    }

    [Test]
    public void A_scalar_allocates_nothing()
    {
        using MLflowTracker tracker = Begun();
        long step = 0;
        Allocation.AssertNone(() =>
        {
            step++;
            tracker.Scalar("train/loss", step, step);
            tracker.Episode(step, 0, step, 1);
        });
    }

    [Test]
    public void Arguments_that_make_no_sense_are_refused()
    {
        Assert.That(() => new MLflowTracker("", _server.Address, "e"), Throws.ArgumentException);
        Assert.That(() => new MLflowTracker("f", new Uri("ftp://x"), "e"), Throws.ArgumentException.With.Message.Contains("http://localhost:5000"));
        Assert.That(() => new MLflowTracker("f", new Uri("http://me:secret@x"), "e"), Throws.ArgumentException.With.Message.Contains("MLFLOW_TRACKING_USERNAME").And.Message.Not.Contains("secret"));
        Assert.That(() => new MLflowTracker("f", _server.Address, ""), Throws.ArgumentException);
        Assert.That(() => new MLflowTracker("f", _server.Address, new string('e', 501)), Throws.ArgumentException.With.Message.Contains("at most 500"));
        Assert.That(() => Tracker(new MLflowTrackerOptions { FlushInterval = TimeSpan.Zero }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Tracker(new MLflowTrackerOptions { FinishTimeout = TimeSpan.FromSeconds(-1) }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Tracker(new MLflowTrackerOptions { Tags = new Dictionary<string, string> { ["a:b"] = "c" } }), Throws.ArgumentException.With.Message.Contains("'a:b'"));
        Assert.That(() => Tracker().Scalar("a", 1, 1), Throws.InvalidOperationException.With.Message.Contains("Begin"));
    }

    private void SendAndCheck(MLflowTrackerOptions? options = null)
    {
        using (MLflowTracker tracker = Tracker(options))
        {
            tracker.Configure(new Dictionary<string, object?> { ["seed"] = 1 });
            tracker.Begin(0);
            for (int i = 0; i < 2_500; i++) tracker.Scalar(i % 2 == 0 ? "a" : "b", i, i);
            tracker.Text("note", "hello", 2_500);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(Checked().Metrics.Select(metric => metric.Step), Is.EqualTo(Enumerable.Range(0, 2_500)));
        Assert.That(_server.OnlyRun.Params["seed"], Is.EqualTo("1"));
        Assert.That(_server.Artifacts, Has.Count.EqualTo(1));
        Assert.That(_server.OnlyRun.Statuses[^1], Is.EqualTo("FINISHED"));
    }

    private MLflowServerModel.Run Checked()
    {
        Assert.That(_server.Violations, Is.Empty);
        return _server.OnlyRun;
    }

    private MLflowTracker Begun(MLflowTrackerOptions? options = null, long step = 0)
    {
        MLflowTracker tracker = Tracker(options);
        tracker.Begin(step);
        return tracker;
    }

    private MLflowTracker Tracker(MLflowTrackerOptions? options = null)
    {
        options ??= new MLflowTrackerOptions { FinishTimeout = Patience };
        if (options.FinishTimeout == new MLflowTrackerOptions().FinishTimeout) options = options with { FinishTimeout = Patience };
        return new(_folder.Name, _server.Address, "test", options with
        {
            FlushInterval = options.FlushInterval == new MLflowTrackerOptions().FlushInterval ? TimeSpan.FromMilliseconds(50) : options.FlushInterval,
            FirstRetry = options.FirstRetry < TimeSpan.FromSeconds(0.5) ? options.FirstRetry : TimeSpan.FromMilliseconds(2),
            LongestRetry = options.LongestRetry < TimeSpan.FromMinutes(1) ? options.LongestRetry : TimeSpan.FromMilliseconds(20),
            Variable = name => _environment.GetValueOrDefault(name),
            OnError = error =>
            {
                lock (_errors) _errors.Add(error);
            },
        });
    }

    private static void Wait(Func<bool> condition) => Assert.That(SpinWait.SpinUntil(condition, Patience), Is.True, "waited in vain");
}
