using System.Buffers;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// Observations shifted and scaled to mean 0 and variance 1, and clipped: (x - mean) / sqrt(variance + epsilon). The numbers change only when an agent that learns them
/// changes them; a policy from a file, or a snapshot, keeps those that it was saved with.
/// </summary>
public sealed class ObservationNormalization
{
    private const double Epsilon = 1e-8;

    private readonly Tensor _shift;
    private readonly Tensor _scale;

    /// <summary>A normalisation.</summary>
    /// <param name="mean">The mean of each element.</param>
    /// <param name="variance">The variance of each element, 0 or more.</param>
    /// <param name="clip">The largest normalised value; smaller than minus this is clipped too. Above 0.</param>
    /// <exception cref="ArgumentException">There are not as many means as variances, or a variance is negative.</exception>
    public ObservationNormalization(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, double clip = 10)
    {
        Require.Above(clip, 0);
        Clip = clip;
        Mean = new double[mean.Length];
        Variance = new double[mean.Length];
        _shift = Tensor.Zeros(mean.Length).Keep();
        _scale = Tensor.Zeros(mean.Length).Keep();
        Set(mean, variance);
    }

    /// <summary>The largest normalised value.</summary>
    public double Clip { get; }

    internal double[] Mean { get; }

    internal double[] Variance { get; }

    internal void Set(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        if (mean.Length != Mean.Length || variance.Length != Mean.Length)
            throw new ArgumentException($"There are {mean.Length} means and {variance.Length} variances for {Mean.Length} elements; give one of each for every element.", nameof(variance));
        mean.CopyTo(Mean);
        variance.CopyTo(Variance);
        for (int i = 0; i < mean.Length; i++)
        {
            if (!(variance[i] >= 0)) throw new ArgumentException(FormattableString.Invariant($"The variance of element {i} is {variance[i]}; it has to be 0 or more."), nameof(variance));
        }

        float[] values = ArrayPool<float>.Shared.Rent(mean.Length);
        for (int i = 0; i < mean.Length; i++) values[i] = (float)mean[i];
        _shift.CopyFrom(values.AsSpan(0, mean.Length));
        for (int i = 0; i < mean.Length; i++) values[i] = (float)(1 / Math.Sqrt(variance[i] + Epsilon));
        _scale.CopyFrom(values.AsSpan(0, mean.Length));
        ArrayPool<float>.Shared.Return(values);
    }

    internal Tensor Apply(Tensor observations) => ((observations - _shift) * _scale).Clamp(-(float)Clip, (float)Clip);

    internal ObservationNormalization Copy() => new(Mean, Variance, Clip);
}
