using System.Globalization;
using System.Text.RegularExpressions;

namespace RlKit.Tracking.Alerts;

/// <summary>When to send an alert: about a metric, or about the run's life.</summary>
/// <remarks>
/// <list type="table">
/// <item><term><c>METRIC &lt; X</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c></term><description>the metric crosses a number; with <c>after N steps</c> only from that step on</description></item>
/// <item><term><c>METRIC no improvement in N steps</c></term><description>no value was higher than the best one before</description></item>
/// <item><term><c>METRIC no decrease in N steps</c></term><description>no value was lower than the lowest one before: for losses</description></item>
/// <item><term><c>METRIC is nan</c>, <c>nan</c></term><description>the metric, or any, is NaN or infinite</description></item>
/// <item><term><c>memory &gt; 8 GB</c></term><description>the process has more than that in the machine's memory</description></item>
/// <item><term><c>no heartbeat for 10 min</c></term><description>nothing was reported for that long</description></item>
/// <item><term><c>no progress for 30 min</c></term><description>the step stayed the same for that long</description></item>
/// <item><term><c>finished</c>, <c>failed</c>, <c>cancelled</c></term><description>the run ended so</description></item>
/// <item><term><c>killed</c></term><description>the run's process died; only a <see cref="RunWatcher"/> can tell</description></item>
/// </list>
/// </remarks>
public sealed partial class AlertRule
{
    private const string Forms =
        "'rollout/ep_rew_mean < 100', 'rollout/ep_rew_mean < 100 after 50_000 steps', 'rollout/ep_rew_mean no improvement in 100_000 steps', 'train/loss no decrease in 100_000 steps', "
        + "'train/loss is nan', 'nan', 'memory > 8 GB', 'no heartbeat for 10 min', 'no progress for 30 min', 'finished', 'failed', 'cancelled' or 'killed'";

    private AlertRule(string text, AlertCondition condition) => (Text, Condition) = (text, condition);

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    internal AlertCondition Condition { get; }

    // Null for any.
    internal string? Metric { get; private init; }

    // A value, or bytes.
    internal double Threshold { get; private init; }

    internal long Steps { get; private init; }

    internal TimeSpan Time { get; private init; }

    /// <summary>Whether it is about something that may need help: all but <c>finished</c> and <c>cancelled</c>.</summary>
    public bool IsTrouble => Condition is not (AlertCondition.Finished or AlertCondition.Cancelled);

    internal bool IsOfMetric => Condition <= AlertCondition.NoDecrease;

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule; numbers are written with a point, and may have underscores between digits.</param>
    /// <exception cref="ArgumentException">It cannot be read; the message shows what can.</exception>
    public static AlertRule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string rule = text.Trim();
        switch (rule.ToLowerInvariant())
        {
            case "finished": return new(rule, AlertCondition.Finished);
            case "failed": return new(rule, AlertCondition.Failed);
            case "cancelled" or "canceled": return new(rule, AlertCondition.Cancelled);
            case "killed": return new(rule, AlertCondition.Killed);
            case "nan": return new(rule, AlertCondition.NotFinite);
        }

        if (SilenceForm().Match(rule) is { Success: true } silence)
        {
            double seconds = Number(rule, silence.Groups[2].Value) * silence.Groups[3].Value[0] switch { 's' => 1, 'm' => 60, _ => 3600 };
            if (seconds is not (> 0 and < 1e8)) throw new ArgumentException($"The alert '{rule}' waits for no time; give one above zero, such as 10 min.");
            return new(rule, silence.Groups[1].Value == "heartbeat" ? AlertCondition.NoHeartbeat : AlertCondition.NoProgress) { Time = TimeSpan.FromSeconds(seconds) };
        }

        if (MemoryForm().Match(rule) is { Success: true } memory)
        {
            double unit = memory.Groups[2].Value.ToUpperInvariant() switch { "MB" => 1e6, "GB" => 1e9, "TB" => 1e12, "MIB" => 1 << 20, "GIB" => 1 << 30, _ => 1L << 40 };
            return new(rule, AlertCondition.Memory) { Threshold = Number(rule, memory.Groups[1].Value) * unit };
        }

        if (NanForm().Match(rule) is { Success: true } nan) return new(rule, AlertCondition.NotFinite) { Metric = nan.Groups[1].Value };
        if (ProgressForm().Match(rule) is { Success: true } progress)
            return new(rule, progress.Groups[2].Value == "decrease" ? AlertCondition.NoDecrease : AlertCondition.NoImprovement) { Metric = progress.Groups[1].Value, Steps = Whole(rule, progress.Groups[3].Value) };
        if (CrossingForm().Match(rule) is { Success: true } crossing && crossing.Groups[1].Value != "memory")
        {
            AlertCondition condition = crossing.Groups[2].Value switch { "<" => AlertCondition.Below, "<=" => AlertCondition.AtMost, ">" => AlertCondition.Above, _ => AlertCondition.AtLeast };
            return new(rule, condition)
            {
                Metric = crossing.Groups[1].Value,
                Threshold = Number(rule, crossing.Groups[3].Value),
                Steps = crossing.Groups[4].Success ? Whole(rule, crossing.Groups[4].Value) : 0,
            };
        }

        throw new ArgumentException($"The alert '{rule}' cannot be read; write it like {Forms}.");
    }

    /// <summary>The rule as it was written.</summary>
    public override string ToString() => Text;

    private static double Number(string rule, string text) =>
        double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new ArgumentException($"The alert '{rule}' has '{text}' where a number belongs; write one such as 100 or 0.5.");

    private static long Whole(string rule, string text) =>
        long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new ArgumentException($"The alert '{rule}' has '{text}' where steps belong; write a whole number above zero, such as 100_000.");

    [GeneratedRegex(@"^no (heartbeat|progress) for (\S+?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)$")]
    private static partial Regex SilenceForm();

    [GeneratedRegex(@"^memory\s*>\s*(\S+?)\s*([MGT]i?B)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MemoryForm();

    [GeneratedRegex(@"^(\S+)\s+is\s+nan$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NanForm();

    [GeneratedRegex(@"^(\S+)\s+no\s+(improvement|decrease)\s+in\s+(\S+?)(?:\s*steps?)?$")]
    private static partial Regex ProgressForm();

    [GeneratedRegex(@"^([^\s<>=]+)\s*(<=|>=|<|>)\s*([^\s<>=]+)(?:\s+after\s+(\S+?)(?:\s*steps?)?)?$")]
    private static partial Regex CrossingForm();
}
