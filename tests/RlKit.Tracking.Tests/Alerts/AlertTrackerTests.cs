using System.Diagnostics;
using System.Globalization;
using RlKit.Tracking.Alerts;

namespace RlKit.Tests.Alerts;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlertTrackerTests
{
    private static readonly AlertTrackerOptions Fast = new() { MinInterval = TimeSpan.Zero, FirstRetry = TimeSpan.FromMilliseconds(1), CheckInterval = TimeSpan.FromMilliseconds(10) };

    private readonly List<Alert> _alerts = [];
    private readonly List<Exception> _errors = [];

    [Test]
    public void A_rule_fires_once_for_each_crossing()
    {
        Run("a < 10", tracker =>
        {
            foreach (double value in new[] { 20.0, 9, 8, double.NaN, 7, 10, 11, 9.5, 9.4 }) tracker.Scalar("a", value, _step++);
            tracker.Scalar("b", 1, _step);
        });

        // NaN is not below anything: the condition ceased to hold.
        Assert.That(_alerts.Select(alert => (alert.Metric, alert.Value, alert.Step)), Is.EqualTo(new (string?, double?, long?)[] { ("a", 9, 1), ("a", 7, 4), ("a", 9.5, 7) }));
        Assert.That(_alerts[0].ToString(), Is.EqualTo("my run: a is 9 at step 1 (alert: a < 10)"));
    }

    [TestCase("a < 1", new double[] { 1, 2 }, 0)]
    [TestCase("a <= 1", new double[] { 1, 2 }, 1)]
    [TestCase("a > 2", new double[] { 1, 2 }, 0)]
    [TestCase("a >= 2", new double[] { 1, 2 }, 1)]
    [TestCase("a < 5 after 3 steps", new double[] { 1, 1, 1, 9, 1 }, 1)]
    [TestCase("a < 5 after 3 steps", new double[] { 1, 1, 1, 9, 9 }, 0)]
    [TestCase("a no improvement in 3 steps", new double[] { 1, 2, 2, 1, 2, 2 }, 1)]
    [TestCase("a no improvement in 3 steps", new double[] { 1, 2, 2, 1, 1, 3, 2, 2, 2, 2 }, 2)]
    [TestCase("a no improvement in 3 steps", new double[] { double.NaN, double.NaN, double.NaN, double.NaN, 1, 2 }, 0)]
    [TestCase("a no decrease in 3 steps", new double[] { 9, 8, 8, 8, 8 }, 1)]
    [TestCase("a no decrease in 3 steps", new double[] { 9, 8, 7, 6, 5 }, 0)]
    [TestCase("a is nan", new double[] { 1, double.NaN, double.NaN, 1, double.PositiveInfinity }, 2)]
    [TestCase("nan", new double[] { 1, double.NaN, double.NaN, 1, 1 }, 1)]
    public void Rules_fire(string rule, double[] values, int times)
    {
        Run(rule, tracker =>
        {
            foreach (double value in values) tracker.Scalar("a", value, _step++);
        });
        Assert.That(_alerts, Has.Count.EqualTo(times));
    }

    [Test]
    public void A_rule_about_any_metric_names_the_one()
    {
        Run("nan", tracker =>
        {
            tracker.Scalar("a", double.NaN, 1);
            tracker.Scalar("b", double.NegativeInfinity, 1);
            tracker.Scalar("a", double.NaN, 2);
        });
        Assert.That(_alerts.Select(alert => alert.Message), Is.EqualTo(new[] { "a is NaN at step 1 (alert: nan)", "b is -Infinity at step 1 (alert: nan)" }));
    }

    [Test]
    public void A_rule_that_flutters_is_held_back_and_counted()
    {
        Run("a < 10", tracker =>
        {
            for (int i = 0; i < 100; i++) tracker.Scalar("a", i % 2 == 0 ? 5 : 15, i);
            Thread.Sleep(1_100);
            tracker.Scalar("a", 5, 100);
        }, Fast with { MinInterval = TimeSpan.FromSeconds(1) });

        Assert.That(_alerts, Has.Count.EqualTo(2));
        Assert.That(_alerts[1].Message, Is.EqualTo("a is 5 at step 100, and it was 49 times more since the last alert (alert: a < 10)"));
    }

