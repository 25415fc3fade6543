namespace RlKit.Tensors;

/// <summary>Sets elements to zero at random and scales the others by 1 / (1 - probability) (Srivastava et al. 2014); does nothing when <see cref="Module.IsTraining"/> is false.</summary>
/// <param name="probability">The probability that an element becomes zero, 0 up to 1.</param>
/// <param name="generator">What draws.</param>
public sealed class Dropout(float probability, Generator generator) : Layer
{
    /// <summary>What draws.</summary>
    public Generator Generator { get; } = generator ?? throw new ArgumentNullException(nameof(generator));

    /// <summary>The probability that an element becomes zero.</summary>
    public float Probability { get; } = probability >= 0 && probability < 1
        ? probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability of a zero must be at least 0 and below 1.");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => IsTraining && Probability > 0 ? input.Dropout(Probability, Generator) : input;
}
