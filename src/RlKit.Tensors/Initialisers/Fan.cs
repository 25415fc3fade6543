namespace RlKit.Tensors;

/// <summary>Which connections of a weight its initial scale is made for.</summary>
public enum Fan
{
    /// <summary>The inputs of each output: keeps the variance of the activations.</summary>
    In,

    /// <summary>The outputs of each input: keeps the variance of the gradients.</summary>
    Out,
}
