namespace RlKit.Tracking.MLflow;

/// <summary>How far a metric was sent. MLflow deletes no value, and a run that goes on from an earlier step reports its last ones again: they are recognised by this.</summary>
/// <param name="Step">The last step that was sent.</param>
/// <param name="Count">How many values of that step were sent.</param>
/// <param name="Time">The time that the last one was given.</param>
/// <param name="Part">The part of the queue that it came from.</param>
/// <param name="SkippingPart">The part that <paramref name="Skipped"/> is about.</param>
/// <param name="Skipped">How many values of that step came again in a later part.</param>
internal readonly record struct MLflowMark(long Step, int Count, long Time, int Part, int SkippingPart, int Skipped)
{
    /// <summary>Of a metric that was never sent.</summary>
    public static MLflowMark None => new(-1, 0, 0, 0, 0, 0);

    /// <summary>Whether a value of a part was sent by an earlier one.</summary>
    public bool Has(long step, int part) => part > Part && (step < Step || (step == Step && SkippedIn(part) < Count));

    /// <summary>The time of the next value: one that no value of the same step has.</summary>
    public long TimeOf(long step, long time) => step == Step ? Math.Max(time, Time + 1) : time;

    /// <summary>After a value.</summary>
    public MLflowMark After(MLflowMetric metric, int part)
    {
        if (metric.Need != MLflowNeed.Skip) return new(metric.Step, metric.Step == Step ? Count + 1 : 1, metric.Time, part, 0, 0);
        return metric.Step < Step ? this : this with { SkippingPart = part, Skipped = SkippedIn(part) + 1 };
    }

    private int SkippedIn(int part) => part == SkippingPart ? Skipped : 0;
}
