namespace RlKit.Tensors;

/// <summary>
/// Layer normalisation (Ba et al. 2016): the last axes, taken together, less their mean and divided by √(variance + ε), then scaled and shifted.
/// Parameters: <c>weight</c> (ones at first) and <c>bias</c> (zeros), of the shape that is normalised.
/// </summary>
public sealed class LayerNorm : Layer
{
    private readonly int _axes;

    /// <summary>Makes a layer.</summary>
    /// <param name="shape">The shape of the last axes, which are normalised: <c>64</c>, or <c>[3, 4]</c>.</param>
    /// <param name="epsilon">What is added to the variance; at least 0.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    /// <param name="device">Where the parameters are; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The shape has no axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative or not finite.</exception>
    public LayerNorm(Shape shape, float epsilon = 1e-5f, bool affine = true, Device? device = null)
    {
        if (shape.Rank == 0) throw new ArgumentException("The shape to normalise has no axis; give the length of the last axis at least.", nameof(shape));
        if (!(epsilon >= 0 && float.IsFinite(epsilon))) throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon must be finite and at least 0.");
        _axes = shape.Rank;
        NormalizedShape = shape;
        Epsilon = epsilon;
        if (!affine) return;
        Weight = AddParameter("weight", Tensor.Ones(shape, device));
        Bias = AddParameter("bias", Tensor.Zeros(shape, device));
    }

    /// <summary>The shape of the last axes.</summary>
    public Shape NormalizedShape { get; }

    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>The factors; null if the layer has none.</summary>
    public Tensor? Weight { get; }

    /// <summary>What is added; null if the layer has none.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => input.LayerNorm(_axes, Weight, Bias, Epsilon);
}
