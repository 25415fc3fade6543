namespace RlKit.Tensors.Engines;

/// <summary>A step of RMSprop in PyTorch's form; see <see cref="RmsProp"/>.</summary>
/// <param name="LearningRate">The factor of the step.</param>
/// <param name="Alpha">The share of the averages that is kept.</param>
/// <param name="Epsilon">What is added to the root.</param>
/// <param name="Momentum">The share of the velocity that is kept; 0 for no velocity.</param>
/// <param name="WeightDecay">The factor of the parameters that is added to their gradients.</param>
public readonly record struct RmsPropStep(double LearningRate, double Alpha, double Epsilon, double Momentum, double WeightDecay);
