using RlKit.Tracking.Alerts;

namespace RlKit.Tests.Alerts;

[TestFixture]
public sealed class AlertRuleTests
{
    [TestCase("rollout/ep_rew_mean < 100", AlertCondition.Below, "rollout/ep_rew_mean", 100, 0)]
    [TestCase("a<=-1e3", AlertCondition.AtMost, "a", -1000, 0)]
    [TestCase(" train/loss > 0.5 ", AlertCondition.Above, "train/loss", 0.5, 0)]
    [TestCase("a >= 1_000.5 after 50_000 steps", AlertCondition.AtLeast, "a", 1000.5, 50_000)]
    [TestCase("a > 1 after 7", AlertCondition.Above, "a", 1, 7)]
    [TestCase("a no improvement in 100_000 steps", AlertCondition.NoImprovement, "a", 0, 100_000)]
    [TestCase("train/loss no decrease in 5", AlertCondition.NoDecrease, "train/loss", 0, 5)]
    [TestCase("train/loss is NaN", AlertCondition.NotFinite, "train/loss", 0, 0)]
    [TestCase("nan", AlertCondition.NotFinite, null, 0, 0)]
    [TestCase("memory > 8 GB", AlertCondition.Memory, null, 8e9, 0)]
    [TestCase("memory>1.5GiB", AlertCondition.Memory, null, 1.5 * (1 << 30), 0)]
    [TestCase("finished", AlertCondition.Finished, null, 0, 0)]
    [TestCase("Failed", AlertCondition.Failed, null, 0, 0)]
    [TestCase("cancelled", AlertCondition.Cancelled, null, 0, 0)]
    [TestCase("killed", AlertCondition.Killed, null, 0, 0)]
    public void Rules_are_read(string text, object condition, string? metric, double threshold, long steps)
    {
        AlertRule rule = AlertRule.Parse(text);
        Assert.That(((object)rule.Condition, rule.Metric, rule.Threshold, rule.Steps, rule.Text), Is.EqualTo((condition, metric, threshold, steps, text.Trim())));
    }

    [TestCase("no heartbeat for 10 min", AlertCondition.NoHeartbeat, 600)]
    [TestCase("no heartbeat for 90 s", AlertCondition.NoHeartbeat, 90)]
    [TestCase("no heartbeat for 1 minute", AlertCondition.NoHeartbeat, 60)]
    [TestCase("no progress for 0.5h", AlertCondition.NoProgress, 1800)]
    [TestCase("no progress for 2 hours", AlertCondition.NoProgress, 7200)]
    public void Rules_about_silence_are_read(string text, object condition, double seconds)
    {
        AlertRule rule = AlertRule.Parse(text);
        Assert.That(((object)rule.Condition, rule.Time.TotalSeconds), Is.EqualTo((condition, seconds)));
    }

    [TestCase("", "write it like 'rollout/ep_rew_mean < 100'")]
    [TestCase("done", "write it like")]
    [TestCase("a == 3", "write it like")]
    [TestCase("a < ", "write it like")]
    [TestCase("a < b", "has 'b' where a number belongs")]
    [TestCase("a < 0,5", "has '0,5' where a number belongs")]
    [TestCase("a < nan", "has 'nan' where a number belongs")]
    [TestCase("a < 1 after x steps", "has 'x' where steps belong")]
    [TestCase("a no improvement in 0 steps", "has '0' where steps belong")]
    [TestCase("memory > 8", "write it like")]
    [TestCase("memory > big GB", "has 'big' where a number belongs")]
    [TestCase("no heartbeat for 10", "write it like")]
    [TestCase("no heartbeat for 0 min", "give one above zero, such as 10 min")]
    [TestCase("no heartbeat for -1 min", "give one above zero, such as 10 min")]
    public void What_cannot_be_read_says_how_to_write_it(string text, string remedy) => Assert.That(() => AlertRule.Parse(text), Throws.ArgumentException.With.Message.Contains(remedy));
}
