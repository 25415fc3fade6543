namespace RlKit.Cli.Runs;

/// <summary>Something that runs have, which is not the same in all.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">What each run has: null, bool, long, double or string.</param>
internal sealed record RunDifference(string Name, IReadOnlyList<object?> Values);
