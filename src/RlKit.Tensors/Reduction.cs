namespace RlKit.Tensors;

/// <summary>How a loss combines its elements.</summary>
public enum Reduction
{
    /// <summary>The mean over all elements.</summary>
    Mean,

    /// <summary>The sum over all elements.</summary>
    Sum,

    /// <summary>The elements themselves.</summary>
    None,
}
