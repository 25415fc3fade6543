namespace RlKit.Tensors.Engines;

/// <summary>A step of stochastic gradient descent in PyTorch's form; see <see cref="Sgd"/>.</summary>
/// <param name="LearningRate">The factor of the step.</param>
/// <param name="Momentum">The share of the velocity that is kept; 0 for no velocity.</param>
/// <param name="GradientShare">The share of the gradient that goes into the velocity: 1 in the first step, else 1 - dampening.</param>
/// <param name="Nesterov">Whether the step looks ahead.</param>
/// <param name="WeightDecay">The factor of the parameters that is added to their gradients.</param>
public readonly record struct SgdStep(double LearningRate, double Momentum, double GradientShare, bool Nesterov, double WeightDecay);
