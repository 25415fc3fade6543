namespace RlKit.Tracking;

/// <summary>One process that trained a run: the first, or one that resumed it.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null while it goes on, and of one that was killed. Where such a run was resumed, it is when it last wrote.</param>
/// <param name="Outcome">How it ended; <see cref="RunState.Running"/> while it goes on, and in the file of one that was killed.</param>
/// <param name="Error">What ended a failed one, in one line; else null.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="CommandLine">The program and its arguments, with stars for passwords and the like.</param>
/// <param name="LibraryVersion">The version of RlKit.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="OperatingSystem">The operating system and its architecture.</param>
public sealed record RunSession(
    DateTimeOffset Started,
    DateTimeOffset? Ended,
    RunState Outcome,
    string? Error,
    string Host,
    int ProcessId,
    IReadOnlyList<string> CommandLine,
    string LibraryVersion,
    string Runtime,
    string OperatingSystem)
{
    /// <summary>The folder that the process worked in; null in older runs.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The machine's processors, as .NET counts them; 0 in older runs.</summary>
    public int Processors { get; init; }

    /// <summary>The commit that the sources were at, in hexadecimal digits; null where there is no git, or it was not asked yet (<see cref="RunDirectory.CaptureSource"/>).</summary>
    public string? Commit { get; init; }

    /// <summary>Whether files differed from that commit, or the project had sources beside it; null where that is not known.</summary>
    public bool? IsDirty { get; init; }

    /// <summary>The environment variables that decide how .NET and libraries compute, of a fixed list; no others are kept.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it trained; null while it goes on.</summary>
    public TimeSpan? Duration => Ended - Started;
}
