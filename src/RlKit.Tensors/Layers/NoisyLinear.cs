namespace RlKit.Tensors;

/// <summary>
/// A linear layer whose weights carry noise with learned amplitude (Fortunato et al. 2018, "Noisy Networks for Exploration", factorised form):
/// y = x (μ + σ ∘ f(ε_out) f(ε_in)ᵀ)ᵀ + μ_b + σ_b ∘ f(ε_out), with f(e) = sign(e) √|e|. Without noise (only μ) when <see cref="Module.IsTraining"/> is false.
/// Parameters: <c>weight_mu</c>, <c>weight_sigma</c> (outputs, inputs), <c>bias_mu</c>, <c>bias_sigma</c> (outputs); buffers: <c>epsilon_in</c>, <c>epsilon_out</c>, the f(ε).
/// </summary>
public sealed class NoisyLinear : Layer
{
    // Rows up to which two products cost less than one more pass over the weights.
    private const int FewRows = 8;

    private readonly Tensor _noiseIn;
    private readonly Tensor _noiseOut;
    private readonly float[] _draws;

    /// <summary>Makes a layer with the paper's initial values: μ uniform within ±1/√inputs, σ = sigma0/√inputs; and draws its first noise.</summary>
    /// <param name="inputs">The length of the input's last axis, at least 1.</param>
    /// <param name="outputs">The length of the output's last axis, at least 1.</param>
    /// <param name="generator">What draws the initial values and the first noise.</param>
    /// <param name="sigma0">The initial amplitude of the noise, at least 0; 0.5 in the paper.</param>
    /// <param name="device">Where the parameters are; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public NoisyLinear(int inputs, int outputs, Generator generator, float sigma0 = 0.5f, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        if (!(sigma0 >= 0 && float.IsFinite(sigma0))) throw new ArgumentOutOfRangeException(nameof(sigma0), sigma0, "The amplitude of the noise must be finite and at least 0.");
        float bound = 1 / MathF.Sqrt(inputs);
        WeightMean = AddParameter("weight_mu", Tensor.Uniform([outputs, inputs], generator, -bound, bound, device));
        WeightSigma = AddParameter("weight_sigma", Tensor.Full([outputs, inputs], sigma0 * bound, device));
        BiasMean = AddParameter("bias_mu", Tensor.Uniform([outputs], generator, -bound, bound, device));
        BiasSigma = AddParameter("bias_sigma", Tensor.Full([outputs], sigma0 * bound, device));
        _noiseIn = AddBuffer("epsilon_in", Tensor.Zeros([inputs], device));
        _noiseOut = AddBuffer("epsilon_out", Tensor.Zeros([outputs], device));
        _draws = new float[Math.Max(inputs, outputs)];
        ResetNoise(generator);
    }

    /// <summary>The weights' means μ, of shape (outputs, inputs).</summary>
    public Tensor WeightMean { get; }

    /// <summary>The weights' amplitudes σ, of shape (outputs, inputs).</summary>
    public Tensor WeightSigma { get; }

    /// <summary>The bias's means, of shape (outputs).</summary>
    public Tensor BiasMean { get; }

    /// <summary>The bias's amplitudes, of shape (outputs).</summary>
    public Tensor BiasSigma { get; }

    /// <summary>Draws new noise for every noisy layer in a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="generator">What draws.</param>
    public static void ResetNoise(Module network, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network is NoisyLinear noisy) noisy.ResetNoise(generator);
        for (int i = 0; i < network.Children.Count; i++) ResetNoise(network.Children[i].Value, generator);
    }

    /// <summary>Draws new noise, which holds until the next call.</summary>
    /// <param name="generator">What draws.</param>
    public void ResetNoise(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Draw(_noiseIn, generator);
        Draw(_noiseOut, generator);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, Activation.None);

    /// <summary>The output with a function applied to it, in one operation.</summary>
    /// <param name="input">The input, of shape (..., inputs).</param>
    /// <param name="activation">The function.</param>
    /// <returns>The output, of shape (..., outputs).</returns>
    public Tensor Forward(Tensor input, Activation activation)
    {
        if (!IsTraining) return input.Linear(WeightMean, BiasMean, activation);

        // One noise holds for the whole batch: for many rows the weights are put together once, and for few the noise is brought to input and output instead.
        if (input.Length <= FewRows * WeightMean.Shape[1])
        {
            Tensor mean = input.Linear(WeightMean, BiasMean + (BiasSigma * _noiseOut));
            return (mean + ((input * _noiseIn).Linear(WeightSigma) * _noiseOut)).Activate(activation);
        }

        var weight = new Tensor(WeightMean.Device.Engine.NoisyWeight(WeightMean.Node, WeightSigma.Node, _noiseIn.Node, _noiseOut.Node));
        return input.Linear(weight, BiasMean + (BiasSigma * _noiseOut), activation);
    }

    private void Draw(Tensor noise, Generator generator)
    {
        Span<float> draws = _draws.AsSpan(0, noise.Length);
        generator.FillNormal(draws);
        for (int i = 0; i < draws.Length; i++) draws[i] = MathF.CopySign(MathF.Sqrt(MathF.Abs(draws[i])), draws[i]);
        noise.CopyFrom(draws);
    }
}
