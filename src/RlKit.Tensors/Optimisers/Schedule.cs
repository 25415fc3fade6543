namespace RlKit.Tensors;

/// <summary>
/// A value that moves in a straight line from <see cref="Start"/> to <see cref="End"/> over the first <see cref="Fraction"/> of a training and stays
/// there: a learning rate that is annealed, an exploration rate that falls. A pure function of the progress, so that a resumed run continues on it.
/// </summary>
/// <example><code>optimiser.LearningRate = Schedule.Linear(2.5e-4).At(progress);</code></example>
public readonly record struct Schedule
{
    private Schedule(double start, double end, double fraction)
    {
        Start = start;
        End = end;
        Fraction = fraction;
    }

    /// <summary>The value at progress 0.</summary>
    public double Start { get; }

    /// <summary>The value from progress <see cref="Fraction"/> on.</summary>
    public double End { get; }

    /// <summary>The share of the training over which the value moves, 0 to 1; 0 means that it is <see cref="End"/> from the beginning.</summary>
    public double Fraction { get; }

    /// <summary>A value that never changes.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public static Schedule Constant(double value) => Linear(value, value);

    /// <summary>A value that moves in a straight line.</summary>
    /// <param name="start">The value at progress 0.</param>
    /// <param name="end">The value it ends with.</param>
    /// <param name="fraction">The share of the training over which it moves, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite, or the fraction is outside 0 to 1.</exception>
    public static Schedule Linear(double start, double end = 0, double fraction = 1)
    {
        if (!double.IsFinite(start)) throw new ArgumentOutOfRangeException(nameof(start), start, "A schedule's value must be finite.");
        if (!double.IsFinite(end)) throw new ArgumentOutOfRangeException(nameof(end), end, "A schedule's value must be finite.");
        if (!(fraction >= 0 && fraction <= 1)) throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction of the training must be within 0 to 1.");
        return new Schedule(start, end, fraction);
    }

    /// <summary>A plain number is a schedule that never changes.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>The value at a point of the training.</summary>
    /// <param name="progress">The share of the training that is done, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The progress is outside 0 to 1.</exception>
    public double At(double progress)
    {
        if (!(progress >= 0 && progress <= 1)) throw new ArgumentOutOfRangeException(nameof(progress), progress, "The progress of a training must be within 0 to 1.");
        return progress >= Fraction ? End : Start + (End - Start) * (progress / Fraction);
    }

    /// <summary>The value at a step of the training.</summary>
    /// <param name="step">The steps done, 0 to <paramref name="total"/>.</param>
    /// <param name="total">The steps of the whole training, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public double At(long step, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, total);
        return At((double)step / total);
    }
}
