namespace RlKit.Tracking;

/// <summary>One thing that a run reported.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, for example "train/loss".</param>
/// <param name="Step">Environment steps over all copies.</param>
/// <param name="Time">When it was reported, in seconds since 1970 (UTC).</param>
/// <param name="Value">The number of a <see cref="MetricKind.Scalar"/>; else 0.</param>
/// <param name="Text">The text, or the path of a file relative to the run's folder with slashes (an absolute one when it lies elsewhere); else null.</param>
/// <param name="Histogram">The distribution; else null.</param>
public readonly record struct MetricRecord(MetricKind Kind, string Name, long Step, double Time, double Value, string? Text, Histogram? Histogram);
