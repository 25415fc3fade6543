using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>The activations that are fused into layers, and their gradients.</summary>
internal static class Activations
{
    /// <summary>y = act(x); x and y may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        switch (activation)
        {
            case Activation.None:
                x.CopyTo(y);
                break;
            case Activation.Relu:
                Elementwise.Apply(new Relu(), x, y);
                break;
            case Activation.Tanh:
                Elementwise.Apply(new Tanh(), x, y);
                break;
            case Activation.Sigmoid:
                Elementwise.Apply(new Sigmoid(), x, y);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation.");
        }
    }

    /// <summary>dx = dy act'(x) from the result y; dx may be dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(Activation activation, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool accumulate = false)
    {
        switch (activation)
        {
            case Activation.None:
                Elementwise.Apply(new Second(), dy, dy, dx, accumulate);
                break;
            case Activation.Relu:
                Elementwise.Apply(new ReluGradient(), y, dy, dx, accumulate);
                break;
            case Activation.Tanh:
                Elementwise.Apply(new TanhGradient(), y, dy, dx, accumulate);
                break;
            case Activation.Sigmoid:
                Elementwise.Apply(new SigmoidGradient(), y, dy, dx, accumulate);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation.");
        }
    }
}
