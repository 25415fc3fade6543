using System.CommandLine;
using RlKit.Tracking;

namespace RlKit.Cli;

/// <summary>The option that says where runs are, and what to find there.</summary>
internal static class RunsOption
{
    public static Option<string> Create() => new("--runs-dir") { Description = "The folder of runs. Default: runs, in the current folder.", DefaultValueFactory = _ => "runs", HelpName = "DIR" };

    /// <summary>The run of an id or in a folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static RunDirectory FindRun(RunsFolder runs, string idOrPath)
    {
        try
        {
            return idOrPath.Length > 0 ? runs.Find(idOrPath) : throw new UsageException("The run's id is empty; 'rlkit runs' lists them.");
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message.Split(" (Parameter", 2)[0]);
        }
    }

    /// <summary>The runs of projects, of ids and in folders, each once; all where nothing is named.</summary>
    /// <exception cref="UsageException">There are none, or none of a name.</exception>
    public static IReadOnlyList<RunDirectory> FindRuns(RunsFolder runs, IReadOnlyList<string> names)
    {
        IReadOnlyList<RunDirectory> all = runs.Runs;
        IEnumerable<RunDirectory> found = names.Count == 0 ? all : names.SelectMany(Of);
        RunDirectory[] distinct = [.. found.DistinctBy(run => run.FolderPath)];
        return distinct.Length > 0 ? distinct : throw new UsageException($"'{runs.FolderPath}' has no runs.");

        IEnumerable<RunDirectory> Of(string name)
        {
            RunDirectory[] ofProject = [.. all.Where(run => run.Info.Identity.Project == name)];
            if (ofProject.Length > 0) return ofProject;
            // A project's folder, wherever it is.
            return Directory.Exists(name) && new RunsFolder(name).Runs is { Count: > 0 } within ? within : [FindRun(runs, name)];
        }
    }
}
