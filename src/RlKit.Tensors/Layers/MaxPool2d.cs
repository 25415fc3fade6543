namespace RlKit.Tensors;

/// <summary>The largest value of each window of a batch (N, C, H, W).</summary>
public sealed class MaxPool2d : Layer
{
    /// <summary>Makes a layer.</summary>
    /// <param name="kernel">The height and width of the window, at least 1.</param>
    /// <param name="stride">How far the window moves, at least 1; its size if null.</param>
    /// <param name="padding">How far windows reach over the edge, at most half of the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public MaxPool2d(int kernel, int? stride = null, int padding = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        Kernel = kernel;
        Stride = stride ?? kernel;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Stride, nameof(stride));
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernel / 2);
        Padding = padding;
    }

    /// <summary>The height and width of the window.</summary>
    public int Kernel { get; }

    /// <summary>How far the window moves.</summary>
    public int Stride { get; }

    /// <summary>How far windows reach over the edge.</summary>
    public int Padding { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => input.MaxPool2d(Kernel, Stride, Padding);
}
