using TorchSharp;
using static TorchSharp.torch.nn;
using Reduction = RlKit.Tensors.Reduction;

namespace RlKit.Tensors.Engines;

internal sealed partial class TorchEngine
{
    public override TensorNode MatMul(TensorNode a, TensorNode b, bool transposeA, bool transposeB, in Shape shape)
    {
        using torch.Tensor? left = transposeA ? In(a).transpose(-2, -1) : null, right = transposeB ? In(b).transpose(-2, -1) : null;
        return Result((left ?? In(a)).matmul(right ?? In(b)), shape, a, b);
    }

    public override TensorNode Linear(TensorNode x, TensorNode weight, TensorNode? bias, Activation activation, in Shape shape) =>
        Result(Activate(functional.linear(In(x), In(weight), InOrNull(bias)), activation), shape, x, weight, bias);

    public override TensorNode Conv2d(TensorNode x, TensorNode weight, TensorNode? bias, int stride, int padding, Activation activation, in Shape shape)
    {
        long[] strides = [stride, stride], paddings = [padding, padding];
        return Result(Activate(functional.conv2d(In(x), In(weight), InOrNull(bias), strides, paddings), activation), shape, x, weight, bias);
    }

    public override TensorNode MaxPool2d(TensorNode x, int kernel, int stride, int padding, in Shape shape) =>
        Result(functional.max_pool2d(In(x), kernel, stride, padding), shape, x);

    public override TensorNode LayerNorm(TensorNode x, int axes, TensorNode? weight, TensorNode? bias, float epsilon) =>
        Result(functional.layer_norm(In(x), Lengths(x.Shape.Lengths[^axes..]), InOrNull(weight), InOrNull(bias), epsilon), x.Shape, x, weight, bias);

    public override TensorNode Loss(LossOperation operation, TensorNode prediction, TensorNode target, Reduction reduction, float parameter)
    {
        torch.Tensor p = In(prediction), t = In(target);
        torch.nn.Reduction how = Of(reduction);
        torch.Tensor loss = operation switch
        {
            LossOperation.MeanSquaredError => functional.mse_loss(p, t, how),
            LossOperation.L1 => functional.l1_loss(p, t, how),
            LossOperation.Huber => functional.huber_loss(p, t, parameter, how),
            LossOperation.SmoothL1 => functional.smooth_l1_loss(p, t, how, parameter),
            LossOperation.BinaryCrossEntropyWithLogits => functional.binary_cross_entropy_with_logits(p, t, null, how),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a loss."),
        };
        return Result(loss, reduction == Reduction.None ? prediction.Shape : default, prediction, target, operation: NameOf(operation));
    }

    public override TensorNode CrossEntropy(TensorNode logits, TensorNode target, Reduction reduction)
    {
        RequireIndices(nameof(CrossEntropy), logits.Shape, 1, target);
        torch.Tensor loss = functional.cross_entropy(In(logits), As(target).Value, null, -100, Of(reduction));
        return Result(loss, reduction == Reduction.None ? target.Shape : default, logits, target);
    }

    private static torch.nn.Reduction Of(Reduction reduction) => reduction switch
    {
        Reduction.Mean => torch.nn.Reduction.Mean,
        Reduction.Sum => torch.nn.Reduction.Sum,
        _ => torch.nn.Reduction.None,
    };

    // The products' gradients do not need the products, so the activation can take their place.
    private static torch.Tensor Activate(torch.Tensor x, Activation activation) => activation switch
    {
        Activation.None => x,
        Activation.Relu => x.relu_(),
        Activation.Tanh => x.tanh_(),
        Activation.Sigmoid => x.sigmoid_(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation that goes with a product."),
    };
}
