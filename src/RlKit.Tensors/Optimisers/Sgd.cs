using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// Stochastic gradient descent: p -= lr · g. With momentum, the velocity b = momentum · b + (1 - dampening) g (b = g in the first step) takes the
/// place of g; with Nesterov's, g + momentum · b.
/// </summary>
public sealed class Sgd : Optimiser
{
    private readonly Tensor _velocity;

    /// <summary>Makes an optimiser with PyTorch's defaults.</summary>
    /// <param name="parameters">The parameters, as <see cref="Module.Parameters"/> gives them.</param>
    /// <param name="learningRate">The factor of each step, at least 0.</param>
    /// <param name="momentum">The share of the velocity that is kept, at least 0; 0 for none.</param>
    /// <param name="dampening">The share of the gradient that does not go into the velocity.</param>
    /// <param name="weightDecay">The factor of the parameters that is added to their gradients, at least 0.</param>
    /// <param name="nesterov">Whether the step looks ahead (needs momentum and no dampening).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">Nesterov without momentum, or with dampening.</exception>
    public Sgd(ParameterBuffer parameters, double learningRate = 1e-3, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false)
        : base(parameters, learningRate)
    {
        Momentum = AtLeastZero(momentum, nameof(momentum));
        Dampening = double.IsFinite(dampening) ? dampening : throw new ArgumentOutOfRangeException(nameof(dampening), dampening, "The dampening must be finite.");
        WeightDecay = AtLeastZero(weightDecay, nameof(weightDecay));
        if (nesterov && (momentum == 0 || dampening != 0)) throw new ArgumentException("Nesterov's step needs a momentum above 0 and a dampening of 0.", nameof(nesterov));
        Nesterov = nesterov;
        if (momentum != 0) _velocity = AddState("momentum_buffer");
    }

    /// <summary>The share of the velocity that is kept.</summary>
    public double Momentum { get; }

    /// <summary>The share of the gradient that does not go into the velocity.</summary>
    public double Dampening { get; }

    /// <summary>The factor of the parameters that is added to their gradients.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether the step looks ahead.</summary>
    public bool Nesterov { get; }

    private protected override void Step(long number) =>
        Parameters.Step(new SgdStep(LearningRate, Momentum, number == 1 ? 1 : 1 - Dampening, Nesterov, WeightDecay), _velocity);
}
