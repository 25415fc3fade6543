using System.Text.Json;
using RlKit.Tracking;

namespace RlKit.Cli.Runs;

/// <summary>What there is to tell of a run at a glance.</summary>
/// <param name="Run">The run.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Step">Environment steps so far.</param>
/// <param name="Return">Mean return of the last 100 episodes; null before the first report.</param>
/// <param name="EvaluationReturn">Mean return of the evaluation of the best policy after the training, else of the best evaluation during it; null where there was none.</param>
/// <param name="Duration">The time that its processes trained.</param>
/// <param name="Curve">The mean returns of the last 100 episodes, report by report.</param>
internal sealed record RunOverview(RunDirectory Run, RunState State, long Step, double? Return, double? EvaluationReturn, TimeSpan Duration, IReadOnlyList<double> Curve)
{
    public RunInfo Info => Run.Info;

    /// <summary>Environment steps per second of the time that it trained.</summary>
    public double? StepsPerSecond => Duration > TimeSpan.Zero && Step > 0 ? Step / Duration.TotalSeconds : null;

    public static RunOverview Of(RunDirectory run)
    {
        RunState state = run.State;
        var curve = new List<double>();
        double? evaluation = null;
        long step = 0;
        foreach (MetricRecord record in Records(run))
        {
            step = Math.Max(step, record.Step);
            if (record.Name == Metrics.EpisodeReturnMean) curve.Add(record.Value);
            else if (record.Name == Metrics.EvaluationReturnMean && !(evaluation >= record.Value)) evaluation = record.Value;
        }

        step = Math.Max(step, CheckpointStep(run));

        // The summary is of the last session that ended; of one after it only the curves tell.
        IReadOnlyDictionary<string, object?> summary = Summary(run);
        if (summary.GetValueOrDefault("global_step") is long summarized && summarized < step) summary = new Dictionary<string, object?>();
        // Of a process that was killed nobody knows when; it was after it last wrote.
        DateTimeOffset now = state == RunState.Running ? DateTimeOffset.UtcNow : run.LastWritten;
        var duration = TimeSpan.FromTicks(run.Info.Sessions.Sum(session => Math.Max(0, ((session.Ended ?? now) - session.Started).Ticks)));

        return new RunOverview(
            run, state, step, summary.GetValueOrDefault("train_return_mean_100") as double? ?? (curve.Count > 0 ? curve[^1] : null), summary.GetValueOrDefault("eval_return_mean") as double? ?? evaluation, duration, curve);
    }

    /// <summary>Writes an object; the names are those of <c>rlkit train --json</c>.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("run_id", Info.Id);
        json.WriteString("state", State.ToString().ToLowerInvariant());
        json.WriteString("project", Info.Identity.Project);
        json.WriteString("env_id", Info.Identity.EnvironmentId);
        json.WriteString("algo", Info.Identity.Algorithm);
        json.WriteString("exp_name", Info.Identity.Experiment);
        json.WriteNumber("seed", Info.Identity.Seed);
        json.WriteString("started", Info.Started.UtcDateTime);
        if (Info.Ended is { } ended) json.WriteString("ended", ended.UtcDateTime);
        else json.WriteNull("ended");
        json.WriteNumber("wall_seconds", Math.Round(Duration.TotalSeconds, 3));
        json.WriteNumber("global_step", Step);
        JsonNumber.Write(json, "train_return_mean_100", Return);
        JsonNumber.Write(json, "eval_return_mean", EvaluationReturn);
        json.WriteString("error", Info.Sessions[^1].Error);
        json.WriteString("policy_path", File.Exists(Run.PolicyPath) ? Run.PolicyPath : null);
        json.WriteString("run_dir", Run.FolderPath);
        json.WriteEndObject();
    }

    private static long CheckpointStep(RunDirectory run)
    {
        try
        {
            return new CheckpointFolder(run.CheckpointsPath).Files is [string newest, ..] ? Checkpoint.ReadHeader(newest).Step : 0;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // A run is listed with what can be read of it.
    private static IEnumerable<MetricRecord> Records(RunDirectory run)
    {
        using IEnumerator<MetricRecord> records = MetricsFile.Read(run.MetricsPath).GetEnumerator();
        while (true)
        {
            try
            {
                if (!records.MoveNext()) yield break;
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                yield break;
            }

            yield return records.Current;
        }
    }

    private static IReadOnlyDictionary<string, object?> Summary(RunDirectory run)
    {
        try
        {
            return run.ReadSummary();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, object?>();
        }
    }
}
