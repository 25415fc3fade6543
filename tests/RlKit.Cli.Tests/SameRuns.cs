using RlKit.Tracking;

namespace RlKit.Tests.Cli;

/// <summary>Says that two runs came to the same, to the last bit.</summary>
internal static class SameRuns
{
    public static void AssertEqual(RunDirectory first, RunDirectory second)
    {
        Assert.That(File.ReadAllBytes(second.PolicyPath), Is.EqualTo(File.ReadAllBytes(first.PolicyPath)), "the policy");
        Assert.That(File.ReadAllText(second.EpisodesPath), Is.EqualTo(File.ReadAllText(first.EpisodesPath)), "the episodes");
        Assert.That(Records(second), Is.EqualTo(Records(first)), "the metrics");
        Assert.That(Counters(second), Is.EqualTo(Counters(first)), "the final values");

        // A checkpoint holds the whole state: weights, optimiser, buffers, random numbers, the environment, counters.
        string[] checkpoints = Names(first);
        Assert.That(checkpoints, Is.Not.Empty);
        Assert.That(Names(second), Is.EqualTo(checkpoints));
        foreach (string name in checkpoints)
            Assert.That(File.ReadAllBytes(Path.Combine(second.CheckpointsPath, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(first.CheckpointsPath, name))), name);
    }

    private static List<(MetricKind, string, long, double, string?)> Records(RunDirectory run) =>
        [.. MetricsFile.Read(run.MetricsPath).Where(record => !record.Name.StartsWith("time/", StringComparison.Ordinal)).Select(record => (record.Kind, record.Name, record.Step, record.Value, record.Text))];

    private static List<KeyValuePair<string, object?>> Counters(RunDirectory run) =>
        [.. run.ReadSummary().Where(value => !value.Key.Contains("second", StringComparison.Ordinal))];

    private static string[] Names(RunDirectory run) => [.. Directory.GetFiles(run.CheckpointsPath, "*.ckpt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
