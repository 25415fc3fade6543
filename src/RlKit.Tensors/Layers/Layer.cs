namespace RlKit.Tensors;

/// <summary>A module that makes one tensor of another, so that layers can follow one another in a <see cref="Sequential"/>.</summary>
public abstract class Layer : Module
{
    /// <summary>The layer's output.</summary>
    /// <param name="input">The input, its first axis the batch.</param>
    /// <returns>The output, recorded for <see cref="Tensor.Backward"/> as every operation.</returns>
    public abstract Tensor Forward(Tensor input);

    /// <summary>An activation is a layer: <c>new Sequential(new Linear(4, 64, generator), Activation.Tanh)</c>.</summary>
    /// <param name="activation">The function.</param>
    public static implicit operator Layer(Activation activation) => new ActivationLayer(activation);
}
