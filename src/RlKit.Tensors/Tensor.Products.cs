using RlKit.Tensors.Engines;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

public readonly partial struct Tensor
{
    /// <summary>The matrix product over the last two axes; a vector counts as one column on the right, one row on the left.</summary>
    /// <param name="other">The right factor. A factor of rank 3 is a batch of matrices; one of rank 2 goes with each of them.</param>
    /// <param name="transposeThis">Whether to exchange this tensor's last two axes first.</param>
    /// <param name="transposeOther">Whether to exchange the other's last two axes first.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor MatMul(Tensor other, bool transposeThis = false, bool transposeOther = false)
    {
        TensorNode a = Node, b = other.Node;
        Engine engine = Common(a, b);
        Shape left = a.Shape, right = b.Shape;
        if (right.Rank == 1 && left.Rank >= 1)
            return MatMul(other.Unsqueeze(1), transposeThis).Squeeze(-1);
        if (left.Rank == 1 && right.Rank >= 2)
            return Unsqueeze(0).MatMul(other, false, transposeOther).Squeeze(-2);
        if (left.Rank is < 2 or > 3 || right.Rank is < 2 or > 3) ThrowShapes(nameof(MatMul), left, right, "are not matrices or batches of matrices (rank 1 to 3)");
        int rows = transposeThis ? left[-1] : left[-2], inner = transposeThis ? left[-2] : left[-1];
        int columns = transposeOther ? right[-2] : right[-1], innerRight = transposeOther ? right[-1] : right[-2];
        if (inner != innerRight)
        {
            ThrowShapes(nameof(MatMul), left, right, (transposeThis, transposeOther) switch
            {
                (false, false) => $"do not fit: {inner} columns meet {innerRight} rows",
                (true, false) => $"do not fit with the left one transposed: {inner} meets {innerRight}",
                (false, true) => $"do not fit with the right one transposed: {inner} meets {innerRight}",
                _ => $"do not fit with both transposed: {inner} meets {innerRight}",
            });
        }

        if (left.Rank == 2 && right.Rank == 2) return new Tensor(engine.MatMul(a, b, transposeThis, transposeOther, new Shape(rows, columns)));
        int batch = left.Rank == 3 ? left[0] : right[0];
        if (left.Rank == 3 && right.Rank == 3 && left[0] != right[0]) ThrowShapes(nameof(MatMul), left, right, "are batches of different size");
        return new Tensor(engine.MatMul(a, b, transposeThis, transposeOther, new Shape(batch, rows, columns)));
    }

    /// <summary>activation(x Wᵀ + b) over the last axis; in one pass, but for the activations from <see cref="Activation.Elu"/> on.</summary>
    /// <param name="weight">The weights, (out, in) as PyTorch stores them.</param>
    /// <param name="bias">The bias, (out); none if null.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor Linear(Tensor weight, Tensor? bias = null, Activation activation = Activation.None)
    {
        if (activation > Activation.Sigmoid) return Linear(weight, bias).Activate(activation);
        TensorNode x = Node, w = weight.Node;
        Engine engine = Common(x, w);
        if (w.Shape.Rank != 2 || x.Shape.Rank == 0 || x.Shape[-1] != w.Shape[1])
            ThrowShapes(nameof(Linear), x.Shape, w.Shape, "do not fit: the input's last axis is as long as the weight's second (out, in)");
        TensorNode? b = null;
        if (bias is { } given)
        {
            b = given.Node;
            Common(x, b);
            if (b.Shape.Rank != 1 || b.Shape[0] != w.Shape[0]) ThrowShapes(nameof(Linear), w.Shape, b.Shape, "do not fit: the bias is as long as the weight's first axis (out, in)");
        }

        return new Tensor(engine.Linear(x, w, b, activation, x.Shape.With(-1, w.Shape[0])));
    }

    /// <summary>The two-dimensional cross-correlation that convolution layers compute, with a bias and an activation in the same pass.</summary>
    /// <param name="weight">The weights, (out channels, in channels, kernel height, kernel width).</param>
    /// <param name="bias">The bias, (out channels); none if null.</param>
    /// <param name="stride">The distance between windows, in both directions.</param>
    /// <param name="padding">The zeros around the image, on every side.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <returns>(N, out channels, (H + 2 padding - kernel height) / stride + 1, likewise W) for this tensor of (N, in channels, H, W).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The stride is not positive, or the padding is negative.</exception>
    public Tensor Conv2d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, Activation activation = Activation.None)
    {
        if (activation > Activation.Sigmoid) return Conv2d(weight, bias, stride, padding).Activate(activation);
        TensorNode x = Node, w = weight.Node;
        Engine engine = Common(x, w);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        if (x.Shape.Rank != 4 || w.Shape.Rank != 4 || x.Shape[1] != w.Shape[1])
            ThrowShapes(nameof(Conv2d), x.Shape, w.Shape, "do not fit: the input is (N, channels, H, W), the weight (out, channels, height, width)");
        int height = x.Shape[2] + 2 * padding - w.Shape[2], width = x.Shape[3] + 2 * padding - w.Shape[3];
        if (height < 0 || width < 0) ThrowShapes(nameof(Conv2d), x.Shape, w.Shape, $"do not fit: the kernel is larger than the image with a padding of {padding}");
        TensorNode? b = null;
        if (bias is { } given)
        {
            b = given.Node;
            Common(x, b);
            if (b.Shape.Rank != 1 || b.Shape[0] != w.Shape[0]) ThrowShapes(nameof(Conv2d), w.Shape, b.Shape, "do not fit: the bias is as long as the weight's first axis");
        }

        var shape = new Shape(x.Shape[0], w.Shape[0], height / stride + 1, width / stride + 1);
        return new Tensor(engine.Conv2d(x, w, b, stride, padding, activation, shape));
    }

    /// <summary>The largest element of each window of images (N, channels, H, W).</summary>
    /// <param name="kernel">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size if null.</param>
    /// <param name="padding">How far windows reach over the edge, at most half the kernel; what lies outside is never the largest.</param>
    /// <exception cref="ArgumentException">The tensor is no batch of images, or smaller than a window.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The kernel or stride is not positive, or the padding is negative or above half the kernel.</exception>
    public Tensor MaxPool2d(int kernel, int? stride = null, int padding = 0)
    {
        TensorNode x = Node;
        int step = stride ?? kernel;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step, nameof(stride));
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernel / 2);
        if (x.Shape.Rank != 4) throw new ArgumentException($"MaxPool2d: the shape {x.Shape} is not (N, channels, H, W).");
        int height = x.Shape[2] + 2 * padding - kernel, width = x.Shape[3] + 2 * padding - kernel;
        if (height < 0 || width < 0) throw new ArgumentException($"MaxPool2d: the images of the shape {x.Shape} are smaller than the window {kernel} x {kernel}.");
        var shape = new Shape(x.Shape[0], x.Shape[1], height / step + 1, width / step + 1);
        return new Tensor(x.Device.Engine.MaxPool2d(x, kernel, step, padding, shape));
    }

    /// <summary>The last axes, as many as the weight has, taken together: less their mean, divided by sqrt(variance + epsilon), then scaled and shifted.</summary>
    /// <param name="axes">How many of the last axes to normalise.</param>
    /// <param name="weight">The scale, of those axes' shape; none if null.</param>
    /// <param name="bias">The shift, of those axes' shape; none if null.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has fewer axes, or epsilon is negative.</exception>
    public Tensor LayerNorm(int axes = 1, Tensor? weight = null, Tensor? bias = null, float epsilon = 1e-5f)
    {
        TensorNode x = Node;
        if (axes < 1 || axes > x.Shape.Rank) throw new ArgumentOutOfRangeException(nameof(axes), axes, $"LayerNorm: the shape {x.Shape} has 1 to {x.Shape.Rank} last axes to normalise.");
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        return new Tensor(x.Device.Engine.LayerNorm(x, axes, Affine(weight), Affine(bias), epsilon));

        TensorNode? Affine(Tensor? given)
        {
            if (given is not { } tensor) return null;
            TensorNode node = tensor.Node;
            Common(x, node, nameof(LayerNorm));
            if (!node.Shape.Lengths.SequenceEqual(x.Shape.Lengths[^axes..]))
                ThrowShapes(nameof(LayerNorm), x.Shape, node.Shape, $"do not fit: weight and bias have the shape of the last {axes} axes");
            return node;
        }
    }
}
