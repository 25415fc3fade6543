namespace RlKit.Tensors;

/// <summary>
/// A diagonal Gaussian pressed into bounds: action = tanh(x) · scale + offset (Haarnoja et al. 2018, appendix C). The logarithm of the density is
/// that of x less Σ log(scale · (1 - tanh²(x)) + 10⁻⁶), as CleanRL computes it. Allocates nothing inside a <see cref="TensorScope"/>.
/// </summary>
public readonly struct SquashedGaussian
{
    private const float Epsilon = 1e-6f;

    private readonly Tensor _scale;
    private readonly Tensor _offset;

    /// <summary>Makes the distributions of a batch.</summary>
    /// <param name="mean">The means of x, of shape (..., dimensions).</param>
    /// <param name="logStandardDeviation">The logarithms of the standard deviations of x; of the same shape, or broadcast to it.</param>
    /// <param name="scale">Half the width of the bounds, broadcast to the means.</param>
    /// <param name="offset">The middle of the bounds, broadcast to the means.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public SquashedGaussian(Tensor mean, Tensor logStandardDeviation, Tensor scale, Tensor offset)
    {
        Gaussian = new DiagonalGaussian(mean, logStandardDeviation);
        _scale = scale;
        _offset = offset;
    }

    /// <summary>The distribution of x, before it is squashed.</summary>
    public DiagonalGaussian Gaussian { get; }

    /// <summary>Draws actions, with the logarithms of their densities; gradients flow to both unless <see cref="Autograd.NoGrad"/> is open.</summary>
    /// <param name="generator">What draws the noise.</param>
    /// <returns>Actions of the means' shape; log-densities of that shape without the last axis.</returns>
    public (Tensor Action, Tensor LogProb) Sample(Generator generator) => Sample(Tensor.Normal(Gaussian.Mean.Shape, generator, device: Gaussian.Mean.Device));

    /// <summary>Actions and the logarithms of their densities for noise that was drawn before.</summary>
    /// <param name="noise">Standard normal numbers, of the means' shape.</param>
    /// <returns>Actions of the means' shape; log-densities of that shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Action, Tensor LogProb) Sample(Tensor noise)
    {
        Tensor x = Gaussian.Sample(noise);
        Tensor squashed = x.Tanh();
        return ((squashed * _scale) + _offset, LogProb(x, squashed));
    }

    /// <summary>The action of the most probable x: tanh(mean) · scale + offset.</summary>
    /// <returns>Of the means' shape.</returns>
    public Tensor Mode() => (Gaussian.Mean.Tanh() * _scale) + _offset;

    /// <summary>The logarithm of the density of given actions, summed over the dimensions.</summary>
    /// <param name="action">Actions strictly within the bounds (at a bound the result is infinite or NaN), of the means' shape.</param>
    /// <returns>Of the means' shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor LogProb(Tensor action)
    {
        Tensor squashed = (action - _offset) / _scale;
        return LogProb((squashed.Log1P() - (-squashed).Log1P()) * 0.5f, squashed);
    }

    /// <summary>An estimate of the entropy from one draw, -log p(action), in nats: there is no closed form.</summary>
    /// <param name="generator">What draws the noise.</param>
    /// <returns>Of the means' shape without the last axis.</returns>
    public Tensor EntropyEstimate(Generator generator) => -Sample(generator).LogProb;

    /// <summary>The Kullback-Leibler divergence from another distribution with the same bounds to this one: that of the two Gaussians, as squashing both alike does not change it.</summary>
    /// <param name="other">The distribution q, with the same bounds.</param>
    /// <returns>Of the means' shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor KullbackLeibler(SquashedGaussian other) => Gaussian.KullbackLeibler(other.Gaussian);

    private Tensor LogProb(Tensor x, Tensor squashed) => Gaussian.LogProb(x) - (((1 - squashed.Square()) * _scale) + Epsilon).Log().Sum(-1);
}
