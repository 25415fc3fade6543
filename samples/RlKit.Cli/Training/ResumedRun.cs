using RlKit.Tracking;

namespace RlKit.Cli.Training;

/// <summary>Finds the run that <c>--resume</c> stands for.</summary>
internal static class ResumedRun
{
    /// <summary>The run of an id or in a folder; without one the newest of the same that can be gone on with, or null where there is none.</summary>
    /// <param name="runs">Where the runs are.</param>
    /// <param name="idOrPath">The value of the option; null for none.</param>
    /// <param name="identity">What a new run would be of; without a project it stands for all projects.</param>
    /// <param name="remarks">Gets the lines that say which runs were passed over, and that there is none.</param>
    /// <exception cref="UsageException">There is no run of that id.</exception>
    public static RunDirectory? Find(RunsFolder runs, string? idOrPath, RunIdentity identity, ICollection<string> remarks)
    {
        if (!string.IsNullOrEmpty(idOrPath)) return RunsOption.FindRun(runs, idOrPath);
        foreach (RunDirectory run in runs.FindAll(identity))
        {
            // One that is being trained is refused by its lock: a second beside it is not what is wanted.
            if (run.State == RunState.Running || Obstacle(run) is not { } obstacle) return run;
            remarks.Add($"passed over: {obstacle}");
        }

        string project = identity.Project is null ? "" : $" in project {identity.Project}";
        remarks.Add(FormattableString.Invariant($"There is no run of {identity.Algorithm} on {identity.EnvironmentId} with seed {identity.Seed} and name {identity.Experiment}{project} to go on with: this is a new one."));
        return null;
    }

    /// <summary>Why a run cannot be gone on with: it has results, and no checkpoint, so that it would begin again and overwrite them. Null where it can be.</summary>
    public static string? Obstacle(RunDirectory run)
    {
        if (new CheckpointFolder(run.CheckpointsPath).Files.Count > 0) return null;
        // A kill loses what came after the last checkpoint, and before the first one that is everything.
        long kept = run.ReadConfiguration().GetValueOrDefault(TrainPlan.TrainPrefix + Flags.Snake(nameof(TrainOptions.CheckpointFrequency))) as long? ?? 0;
        bool hasResults = File.Exists(run.PolicyPath) || File.Exists(run.SummaryPath)
            || EpisodesFile.Read(run.EpisodesPath).Any(episode => episode.Step > kept) || MetricsFile.Read(run.MetricsPath).Any(record => record.Step > kept);
        return hasResults ? $"Run {run.Info.Id} has no checkpoint to go on from, and what it recorded would be overwritten; start a new run." : null;
    }
}
