using RlKit.Tracking;

namespace RlKit.Cli.Runs;

/// <summary>In what runs differ.</summary>
/// <param name="Options">Options, spaces and the environment's spec, as their configurations have them.</param>
/// <param name="Machine">The machine, the versions and the sources of the last process of each.</param>
/// <param name="Results">How they went. All that there is, since equal results of unequal options tell something too.</param>
internal sealed record RunDifferences(IReadOnlyList<RunDifference> Options, IReadOnlyList<RunDifference> Machine, IReadOnlyList<RunDifference> Results)
{
    public IEnumerable<(string Title, IReadOnlyList<RunDifference> Rows)> Sections => [("options", Options), ("machine", Machine), ("results", Results)];

    public static RunDifferences Between(IReadOnlyList<RunOverview> runs)
    {
        IReadOnlyDictionary<string, object?>[] options = [.. runs.Select(run => run.Run.ReadConfiguration())];
        RunDifference[] all = [.. options.SelectMany(each => each.Keys).Distinct().Select(name => new RunDifference(name, [.. options.Select(each => each.GetValueOrDefault(name))]))];
        RunDifference[] machine =
        [
            Of("host", run => run.Info.Sessions[^1].Host),
            Of("os", run => run.Info.Sessions[^1].OperatingSystem),
            Of("dotnet", run => run.Info.Sessions[^1].Runtime),
            Of("rlkit", run => run.Info.Sessions[^1].LibraryVersion),
            Of("processors", run => run.Info.Sessions[^1].Processors is > 0 and int processors ? (long)processors : null),
            Of("commit", run => run.Info.Sessions[^1] is { Commit: { } commit } session ? commit[..Math.Min(commit.Length, 12)] + (session.IsDirty == true ? " and changes" : "") : null),
            .. runs.SelectMany(run => run.Info.Sessions[^1].EnvironmentVariables.Keys).Distinct().Order(StringComparer.Ordinal).Select(name => Of(name, run => run.Info.Sessions[^1].EnvironmentVariables.GetValueOrDefault(name))),
            Of("sessions", run => (long)run.Info.Sessions.Count),
        ];
        return new RunDifferences(
            [.. all.Where(Differs)],
            [.. machine.Where(Differs)],
            [
                Of("state", run => run.State.ToString().ToLowerInvariant()),
                Of("global_step", run => run.Step),
                Of("train_return_mean_100", run => run.Return),
                Of("eval_return_mean", run => run.EvaluationReturn),
                Of("wall_seconds", run => Math.Round(run.Duration.TotalSeconds, 1)),
                Of("steps_per_second", run => run.StepsPerSecond is { } speed ? Math.Round(speed) : null),
            ]);

        RunDifference Of(string name, Func<RunOverview, object?> value) => new(name, [.. runs.Select(value)]);
    }

    private static bool Differs(RunDifference row) => row.Values.Distinct().Count() > 1;
}
