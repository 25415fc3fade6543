namespace RlKit.Tensors.Engines;

/// <summary>What a reduction computes.</summary>
public enum ReduceOperation
{
    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The largest; the gradient goes to the first that is largest.</summary>
    Max,

    /// <summary>The smallest; the gradient goes to the first that is smallest.</summary>
    Min,

    /// <summary>The largest; the gradient is shared evenly by all that are largest.</summary>
    MaxShared,

    /// <summary>The smallest; the gradient is shared evenly by all that are smallest.</summary>
    MinShared,
}
