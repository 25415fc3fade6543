namespace RlKit.Tensors;

/// <summary>An activation that a linear layer or a convolution applies in the same pass (one whose derivative follows from its result).</summary>
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
}
