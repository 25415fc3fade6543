namespace RlKit.Tensors;

/// <summary>A function of each element behind a layer. The first four are computed in the same pass as a linear layer or a convolution, as their derivative follows from their result.</summary>
public enum Activation
{
    /// <summary>The value itself.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x above 0, else exp(x) - 1.</summary>
    Elu,

    /// <summary>x Φ(x), Φ being the normal distribution function.</summary>
    Gelu,

    /// <summary>x sigmoid(x), also known as swish.</summary>
    Silu,

    /// <summary>log(1 + exp(x)); x itself above 20.</summary>
    Softplus,
}
