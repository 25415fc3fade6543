namespace RlKit.Tensors;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019): the parameters are multiplied by 1 - lr · decay before each step of <see cref="Adam"/>.</summary>
public sealed class AdamW : Adam
{
    /// <summary>Makes an optimiser with PyTorch's defaults.</summary>
    /// <param name="parameters">The parameters, as <see cref="Module.Parameters"/> gives them.</param>
    /// <param name="learningRate">The factor of each step, at least 0.</param>
    /// <param name="beta1">The share of the first moments that is kept, 0 up to 1.</param>
    /// <param name="beta2">The share of the second moments that is kept, 0 up to 1.</param>
    /// <param name="epsilon">What is added to the root, at least 0.</param>
    /// <param name="weightDecay">How fast the parameters shrink, at least 0.</param>
    /// <param name="amsgrad">Whether the largest second moments so far count.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdamW(ParameterBuffer parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01, bool amsgrad = false)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, decoupled: true)
    {
    }
}
