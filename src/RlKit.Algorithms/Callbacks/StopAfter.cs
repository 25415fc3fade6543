namespace RlKit;

/// <summary>Stops a training after a time, counted from the start or the resume.</summary>
public sealed class StopAfter : Callback
{
    private readonly TimeSpan _limit;

    /// <summary>Stops after a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above zero.</exception>
    public StopAfter(TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        _limit = limit;
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Clock.Total >= _limit) context.Stop(FormattableString.Invariant($"time limit of {_limit:c} reached"));
    }
}
