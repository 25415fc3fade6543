using System.Globalization;

namespace RlKit.Tracking.Alerts;

/// <summary>What is sent when a rule fires.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Run">What the run is.</param>
/// <param name="Message">What happened, in one sentence.</param>
/// <param name="Time">When.</param>
/// <param name="Metric">The metric of the rule; null for one of the run's life.</param>
/// <param name="Value">The metric's value, NaN too; null for a rule without a metric.</param>
/// <param name="Step">Environment steps; null where they are not known.</param>
public sealed record Alert(AlertRule Rule, string Run, string Message, DateTimeOffset Time, string? Metric = null, double? Value = null, long? Step = null)
{
    /// <summary>What a run is, in a few words.</summary>
    public static string Describe(RunInfo run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return string.Create(CultureInfo.InvariantCulture, $"{run.Identity.Algorithm} on {run.Identity.EnvironmentId}, seed {run.Identity.Seed} (run {run.Id})");
    }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}: {Message}").ReplaceLineEndings(" ");
}
