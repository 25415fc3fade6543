namespace RlKit.Tensors;

/// <summary>Applies a function to each element.</summary>
/// <param name="activation">The function.</param>
public sealed class ActivationLayer(Activation activation) : Layer
{
    /// <summary>The function.</summary>
    public Activation Activation { get; } = Enum.IsDefined(activation) ? activation : throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation.");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => input.Activate(Activation);
}
