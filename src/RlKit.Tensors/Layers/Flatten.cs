namespace RlKit.Tensors;

/// <summary>Makes one axis of all axes but the first: (N, C, H, W) becomes (N, C·H·W).</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => input.Flatten(1);
}