    [TestCase(RunOutcome.Finished, "finished (the last report was of step 7)")]
    [TestCase(RunOutcome.Cancelled, "cancelled (the last report was of step 7)")]
    [TestCase(RunOutcome.Failed, "failed: The loss is NaN. (the last report was of step 7)")]
    public void The_end_is_told(RunOutcome outcome, string message)
    {
        using (AlertTracker tracker = Tracker(["finished", "cancelled", "failed"], Fast))
        {
            tracker.Begin(0);
            tracker.Scalar("a", 1, 7);
            tracker.Finish(outcome, outcome == RunOutcome.Failed ? new InvalidOperationException("The loss is NaN.") : null);
        }

        Assert.That(_alerts.Single().Message, Is.EqualTo(message));
        Assert.That(_alerts.Single().Rule.IsTrouble, Is.EqualTo(outcome == RunOutcome.Failed));
    }

    [Test]
    public void Memory_is_watched()
    {
        long memory = 1_000_000_000;
        int looks = 0;
        using AlertTracker tracker = Tracker(["memory > 2 GB"], Fast with
        {
            Memory = () =>
            {
                Interlocked.Increment(ref looks);
                return Interlocked.Read(ref memory);
            },
        });
        tracker.Begin(0);
        WaitForALook();
        Assert.That(Count(), Is.Zero);
        foreach (long next in new long[] { 2_500_000_000, 1_000_000_000, 3_000_000_000 })
        {
            Interlocked.Exchange(ref memory, next);
            WaitForALook();
        }

        Wait(() => Count() == 2);
        Assert.That(_alerts.Select(alert => alert.Message), Is.EqualTo(new[] { "the process has 2.50 GB in memory at step 0 (alert: memory > 2 GB)", "the process has 3.00 GB in memory at step 0 (alert: memory > 2 GB)" }));

        // The second one from here on has begun after this, and ended the one before it.
        void WaitForALook()
        {
            int before = Volatile.Read(ref looks);
            Wait(() => Volatile.Read(ref looks) >= before + 2);
        }
    }

    [Test]
    public void Silence_and_standing_still_are_noticed()
    {
        const string silence = "no heartbeat for 0.3 s", standstill = "no progress for 0.6 s";
        using AlertTracker tracker = Tracker([silence, standstill], Fast);
        tracker.Begin(0);
        tracker.Scalar("a", 1, 5);
        Wait(() => Messages(silence).Length == 1);
        Assert.That(Messages(silence)[0], Does.StartWith("nothing was reported for 0 s; the last step was 5"));
        tracker.SystemMetrics(new Dictionary<string, double> { ["system/cpu_percent"] = 1 });
        // Reports without steps are a heartbeat and no progress.
        Wait(() =>
        {
            tracker.Scalar("a", 1, 5);
            Thread.Sleep(20);
            return Messages(standstill).Length == 1;
        });
        Assert.That(Messages(standstill)[0], Does.StartWith("the step has been 5 for "));
        int before = Messages(silence).Length;
        tracker.Scalar("a", 1, 6);
        Wait(() => Messages(standstill).Length == 2 && Messages(silence).Length > before);

        string[] Messages(string rule)
        {
            lock (_alerts) return [.. _alerts.Where(alert => alert.Rule.Text == rule).Select(alert => alert.Message)];
        }
    }

    [Test]
    public void Measurements_of_the_machine_are_metrics()
    {
        Run("system/gpu_0_temperature > 85", tracker => tracker.SystemMetrics(new Dictionary<string, double> { ["system/gpu_0_temperature"] = 90 }));
        Assert.That(_alerts.Single().Value, Is.EqualTo(90));
    }

    [Test]
    public void A_metric_that_never_came_is_reported_at_the_end()
    {
        Run("train/return_mean < 3", tracker => tracker.Scalar("rollout/ep_rew_mean", 1, 1));
        Assert.That(_errors.Single().Message, Is.EqualTo("The alert 'train/return_mean < 3' waited for a metric that was never reported; there were rollout/ep_rew_mean."));
    }

