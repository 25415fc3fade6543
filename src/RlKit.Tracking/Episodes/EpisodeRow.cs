namespace RlKit.Tracking;

/// <summary>One finished episode of a run.</summary>
/// <param name="Step">Environment steps at its end, over all copies.</param>
/// <param name="Environment">The copy that it happened in.</param>
/// <param name="Return">The sum of its rewards.</param>
/// <param name="Length">Its steps.</param>
public readonly record struct EpisodeRow(long Step, int Environment, double Return, int Length);
