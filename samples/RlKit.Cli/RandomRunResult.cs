namespace RlKit.Cli;

/// <summary>What a <see cref="RandomRun"/> measured.</summary>
/// <param name="Episodes">Episodes played.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="Mean">Mean of their returns.</param>
/// <param name="StandardDeviation">Standard deviation of their returns, as of a whole population.</param>
/// <param name="Min">Lowest return.</param>
/// <param name="Max">Highest return.</param>
/// <param name="StepsPerSecond">Steps per second, without the program's start.</param>
/// <param name="Videos">The videos that were recorded.</param>
internal sealed record RandomRunResult(long Episodes, long Steps, double Mean, double StandardDeviation, double Min, double Max, double StepsPerSecond, IReadOnlyList<string> Videos);
