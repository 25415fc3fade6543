namespace RlKit.Tensors.Engines;

/// <summary>A step of Adam in PyTorch's form; see <see cref="Adam"/>.</summary>
/// <param name="Number">The number of the step, from 1.</param>
/// <param name="LearningRate">The factor of the step.</param>
/// <param name="Beta1">The share of the first moments that is kept.</param>
/// <param name="Beta2">The share of the second moments that is kept.</param>
/// <param name="Epsilon">What is added to the root.</param>
/// <param name="WeightDecay">The factor of the parameters.</param>
/// <param name="Decoupled">Whether the decay shrinks the parameters (AdamW) or adds to the gradients (Adam).</param>
public readonly record struct AdamStep(long Number, double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Decoupled);
