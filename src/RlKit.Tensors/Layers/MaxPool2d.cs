namespace RlKit.Tensors;

/// <summary>The largest value of each window of a batch (N, C, H, W).</summary>
/// <param name="kernel">The height and width of the window, at least 1.</param>
/// <param name="stride">How far the window moves; its size if null.</param>
/// <param name="padding">How far windows reach over the edge, at most half of the window.</param>
public sealed class MaxPool2d(int kernel, int? stride = null, int padding = 0) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => input.MaxPool2d(kernel, stride, padding);
}
