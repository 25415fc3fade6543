namespace RlKit.Tensors.Engines.Managed;

/// <summary>The operation that made a node: it selects the backward pass, and names the culprit in anomaly mode.</summary>
internal enum Operation : byte
{
    None,
    Reshape,
    Slice,
    Permute,
    Expand,
    Unary,
    Binary,
    Where,
    MatMul,
    Linear,
    Conv2d,
    MaxPool2d,
    Reduce,
    CumulativeSum,
    Softmax,
    LogSoftmax,
    Gather,
    IndexSelect,
    ScatterAdd,
    Concat,
    LayerNorm,
    Lstm,
    Gru,
    RecurrentState,
    Loss,
    CrossEntropy,
    NoisyWeight,
}
