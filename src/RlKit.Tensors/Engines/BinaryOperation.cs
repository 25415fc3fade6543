namespace RlKit.Tensors.Engines;

/// <summary>An element-wise function of two tensors that broadcast.</summary>
public enum BinaryOperation
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>The larger; where equal, each gets half the gradient.</summary>
    Maximum,

    /// <summary>The smaller; where equal, each gets half the gradient.</summary>
    Minimum,

    /// <summary>1 where a is above b, else 0; no gradient.</summary>
    Greater,

    /// <summary>1 where a is at least b, else 0; no gradient.</summary>
    GreaterOrEqual,

    /// <summary>1 where a equals b, else 0; no gradient.</summary>
    Equal,
}
