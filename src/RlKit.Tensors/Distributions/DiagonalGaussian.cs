namespace RlKit.Tensors;

/// <summary>
/// Independent normal distributions along the last axis: the policy over continuous actions. Differentiable in mean and logarithm of the standard
/// deviation; allocates nothing inside a <see cref="TensorScope"/>.
/// </summary>
public readonly struct DiagonalGaussian
{
    private const float HalfLogTwoPi = 0.91893853f;

    /// <summary>Makes the distributions of a batch.</summary>
    /// <param name="mean">The means, of shape (..., dimensions).</param>
    /// <param name="logStandardDeviation">The logarithms of the standard deviations; of the same shape, or broadcast to it: (1, dimensions) is shared by all rows.</param>
    /// <exception cref="ArgumentException">The means have no axis, or the shapes do not fit.</exception>
    public DiagonalGaussian(Tensor mean, Tensor logStandardDeviation)
    {
        Shape shape = mean.Shape;
        if (shape.Rank == 0) throw new ArgumentException("The last axis of the means counts the dimensions; a scalar has none.", nameof(mean));
        if (!Shape.TryBroadcast(logStandardDeviation.Shape, shape, out Shape both) || both != shape)
            throw new ArgumentException($"The standard deviations' shape {logStandardDeviation.Shape} does not broadcast to the means' {shape}.", nameof(logStandardDeviation));
        Mean = mean;
        LogStandardDeviation = logStandardDeviation;
    }

    /// <summary>The means.</summary>
    public Tensor Mean { get; }

    /// <summary>The logarithms of the standard deviations, as they were given.</summary>
    public Tensor LogStandardDeviation { get; }

    /// <summary>Draws mean + standard deviation · noise; gradients flow to both unless <see cref="Autograd.NoGrad"/> is open.</summary>
    /// <param name="generator">What draws the noise.</param>
    /// <returns>Of the means' shape.</returns>
    public Tensor Sample(Generator generator) => Sample(Tensor.Normal(Mean.Shape, generator, device: Mean.Device));

    /// <summary>mean + standard deviation · noise, for noise that was drawn before.</summary>
    /// <param name="noise">Standard normal numbers, of the means' shape.</param>
    /// <returns>Of the means' shape.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Sample(Tensor noise)
    {
        RequireShape(noise, nameof(noise));
        return Mean + (LogStandardDeviation.Exp() * noise);
    }

    /// <summary>The most probable value: the means.</summary>
    /// <returns>Of the means' shape.</returns>
    public Tensor Mode() => Mean;

    /// <summary>The logarithm of the density, summed over the dimensions.</summary>
    /// <param name="value">The values, of the means' shape.</param>
    /// <returns>Of the means' shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor LogProb(Tensor value)
    {
        RequireShape(value, nameof(value));
        Tensor deviation = (value - Mean) * (-LogStandardDeviation).Exp();
        return ((deviation.Square() * -0.5f) - LogStandardDeviation - HalfLogTwoPi).Sum(-1);
    }

    /// <summary>The entropy in nats, summed over the dimensions.</summary>
    /// <returns>Of the means' shape without the last axis.</returns>
    public Tensor Entropy() => (LogStandardDeviation + (0.5f + HalfLogTwoPi)).Expand(Mean.Shape).Sum(-1);

    /// <summary>The Kullback-Leibler divergence from another distribution q to this one, p, summed over the dimensions: E_p[log p - log q].</summary>
    /// <param name="other">The distribution q.</param>
    /// <returns>Of the means' shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor KullbackLeibler(DiagonalGaussian other)
    {
        RequireShape(other.Mean, nameof(other));
        Tensor logRatio = LogStandardDeviation - other.LogStandardDeviation;
        Tensor distance = (Mean - other.Mean) * (-other.LogStandardDeviation).Exp();
        return ((((logRatio * 2).Exp() + distance.Square()) * 0.5f) - logRatio - 0.5f).Sum(-1);
    }

    // Values of (N) for means of (N, 1) would broadcast to (N, N), and their sums be densities of nothing.
    private void RequireShape(Tensor tensor, string argument)
    {
        if (tensor.Shape != Mean.Shape) throw new ArgumentException($"The shape {tensor.Shape} of {argument} is not the means' {Mean.Shape}; reshape it.", argument);
    }
}
