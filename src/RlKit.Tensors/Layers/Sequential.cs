using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

/// <summary>Layers one after the other, named <c>0</c>, <c>1</c>, ... as in PyTorch. An activation behind a <see cref="Linear"/>, <see cref="NoisyLinear"/> or <see cref="Conv2d"/> becomes one operation with it.</summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] _layers;

    /// <summary>Puts layers in a row.</summary>
    /// <param name="layers">The layers, or activations.</param>
    /// <exception cref="ArgumentException">A layer is inside another module already.</exception>
    public Sequential(params ReadOnlySpan<Layer> layers)
    {
        _layers = layers.ToArray();
        for (int i = 0; i < _layers.Length; i++) Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture), _layers[i]);
    }

    /// <summary>The number of layers, activations included.</summary>
    public int Count => _layers.Length;

    /// <summary>A layer.</summary>
    /// <param name="index">Its number, from 0.</param>
    public Layer this[int index] => _layers[index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override Tensor Forward(Tensor input) => Forward(input, _layers.Length);

    /// <summary>The output of the first layers alone, for what is put on features before the last one.</summary>
    /// <param name="input">The input, its first axis the batch.</param>
    /// <param name="layers">How many layers, activations included; 0 to <see cref="Count"/>.</param>
    /// <returns>The output.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many layers.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor Forward(Tensor input, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, _layers.Length);
        Tensor x = input;
        for (int i = 0; i < layers; i++)
        {
            Layer layer = _layers[i];
            ActivationLayer? next = i + 1 < layers ? _layers[i + 1] as ActivationLayer : null;
            switch (layer)
            {
                case Linear linear when next is not null:
                    x = linear.Forward(x, next.Activation);
                    i++;
                    break;
                case NoisyLinear noisy when next is not null:
                    x = noisy.Forward(x, next.Activation);
                    i++;
                    break;
                case Conv2d convolution when next is not null:
                    x = convolution.Forward(x, next.Activation);
                    i++;
                    break;
                default:
                    x = layer.Forward(x);
                    break;
            }
        }

        return x;
    }
}
