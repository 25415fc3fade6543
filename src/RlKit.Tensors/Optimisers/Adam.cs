using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// Adam (Kingma and Ba 2015): m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²; p -= lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε). A weight decay
/// is added to the gradient. With amsgrad (Reddi et al. 2018), the largest v so far takes the place of v.
/// </summary>
public class Adam : Optimiser
{
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly Tensor _largest;
    private readonly bool _decoupled;

    /// <summary>Makes an optimiser with PyTorch's defaults.</summary>
    /// <param name="parameters">The parameters, as <see cref="Module.Parameters"/> gives them.</param>
    /// <param name="learningRate">The factor of each step, at least 0.</param>
    /// <param name="beta1">The share of the first moments that is kept, 0 up to 1.</param>
    /// <param name="beta2">The share of the second moments that is kept, 0 up to 1.</param>
    /// <param name="epsilon">What is added to the root, at least 0.</param>
    /// <param name="weightDecay">The factor of the parameters that is added to their gradients, at least 0.</param>
    /// <param name="amsgrad">Whether the largest second moments so far count.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adam(ParameterBuffer parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool amsgrad = false)
        : this(parameters, learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, decoupled: false)
    {
    }

    private protected Adam(ParameterBuffer parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool amsgrad, bool decoupled)
        : base(parameters, learningRate)
    {
        Beta1 = BelowOne(beta1, nameof(beta1));
        Beta2 = BelowOne(beta2, nameof(beta2));
        Epsilon = AtLeastZero(epsilon, nameof(epsilon));
        WeightDecay = AtLeastZero(weightDecay, nameof(weightDecay));
        _decoupled = decoupled;
        _first = AddState("exp_avg");
        _second = AddState("exp_avg_sq");
        if (amsgrad) _largest = AddState("max_exp_avg_sq");
    }

    /// <summary>The share of the first moments that is kept.</summary>
    public double Beta1 { get; }

    /// <summary>The share of the second moments that is kept.</summary>
    public double Beta2 { get; }

    /// <summary>What is added to the root.</summary>
    public double Epsilon { get; }

    /// <summary>The factor of the parameters that decays them.</summary>
    public double WeightDecay { get; }

    private protected sealed override void Step(long number) =>
        Parameters.Step(new AdamStep(number, LearningRate, Beta1, Beta2, Epsilon, WeightDecay, _decoupled), _first, _second, _largest);
}
