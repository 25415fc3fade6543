namespace RlKit.Tensors;

/// <summary>y = x Wᵀ + b over the last axis. Parameters: <c>weight</c> (outputs, inputs) and <c>bias</c> (outputs).</summary>
public sealed class Linear : Layer
{
    /// <summary>Makes a layer with PyTorch's initial values: weight and bias uniform within ±1/√inputs.</summary>
    /// <param name="inputs">The length of the input's last axis, at least 1.</param>
    /// <param name="outputs">The length of the output's last axis, at least 1.</param>
    /// <param name="generator">What draws the initial values.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="device">Where the parameters are; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public Linear(int inputs, int outputs, Generator generator, bool bias = true, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        float bound = 1 / MathF.Sqrt(inputs);
        Weight = AddParameter("weight", Tensor.Uniform([outputs, inputs], generator, -bound, bound, device));
        if (bias) Bias = AddParameter("bias", Tensor.Uniform([outputs], generator, -bound, bound, device));
    }

    /// <summary>The weights, of shape (outputs, inputs).</summary>
    public Tensor Weight { get; }

    /// <summary>The bias, of shape (outputs); null if the layer has none.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, Activation.None);

    /// <summary>The output with a function applied to it, in one operation.</summary>
    /// <param name="input">The input, of shape (..., inputs).</param>
    /// <param name="activation">The function.</param>
    /// <returns>The output, of shape (..., outputs).</returns>
    public Tensor Forward(Tensor input, Activation activation) => input.Linear(Weight, Bias, activation);
}
