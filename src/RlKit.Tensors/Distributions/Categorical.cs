using System.Buffers;
using System.Numerics.Tensors;

namespace RlKit.Tensors;

/// <summary>
/// One of several classes per row, with probabilities softmax(logits): the policy over discrete actions. Differentiable in the logits;
/// allocates nothing inside a <see cref="TensorScope"/>. A mask takes classes out: their logit becomes -10⁸ and their probability 0.
/// </summary>
public readonly struct Categorical
{
    // What CleanRL and Stable-Baselines3 put in place of a masked logit.
    private const float MaskedLogit = -1e8f;

    /// <summary>Makes the distributions of a batch.</summary>
    /// <param name="logits">Unnormalised log-probabilities, of shape (..., classes).</param>
    /// <param name="mask">Where it is 0, the class cannot be; broadcast to the logits. Null allows all.</param>
    /// <exception cref="ArgumentException">The logits have no axis, or no class, or the mask does not fit.</exception>
    public Categorical(Tensor logits, Tensor? mask = null)
    {
        Shape shape = logits.Shape;
        if (shape.Rank == 0 || shape[-1] == 0) throw new ArgumentException($"The last axis of the logits counts the classes; the shape {shape} has none.", nameof(logits));
        Tensor allowed = mask is null ? logits : Tensor.Where(mask.Value, logits, Tensor.Scalar(MaskedLogit, logits.Device));
        if (allowed.Shape != shape) throw new ArgumentException($"The mask's shape {mask!.Value.Shape} does not fit the logits' {shape}.", nameof(mask));
        LogProbabilities = allowed.LogSoftmax();
    }

    /// <summary>The logarithms of the probabilities, of the logits' shape.</summary>
    public Tensor LogProbabilities { get; }

    /// <summary>The probabilities, of the logits' shape.</summary>
    public Tensor Probabilities => LogProbabilities.Exp();

    /// <summary>Draws a class from a row of logits, without tensors.</summary>
    /// <param name="logits">Unnormalised log-probabilities; minus infinity for a class that cannot be.</param>
    /// <param name="generator">What draws: one number.</param>
    /// <returns>The class, from 0.</returns>
    /// <exception cref="ArgumentException">There is no class, or the logits are NaN or all minus infinity.</exception>
    public static int Sample(ReadOnlySpan<float> logits, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        float largest = Largest(logits), total = 0;
        foreach (float logit in logits) total += MathF.Exp(logit - largest);
        return Draw(logits, largest, generator.NextSingle() * total);
    }

    /// <summary>The most probable class of a row of logits, without tensors; of equal ones the first.</summary>
    /// <param name="logits">Unnormalised log-probabilities.</param>
    /// <returns>The class, from 0.</returns>
    /// <exception cref="ArgumentException">There is no class, or the logits are NaN or all minus infinity.</exception>
    public static int Mode(ReadOnlySpan<float> logits) => logits.IndexOf(Largest(logits));

    /// <summary>The logarithm of a class's probability, of a row of logits, without tensors.</summary>
    /// <param name="logits">Unnormalised log-probabilities.</param>
    /// <param name="value">The class, from 0.</param>
    /// <returns>log softmax(logits)[value].</returns>
    /// <exception cref="ArgumentException">There is no class, or the logits are NaN or all minus infinity.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static float LogProb(ReadOnlySpan<float> logits, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, logits.Length);
        float largest = Largest(logits), total = 0;
        foreach (float logit in logits) total += MathF.Exp(logit - largest);
        return logits[value] - largest - MathF.Log(total);
    }

    /// <summary>Draws a class for each row.</summary>
    /// <param name="generator">What draws: one number per row, in their order.</param>
    /// <returns>Classes from 0, of the logits' shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The logits have NaN.</exception>
    public IndexTensor Sample(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Shape shape = LogProbabilities.Shape;
        int classes = shape[-1], rows = shape.Length / classes;
        int[] drawn = ArrayPool<int>.Shared.Rent(rows);
        try
        {
            ReadOnlySpan<float> logits = LogProbabilities.Device == Device.Cpu ? LogProbabilities.Span : LogProbabilities.ToArray();
            for (int row = 0; row < rows; row++) drawn[row] = Sample(logits.Slice(row * classes, classes), generator);
            return IndexTensor.From(drawn.AsSpan(0, rows), shape.Without(-1), LogProbabilities.Device);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(drawn);
        }
    }

    /// <summary>The most probable class of each row; of equal ones the first.</summary>
    /// <returns>Classes from 0, of the logits' shape without the last axis.</returns>
    public IndexTensor Mode() => LogProbabilities.ArgMax(-1);

    /// <summary>The logarithm of the probability of one class per row.</summary>
    /// <param name="value">Classes from 0, of the logits' shape without the last axis.</param>
    /// <returns>Of the same shape as <paramref name="value"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public Tensor LogProb(IndexTensor value)
    {
        Shape shape = LogProbabilities.Shape, chosen = value.Shape;
        if (shape.Without(-1) != chosen) throw new ArgumentException($"The classes' shape {chosen} does not fit the logits' {shape}.", nameof(value));
        return LogProbabilities.Gather(-1, value.Reshape(shape.With(-1, 1))).Reshape(chosen);
    }

    /// <summary>The entropy of each row, in nats: -Σ p log p.</summary>
    /// <returns>Of the logits' shape without the last axis.</returns>
    public Tensor Entropy() => -(Probabilities * FiniteLogProbabilities).Sum(-1);

    /// <summary>The Kullback-Leibler divergence from another distribution to this one, Σ p (log p - log q), for each row.</summary>
    /// <param name="other">The distribution q.</param>
    /// <returns>Of the logits' shape without the last axis.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor KullbackLeibler(Categorical other)
    {
        Tensor probabilities = Probabilities;
        return (probabilities * (FiniteLogProbabilities - Tensor.Where(probabilities, other.LogProbabilities, Tensor.Scalar(0, probabilities.Device)))).Sum(-1);
    }

    // A logit of minus infinity is a class of probability 0, and 0 times minus infinity no number.
    private Tensor FiniteLogProbabilities => LogProbabilities.Clamp(float.MinValue);

    private static float Largest(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty) throw new ArgumentException("There is no class to choose from.", nameof(logits));
        float largest = TensorPrimitives.Max(logits);
        return float.IsFinite(largest) ? largest : throw new ArgumentException(FormattableString.Invariant($"The largest of the {logits.Length} logits is {largest}; it must be finite."), nameof(logits));
    }

    // The class whose stretch of the cumulative sum holds the point; rounding may put it past the end, and then it is the last that can be.
    private static int Draw(ReadOnlySpan<float> logits, float largest, float point)
    {
        int last = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            float weight = MathF.Exp(logits[i] - largest);
            if (weight <= 0) continue;
            if (point < weight) return i;
            point -= weight;
            last = i;
        }

        return last;
    }
}
