using System.Globalization;

namespace RlKit;

/// <summary>
/// Shifts and scales every element of the observations by its running mean and standard deviation: (x - mean) / sqrt(variance + epsilon). The statistics take in
/// every observation of every step and reset, until they are frozen.
/// </summary>
/// <remarks>Gymnasium's NormalizeObservation. The statistics are part of the saved state.</remarks>
public sealed class NormalizeObservation<TAction> : ObservationWrapper<float[], float[], TAction>
    where TAction : notnull
{
    private readonly Box<float> _space;
    private readonly double _epsilon;
    private readonly ObservationBuffer<float> _buffer;

    /// <summary>Normalises observations.</summary>
    /// <param name="environment">The environment to wrap; its observation space is a box.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">The observation space is no box.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not above 0.</exception>
    public NormalizeObservation(IEnvironment<float[], TAction> environment, double epsilon = 1e-8)
        : base(environment)
    {
        RequireEpsilon(epsilon);
        Box<float> inner = WrappedSpace.Box<float>(environment.ObservationSpace, nameof(NormalizeObservation<TAction>), nameof(environment));
        _space = new Box<float>(float.NegativeInfinity, float.PositiveInfinity, inner.Shape);
        _epsilon = epsilon;
        _buffer = new ObservationBuffer<float>(environment, inner.FlatSize);
        Statistics = new RunningMeanStd(inner.FlatSize);
    }

    /// <inheritdoc/>
    public override Space<float[]> ObservationSpace => _space;

    /// <summary>The mean and variance so far.</summary>
    public RunningMeanStd Statistics { get; }

    /// <summary>True while the statistics stay as they are, as in an evaluation.</summary>
    public bool IsFrozen { get; set; }

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

    internal static void RequireEpsilon(double epsilon)
    {
        if (!(epsilon > 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, string.Create(CultureInfo.InvariantCulture, $"Epsilon is {epsilon}; give a number above 0, such as 1e-8."));
    }

    /// <inheritdoc/>
    protected override float[] Observe(float[] observation)
    {
        if (!IsFrozen) Statistics.Update(observation);
        float[] normalized = _buffer.Next();
        Statistics.Normalize(observation, normalized, _epsilon);
        return normalized;
    }
}
