using System.Globalization;
using System.Numerics;

namespace RlKit;

/// <summary>The running mean and variance of vectors, element by element, over everything they were updated with.</summary>
/// <remarks>
/// Gymnasium's RunningMeanStd, in double precision: batches are combined by the parallel algorithm of Chan, Golub and LeVeque (1979). It starts with mean 0, variance 1 and a count of 0.0001.
/// </remarks>
public sealed class RunningMeanStd : IStateful
{
    private readonly double[] _mean;
    private readonly double[] _variance;

    /// <summary>Statistics of vectors.</summary>
    /// <param name="size">Elements in a vector, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public RunningMeanStd(int size)
    {
        if (size < 1) throw new ArgumentOutOfRangeException(nameof(size), size, $"The size is {size}; give 1 or more.");
        _mean = new double[size];
        _variance = new double[size];
        Array.Fill(_variance, 1);
    }

    /// <summary>The mean of each element.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>The variance of each element.</summary>
    public ReadOnlySpan<double> Variance => _variance;

    /// <summary>The number of vectors, and 0.0001.</summary>
    public double Count { get; private set; } = 1e-4;

    /// <summary>Takes in vectors that lie one after the other.</summary>
    /// <param name="batch">A multiple of the size of elements; nothing changes when there are none.</param>
    /// <exception cref="ArgumentException">The elements are no whole number of vectors.</exception>
    public void Update(ReadOnlySpan<float> batch) => Update<float>(batch);

    /// <inheritdoc cref="Update(ReadOnlySpan{float})"/>
    public void Update(ReadOnlySpan<double> batch) => Update<double>(batch);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_mean.Length);
        writer.Write(Count);
        foreach (double value in _mean) writer.Write(value);
        foreach (double value in _variance) writer.Write(value);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int size = reader.ReadInt32();
        if (size != _mean.Length) throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The statistics are of {size} elements, but {_mean.Length} are needed."));
        Count = reader.ReadDouble();
        for (int i = 0; i < size; i++) _mean[i] = reader.ReadDouble();
        for (int i = 0; i < size; i++) _variance[i] = reader.ReadDouble();
    }

    /// <summary>Writes (x - mean) / sqrt(variance + epsilon) for vectors that lie one after the other.</summary>
    internal void Normalize(ReadOnlySpan<float> source, Span<float> destination, double epsilon)
    {
        int size = _mean.Length;
        for (int row = 0; row < source.Length; row += size)
            for (int i = 0; i < size; i++) destination[row + i] = (float)((source[row + i] - _mean[i]) / Math.Sqrt(_variance[i] + epsilon));
    }

    private void Update<T>(ReadOnlySpan<T> batch)
        where T : unmanaged, INumber<T>
    {
        int size = _mean.Length, rows = batch.Length / size;
        if (batch.Length % size != 0) throw new ArgumentException($"{batch.Length} elements are no whole number of vectors of {size}.", nameof(batch));
        if (rows == 0) return;
        for (int i = 0; i < size; i++)
        {
            double mean = 0;
            for (int row = 0; row < rows; row++) mean += double.CreateTruncating(batch[(row * size) + i]);
            mean /= rows;
            double variance = 0;
            for (int row = 0; row < rows; row++)
            {
                double difference = double.CreateTruncating(batch[(row * size) + i]) - mean;
                variance += difference * difference;
            }

            Combine(i, mean, variance / rows, rows);
        }

        Count += rows;
    }

    private void Combine(int i, double mean, double variance, int rows)
    {
        double delta = mean - _mean[i], total = Count + rows;
        _mean[i] += delta * rows / total;
        _variance[i] = ((_variance[i] * Count) + (variance * rows) + (delta * delta * Count * rows / total)) / total;
    }
}
