namespace RlKit;

/// <summary>Where a training run stands.</summary>
/// <param name="Step">Environment steps so far.</param>
/// <param name="TotalSteps">Environment steps to do, absolute.</param>
/// <param name="Episodes">Finished episodes so far.</param>
/// <param name="MeanReturn">Mean return of the last 100 episodes; NaN before the first.</param>
/// <param name="StepsPerSecond">Since the start or the resume.</param>
/// <param name="Elapsed">Time since the start or the resume.</param>
public readonly record struct TrainingProgress(long Step, long TotalSteps, long Episodes, double MeanReturn, double StepsPerSecond, TimeSpan Elapsed)
{
    /// <summary>The time that the remaining steps take at the present speed; <see cref="TimeSpan.MaxValue"/>, some 29,000 years, where it is longer.</summary>
    public TimeSpan Remaining
    {
        get
        {
            double seconds = StepsPerSecond > 0 ? Math.Max(0, TotalSteps - Step) / StepsPerSecond : 0;
            return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        }
    }
}
