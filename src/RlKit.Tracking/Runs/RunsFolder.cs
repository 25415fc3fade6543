using System.Globalization;

namespace RlKit.Tracking;

/// <summary>A folder of runs, and of projects with runs in them.</summary>
public sealed class RunsFolder
{
    private const int IdLength = 8;

    // A disk's lost+found is no reason to see no run at all.
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    /// <summary>A folder of runs; it is made with the first run.</summary>
    /// <param name="folderPath">The folder; usually "runs" in the current one.</param>
    public RunsFolder(string folderPath = "runs")
    {
        ArgumentException.ThrowIfNullOrEmpty(folderPath);
        FolderPath = Path.GetFullPath(folderPath);
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>All runs, newest first. A folder that cannot be read, or whose run.json cannot, is left out.</summary>
    public IReadOnlyList<RunDirectory> Runs
    {
        get
        {
            if (!Directory.Exists(FolderPath)) return [];
            IEnumerable<string> folders = Directory.EnumerateDirectories(FolderPath).SelectMany(folder => IsRun(folder) ? [folder] : Directory.EnumerateDirectories(folder, "*", Readable).Where(IsRun));
            return [.. folders.Select(TryOpen).OfType<RunDirectory>().OrderByDescending(run => run.Info.Started).ThenBy(run => run.Info.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>Makes the folder of a new run and becomes its writer.</summary>
    /// <param name="identity">What the run is of. Names become folder names: what a file system minds becomes a dash, and long ones are shortened.</param>
    /// <param name="configuration">All options, as for <see cref="ITracker.Configure"/>; a run that is killed at once can then be resumed all the same.</param>
    /// <exception cref="ArgumentException">A name is empty, or would lead out of this folder.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public RunDirectory Create(RunIdentity identity, IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(configuration);
        string parent = identity.Project is null ? FolderPath : Path.Combine(FolderPath, FolderName.From(identity.Project, "project"));
        string environment = FolderName.From(identity.EnvironmentId.Replace('/', '-'), "environment's id"), experiment = FolderName.From(identity.Experiment, "experiment's name");
        // Not from System.Random, which a program may have seeded: two processes that start together are to differ.
        string id = Guid.NewGuid().ToString("N")[..IdLength];
        string time = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string name = string.Create(CultureInfo.InvariantCulture, $"{environment}__{experiment}__{identity.Seed}__{time}-{id}");
        return RunDirectory.Create(Path.Combine(parent, name), id, identity, configuration);
    }

    /// <summary>The run of an id, or in a folder.</summary>
    /// <param name="idOrPath">The id of a run in here or the beginning of one, the name of its folder, or the path of any run's folder.</param>
    /// <exception cref="ArgumentException">There is none, and the message names the newest ones; or several begin so, and it names them.</exception>
    /// <exception cref="InvalidDataException">There is one, but its run.json is damaged or of a newer format.</exception>
    public RunDirectory Find(string idOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrPath);
        if (IsRun(idOrPath)) return RunDirectory.Open(idOrPath);
        IReadOnlyList<RunDirectory> runs = Runs;
        if (runs.FirstOrDefault(run => run.Info.Id == idOrPath || Path.GetFileName(run.FolderPath) == idOrPath) is { } found) return found;
        RunDirectory[] begun = [.. runs.Where(run => run.Info.Id.StartsWith(idOrPath, StringComparison.Ordinal))];
        if (begun.Length > 1) throw new ArgumentException($"The ids of {begun.Length} runs begin with '{idOrPath}': {string.Join(", ", begun.Take(5).Select(run => run.Info.Id))}; give more of it.");
        return begun.SingleOrDefault()
            ?? throw new ArgumentException(runs.Count == 0
                ? $"There is no run '{idOrPath}', and '{FolderPath}' has no runs at all."
                : $"There is no run '{idOrPath}' in '{FolderPath}'; the newest are {string.Join(", ", runs.Take(3).Select(run => $"{run.Info.Id} ({run.Info.Identity.Algorithm} on {run.Info.Identity.EnvironmentId})"))}.");
    }

    /// <summary>The runs that are of the same, newest first.</summary>
    /// <param name="identity">What they are of; without a project it stands for all projects.</param>
    public IReadOnlyList<RunDirectory> FindAll(RunIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return [.. Runs.Where(run => run.Info.Identity == identity with { Project = identity.Project ?? run.Info.Identity.Project })];
    }

    private static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunDirectory.InfoName));

    private static RunDirectory? TryOpen(string folder)
    {
        try
        {
            return RunDirectory.Open(folder);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
