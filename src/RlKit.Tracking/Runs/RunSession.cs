namespace RlKit.Tracking;

/// <summary>One process that trained a run: the first, or one that resumed it.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null while it goes on, and of one that was killed.</param>
/// <param name="Outcome">How it ended; <see cref="RunState.Running"/> while it goes on, and in the file of one that was killed.</param>
/// <param name="Error">What ended a failed one, in one line; else null.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="CommandLine">The program and its arguments.</param>
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
    string OperatingSystem);
