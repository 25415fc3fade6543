using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// RMSprop (Hinton's lecture; Graves 2013 for the centered form): s = α s + (1 - α) g²; p -= lr · g / (√s + ε). Centered, the square of the average
/// gradient is taken from s first; with momentum, b = momentum · b + g / (√s + ε) and p -= lr · b.
/// </summary>
public sealed class RmsProp : Optimiser
{
    private readonly Tensor _squares;
    private readonly Tensor _averages;
    private readonly Tensor _velocity;

    /// <summary>Makes an optimiser with PyTorch's defaults.</summary>
    /// <param name="parameters">The parameters, as <see cref="Module.Parameters"/> gives them.</param>
    /// <param name="learningRate">The factor of each step, at least 0.</param>
    /// <param name="alpha">The share of the averages that is kept, 0 up to 1.</param>
    /// <param name="epsilon">What is added to the root, at least 0.</param>
    /// <param name="weightDecay">The factor of the parameters that is added to their gradients, at least 0.</param>
    /// <param name="momentum">The share of the velocity that is kept, at least 0; 0 for none.</param>
    /// <param name="centered">Whether the variance takes the place of the mean square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public RmsProp(ParameterBuffer parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0, bool centered = false)
        : base(parameters, learningRate)
    {
        Alpha = BelowOne(alpha, nameof(alpha));
        Epsilon = AtLeastZero(epsilon, nameof(epsilon));
        WeightDecay = AtLeastZero(weightDecay, nameof(weightDecay));
        Momentum = AtLeastZero(momentum, nameof(momentum));
        _squares = AddState("square_avg");
        if (centered) _averages = AddState("grad_avg");
        if (momentum != 0) _velocity = AddState("momentum_buffer");
    }

    /// <summary>The share of the averages that is kept.</summary>
    public double Alpha { get; }

    /// <summary>What is added to the root.</summary>
    public double Epsilon { get; }

    /// <summary>The factor of the parameters that is added to their gradients.</summary>
    public double WeightDecay { get; }

    /// <summary>The share of the velocity that is kept.</summary>
    public double Momentum { get; }

    private protected override void Step(long number) =>
        Parameters.Step(new RmsPropStep(LearningRate, Alpha, Epsilon, Momentum, WeightDecay), _squares, _averages, _velocity);
}
