namespace RlKit.Tensors.Engines;

/// <summary>An element-wise function of one tensor, with up to two numbers p and q.</summary>
public enum UnaryOperation
{
    /// <summary>p x + q.</summary>
    Affine,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x above 0, else p x.</summary>
    LeakyRelu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x above 0, else p (exp(x) - 1).</summary>
    Elu,

    /// <summary>x Φ(x), with the error function.</summary>
    Gelu,

    /// <summary>The tanh approximation of gelu.</summary>
    GeluTanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>log(1 + exp(p x)) / p; x itself where p x is above q.</summary>
    Softplus,

    /// <summary>e to the x.</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>log(1 + x).</summary>
    Log1P,

    /// <summary>exp(x) - 1.</summary>
    ExpM1,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>1 / sqrt(x).</summary>
    ReciprocalSqrt,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>x x.</summary>
    Square,

    /// <summary>x to the power p.</summary>
    Pow,

    /// <summary>x limited to p..q.</summary>
    Clamp,

    /// <summary>The sine.</summary>
    Sin,

    /// <summary>The cosine.</summary>
    Cos,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>-1, 0 or 1; no gradient.</summary>
    Sign,

    /// <summary>The largest whole number not above x; no gradient.</summary>
    Floor,

    /// <summary>The smallest whole number not below x; no gradient.</summary>
    Ceiling,
}
