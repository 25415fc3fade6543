namespace RlKit;

/// <summary>A finished episode.</summary>
/// <param name="Step">Environment steps over all copies when it ended.</param>
/// <param name="Environment">The copy that it happened in.</param>
/// <param name="Return">The sum of its rewards.</param>
/// <param name="Length">Its steps.</param>
/// <param name="Truncated">It was cut off rather than terminated.</param>
public readonly record struct Episode(long Step, int Environment, double Return, int Length, bool Truncated);
