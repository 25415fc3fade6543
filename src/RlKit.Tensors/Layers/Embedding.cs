namespace RlKit.Tensors;

/// <summary>A table of vectors that are looked up by index. Parameter: <c>weight</c> (count, width), standard normal at first.</summary>
public sealed class Embedding : Module
{
    /// <summary>Makes a table.</summary>
    /// <param name="count">The number of vectors, at least 1.</param>
    /// <param name="width">The length of each, at least 1.</param>
    /// <param name="generator">What draws the initial values.</param>
    /// <param name="device">Where the parameters are; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Embedding(int count, int width, Generator generator, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Weight = AddParameter("weight", Tensor.Normal([count, width], generator, device: device));
    }

    /// <summary>The vectors, of shape (count, width).</summary>
    public Tensor Weight { get; }

    /// <summary>Looks vectors up.</summary>
    /// <param name="indices">Indices from 0 to count - 1, of any shape.</param>
    /// <returns>The vectors: the shape of the indices, and behind it the width.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the table.</exception>
    public Tensor Forward(IndexTensor indices) => Weight.IndexSelect(0, indices);
}
