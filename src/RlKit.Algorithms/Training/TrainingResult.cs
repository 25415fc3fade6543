namespace RlKit;

/// <summary>What a call of Learn did.</summary>
/// <param name="Step">Environment steps so far, over all calls and resumes.</param>
/// <param name="Outcome">Finished (also by a stop condition) or cancelled.</param>
/// <param name="StopReason">Why it ended before its total; null when it did all its steps.</param>
/// <param name="MeanReturn">Mean return of the last 100 episodes; NaN without one.</param>
/// <param name="Episodes">Finished episodes over all calls and resumes.</param>
/// <param name="Elapsed">Wall time of this call.</param>
/// <param name="StepsPerSecond">Steps of this call by its wall time.</param>
/// <param name="Clock">The wall time of this call by phase.</param>
public sealed record TrainingResult(
    long Step, RunOutcome Outcome, string? StopReason, double MeanReturn, long Episodes, TimeSpan Elapsed, double StepsPerSecond, PhaseClock Clock);
