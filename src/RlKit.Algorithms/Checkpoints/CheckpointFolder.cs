using System.Globalization;

namespace RlKit;

/// <summary>The checkpoints of one run: the newest few are kept, and a resume finds the newest whole one.</summary>
public sealed class CheckpointFolder
{
    private const string Prefix = "step-";

    private readonly int _keepLast;

    /// <summary>A folder, made when the first checkpoint is written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="keepLast">How many checkpoints to keep, 1 or more; older ones are deleted after a newer one is safe. Default 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keepLast"/> is below 1.</exception>
    public CheckpointFolder(string path, int keepLast = 2)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(keepLast, 1);
        FolderPath = System.IO.Path.GetFullPath(path);
        _keepLast = keepLast;
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>The files of all checkpoints, newest first, whole or not.</summary>
    public IReadOnlyList<string> Files => [.. FilesByStep().Select(file => file.Path)];

    /// <summary>Writes a checkpoint of an agent, and then deletes those that are too old: of its step and those before it, the newest few stay. Those of later steps stay too.</summary>
    /// <param name="agent">The agent, between two steps.</param>
    /// <param name="includeReplay">Whether its replay buffer is part of it (<see cref="CheckpointOptions.IncludeReplay"/>).</param>
    /// <returns>The file.</returns>
    public string Save(Agent agent, bool includeReplay = true)
    {
        ArgumentNullException.ThrowIfNull(agent);
        string path = System.IO.Path.Combine(FolderPath, Prefix + agent.Step.ToString("D12", CultureInfo.InvariantCulture) + Checkpoint.Extension);
        Checkpoint.Save(agent, path, includeReplay);
        foreach ((string old, _) in FilesByStep().Where(file => file.Step <= agent.Step).Skip(_keepLast)) File.Delete(old);

        // A process that was killed left what it had written of one.
        foreach (string partial in Directory.EnumerateFiles(FolderPath, Prefix + "*" + Checkpoint.Extension + AtomicFile.PartialSuffix)) AtomicFile.RemovePartial(partial);
        return path;
    }

    /// <summary>Brings an agent into the state of the newest whole checkpoint.</summary>
    /// <param name="agent">The agent, made as it was.</param>
    /// <returns>The file; null when the folder has no checkpoint.</returns>
    /// <exception cref="InvalidDataException">There are checkpoints, but none is whole; the message says what is wrong with each.</exception>
    /// <exception cref="ArgumentException">The checkpoint is of another algorithm, environment or options.</exception>
    public string? LoadNewest(Agent agent)
    {
        string? newest = FindNewest();
        if (newest is not null) Checkpoint.Load(agent, newest);
        return newest;
    }

    /// <summary>Refuses an agent that whole checkpoints here are ahead of: a resume would find those, and not what the agent writes.</summary>
    /// <exception cref="InvalidOperationException">There is one of a later step.</exception>
    internal void RequireNoneAhead(Agent agent)
    {
        foreach ((string path, long step) in FilesByStep().Where(file => file.Step > agent.Step))
        {
            if (!Checkpoint.IsWhole(path, out _)) continue;
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{FolderPath}' has a checkpoint of step {step}, and this agent is at step {agent.Step}, so that a resume would not find what it writes; go on from that one (LoadNewest), give a new training a folder of its own, or delete the later checkpoints."));
        }
    }

    /// <summary>The newest whole checkpoint; null when the folder has none.</summary>
    /// <inheritdoc cref="FindNewest(out IReadOnlyList{string})"/>
    public string? FindNewest() => FindNewest(out _);

    /// <summary>The newest whole checkpoint, and what was passed over; null when the folder has none.</summary>
    /// <param name="faults">What is wrong with each checkpoint that is newer than the one found.</param>
    /// <exception cref="InvalidDataException">There are checkpoints, but none is whole; the message says what is wrong with each.</exception>
    public string? FindNewest(out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        faults = found;
        foreach (string file in Files)
        {
            if (Checkpoint.IsWhole(file, out string? fault)) return file;
            found.Add(fault!);
        }

        return found.Count == 0 ? null : throw new InvalidDataException($"No checkpoint in '{FolderPath}' is whole. " + string.Join(" ", found));
    }

    private IEnumerable<(string Path, long Step)> FilesByStep()
    {
        if (!Directory.Exists(FolderPath)) return [];
        var files = new List<(string Path, long Step)>();
        foreach (string path in Directory.EnumerateFiles(FolderPath, Prefix + "*" + Checkpoint.Extension))
        {
            ReadOnlySpan<char> number = System.IO.Path.GetFileNameWithoutExtension(path.AsSpan())[Prefix.Length..];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long step)) files.Add((path, step));
        }

        return files.OrderByDescending(file => file.Step);
    }
}
