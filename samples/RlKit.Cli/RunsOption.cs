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
            return runs.Find(idOrPath);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>As above; without an id the newest that is of the same, or null where there is none.</summary>
    public static RunDirectory? FindRun(RunsFolder runs, string? idOrPath, RunIdentity identity) =>
        string.IsNullOrEmpty(idOrPath) ? runs.FindNewest(identity) : FindRun(runs, idOrPath);
}
