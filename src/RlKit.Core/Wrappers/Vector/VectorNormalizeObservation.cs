namespace RlKit;

/// <summary>
/// Shifts and scales every element of the observations of a vector environment by its running mean and standard deviation over all copies: <see cref="NormalizeObservation{TAction}"/>
/// with one batch for every step and reset.
/// </summary>
/// <remarks>
/// Gymnasium's vector NormalizeObservation, in every autoreset mode. The final observations are normalised with the same statistics, and in same-step mode they are not taken in: there the batch is what an
/// agent acts on next. The statistics are part of the saved state.
/// </remarks>
public sealed class VectorNormalizeObservation : VectorObservationWrapper<float, float>
{
    private readonly double _epsilon;

    /// <summary>Normalises observations.</summary>
    /// <param name="environment">The vector environment to wrap; its observations are float32.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">The observations are bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not above 0.</exception>
    public VectorNormalizeObservation(IVectorEnvironment environment, double epsilon = 1e-8)
        : base(environment, Unbounded(environment))
    {
        NormalizeObservation<int>.RequireEpsilon(epsilon);
        _epsilon = epsilon;
        Statistics = new RunningMeanStd(ObservationSize);
    }

    /// <summary>The mean and variance so far.</summary>
    public RunningMeanStd Statistics { get; }

    /// <summary>True while the statistics stay as they are, as in an evaluation.</summary>
    public bool IsFrozen { get; set; }

    /// <inheritdoc/>
    /// <remarks>The statistics take in the new observations of the copies that are reset.</remarks>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        if (!IsFrozen)
        {
            for (int i = 0; i < mask.Length; i++)
                if (mask[i]) Statistics.Update(InnerObservations.Slice(i * ObservationSize, ObservationSize));
        }

        ObserveWhere(mask);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        Statistics.SaveState(writer);
        writer.Write(IsFrozen);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        Statistics.LoadState(reader);
        IsFrozen = reader.ReadBoolean();
    }

    /// <inheritdoc/>
    protected override void OnObservations()
    {
        if (!IsFrozen) Statistics.Update(InnerObservations);
    }

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> observation, Span<float> destination) => Statistics.Normalize(observation, destination, _epsilon);

    private static Box<float> Unbounded(IVectorEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.ObservationSpace is Box<float> box
            ? new Box<float>(float.NegativeInfinity, float.PositiveInfinity, box.Shape)
            : new Box<float>(float.NegativeInfinity, float.PositiveInfinity, [environment.ObservationSize]);
    }
}