    [Test]
    public void A_channel_that_fails_is_tried_three_times_and_reported_once_and_stops_neither_the_others_nor_the_run()
    {
        int tries = 0;
        var broken = new Channel("the broken one", _ =>
        {
            tries++;
            throw new AlertException("it is away.");
        });
        using (var tracker = new AlertTracker("my run", [AlertRule.Parse("a < 10")], [broken, Collector()], Fast with { OnError = _errors.Add }))
        {
            tracker.Begin(0);
            for (int i = 0; i < 10; i++) tracker.Scalar("a", i % 2 == 0 ? 5 : 15, i);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(_alerts, Has.Count.EqualTo(5));
        Assert.That(tries, Is.EqualTo(15));
        Assert.That(_errors.Single().Message, Is.EqualTo("Alerts do not get through the broken one: it is away."));
    }

    [Test]
    public void What_no_repetition_mends_is_tried_once()
    {
        int tries = 0;
        var broken = new Channel("x", _ =>
        {
            tries++;
            throw new AlertException("no such address.", isPermanent: true);
        });
        using (var tracker = new AlertTracker("my run", [AlertRule.Parse("finished")], [broken], Fast))
        {
            tracker.Begin(0);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(tries, Is.EqualTo(1));
    }

    [Test]
    public void A_slow_channel_holds_nothing_up_and_what_is_left_at_the_end_is_told()
    {
        using var gate = new ManualResetEventSlim();
        var slow = new Channel("the slow one", cancellation => gate.Wait(cancellation));
        var watch = Stopwatch.StartNew();
        using (var tracker = new AlertTracker("my run", [AlertRule.Parse("a < 10")], [slow], Fast with { OnError = _errors.Add, FinishTimeout = TimeSpan.FromMilliseconds(50) }))
        {
            tracker.Begin(0);
            for (int i = 0; i < 1_000; i++) tracker.Scalar("a", i % 2 == 0 ? 5 : 15, i);
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(_errors.Single().Message, Does.Match("^(499|500) alerts were not sent before the end.$"));
    }

    [Test]
    public void A_run_that_goes_on_begins_anew()
    {
        using (AlertTracker tracker = Tracker(["a < 10"], Fast))
        {
            for (int session = 0; session < 2; session++)
            {
                tracker.Begin(session * 10);
                tracker.Scalar("a", 5, session * 10 + 1);
                tracker.Finish(RunOutcome.Cancelled);
            }
        }

        Assert.That(_alerts, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_value_that_fires_nothing_allocates_nothing()
    {
        using AlertTracker tracker = Tracker(["a < 0", "a no improvement in 1000000 steps", "nan", "a is nan"], Fast);
        tracker.Begin(0);
        long step = 0;
        Allocation.AssertNone(() =>
        {
            tracker.Scalar("a", step, step);
            tracker.Scalar("b", step, step);
            tracker.Episode(step, 0, 1, 1);
            step++;
        });
    }

    [Test]
    public void Arguments_that_make_no_sense_are_refused()
    {
        Assert.That(() => Tracker(["killed"], Fast), Throws.ArgumentException.With.Message.Contains("rlkit watch"));
        Assert.That(() => Tracker([], Fast with { MinInterval = TimeSpan.FromSeconds(-1) }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Tracker([], Fast with { FinishTimeout = TimeSpan.FromSeconds(-1) }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private long _step;

    private void Run(string rule, Action<AlertTracker> report, AlertTrackerOptions? options = null)
    {
        using AlertTracker tracker = Tracker([rule], options ?? Fast);
        tracker.Begin(0);
        report(tracker);
        tracker.Finish(RunOutcome.Finished);
    }

    private AlertTracker Tracker(string[] rules, AlertTrackerOptions options) => new("my run", [.. rules.Select(AlertRule.Parse)], [Collector()], options with { OnError = _errors.Add });

    private Channel Collector() => new("a list", _ => { })
    {
        OnAlert = alert =>
        {
            lock (_alerts) _alerts.Add(alert);
        },
    };

    private int Count()
    {
        lock (_alerts) return _alerts.Count;
    }

    private static void Wait(Func<bool> condition) => Assert.That(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), Is.True, "waited in vain");

    private sealed class Channel(string name, Action<CancellationToken> send) : IAlertChannel
    {
        public string Name => name;

        public Action<Alert> OnAlert { get; init; } = _ => { };

        public void Send(Alert alert, CancellationToken cancellation)
        {
            send(cancellation);
            OnAlert(alert);
        }
    }
}
