namespace RlKit;

/// <summary>What one episode came to.</summary>
/// <param name="Return">The sum of its rewards, undiscounted.</param>
/// <param name="Length">The number of its steps.</param>
/// <param name="Seconds">The time from its reset to its last step.</param>
public readonly record struct EpisodeSummary(double Return, int Length, double Seconds);
