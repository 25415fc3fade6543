namespace RlKit.Tensors;

/// <summary>Two-dimensional convolution (cross-correlation) of a batch (N, C, H, W). Parameters: <c>weight</c> (outputs, inputs, kernel, kernel) and <c>bias</c> (outputs).</summary>
public sealed class Conv2d : Layer
{
    /// <summary>Makes a layer with PyTorch's initial values: weight and bias uniform within ±1/√(inputs · kernel²).</summary>
    /// <param name="inputs">The input's channels, at least 1.</param>
    /// <param name="outputs">The output's channels, at least 1.</param>
    /// <param name="kernel">The height and width of the kernel, at least 1.</param>
    /// <param name="generator">What draws the initial values.</param>
    /// <param name="stride">How far the kernel moves from one output to the next, at least 1.</param>
    /// <param name="padding">Rows and columns of zeros around the input, at least 0.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="device">Where the parameters are; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Conv2d(int inputs, int outputs, int kernel, Generator generator, int stride = 1, int padding = 0, bool bias = true, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        Stride = stride;
        Padding = padding;
        float bound = 1 / MathF.Sqrt((float)inputs * kernel * kernel);
        Weight = AddParameter("weight", Tensor.Uniform([outputs, inputs, kernel, kernel], generator, -bound, bound, device));
        if (bias) Bias = AddParameter("bias", Tensor.Uniform([outputs], generator, -bound, bound, device));
    }

    /// <summary>The weights, of shape (outputs, inputs, kernel, kernel).</summary>
    public Tensor Weight { get; }

    /// <summary>The bias, of shape (outputs); null if the layer has none.</summary>
    public Tensor? Bias { get; }

    /// <summary>How far the kernel moves from one output to the next.</summary>
    public int Stride { get; }

    /// <summary>Rows and columns of zeros around the input.</summary>
    public int Padding { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, Activation.None);

    /// <summary>The output with a function applied to it, in one operation.</summary>
    /// <param name="input">The input, of shape (N, inputs, H, W).</param>
    /// <param name="activation">The function.</param>
    /// <returns>The output, of shape (N, outputs, (H + 2 padding - kernel) / stride + 1, likewise for W).</returns>
    public Tensor Forward(Tensor input, Activation activation) => input.Conv2d(Weight, Bias, Stride, Padding, activation);
}
