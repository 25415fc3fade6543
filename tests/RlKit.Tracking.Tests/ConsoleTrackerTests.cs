using RlKit.Tracking;

namespace RlKit.Tests;

[TestFixture]
public sealed class ConsoleTrackerTests
{
    [Test]
    public void EveryStepIsALine()
    {
        var output = new StringWriter { NewLine = "\n" };
        using var tracker = new ConsoleTracker(output);
        tracker.Configure(new Dictionary<string, object?> { ["a"] = 0.00025, ["b"] = null, ["c"] = true });
        tracker.Begin(0);
        tracker.Scalar("rollout/ep_rew_mean", 123.4567, 1_000);
        tracker.Scalar("time/fps", 28_990.4, 1_000);
        tracker.Scalar("train/loss", 1.25e-7, 2_000);
        tracker.Video("eval/video", "v.png", 2_000);
        tracker.Summary("global_step", 2_000L);
        tracker.Finish(RunOutcome.Failed, new InvalidOperationException("two\nlines"));
        Assert.That(output.ToString(), Is.EqualTo(
            "a 0.00025\nb -\nc true\nstep 1,000  rollout/ep_rew_mean 123.46  time/fps 28990\nstep 2,000  eval/video v.png\nstep 2,000  train/loss 1.25E-07\nglobal_step 2000\nfailed: two lines\n"));
    }

    [Test]
    public void WithAnIntervalALineShowsTheNewestOfEachName()
    {
        var output = new StringWriter { NewLine = "\n" };
        using var tracker = new ConsoleTracker(output, TimeSpan.FromHours(1));
        tracker.Begin(500);
        for (int step = 501; step < 600; step++) tracker.Scalar("a", step, step);
        Assert.That(output.ToString(), Is.EqualTo("step 500  goes on\n"));
        tracker.Scalar("b", 1, 600);
        tracker.Finish(RunOutcome.Finished);
        Assert.That(output.ToString(), Is.EqualTo("step 500  goes on\nstep 600  a 599  b 1\nfinished\n"));
    }
}
