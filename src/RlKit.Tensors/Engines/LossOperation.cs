namespace RlKit.Tensors.Engines;

/// <summary>An element-wise loss of a prediction and a target, with one number d.</summary>
public enum LossOperation
{
    /// <summary>(p - t)².</summary>
    MeanSquaredError,

    /// <summary>|p - t|.</summary>
    L1,

    /// <summary>(p - t)²/2 within d, else d (|p - t| - d/2).</summary>
    Huber,

    /// <summary>(p - t)²/(2 d) within d, else |p - t| - d/2.</summary>
    SmoothL1,

    /// <summary>max(p, 0) - p t + log(1 + exp(-|p|)): the cross-entropy of sigmoid(p).</summary>
    BinaryCrossEntropyWithLogits,
}
