using TorchSharp;

namespace RlKit.Tensors.Engines;

internal sealed partial class TorchEngine
{
    public override TensorNode Reshape(TensorNode x, in Shape shape)
    {
        TorchNode y = Result(In(x).reshape(Lengths(shape)), shape, x);
        y.CopyKind(As(x));
        return y;
    }

    public override TensorNode Slice(TensorNode x, int axis, int start, int length)
    {
        TorchNode y = Result(Contiguous(In(x).narrow(axis, start, length)), x.Shape.With(axis, length), x);
        y.CopyKind(As(x));
        return y;
    }

    public override TensorNode Permute(TensorNode x, ReadOnlySpan<int> axes, in Shape shape) => Result(Contiguous(In(x).permute(Lengths(axes))), shape, x);

    public override TensorNode Expand(TensorNode x, in Shape shape) => Result(Contiguous(In(x).expand(Lengths(shape))), shape, x);

    public override TensorNode Concat(ReadOnlySpan<Tensor> tensors, int axis, in Shape shape)
    {
        bool stacked = tensors[0].Rank < shape.Rank, recorded = false;
        var inputs = new torch.Tensor[tensors.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            TensorNode node = tensors[i].Node;
            inputs[i] = In(node);
            recorded |= node.RequiresGrad;
        }

        TorchNode y = TorchNode.Make(tensors[0].Device, Join(inputs, stacked, axis), shape, recorded && Autograd.IsRecording);
        if (Autograd.IsDetectingAnomaly) Examine(y, nameof(Concat), tensors[0].Node, null, null);
        GC.KeepAlive(inputs);
        return y;
    }

    // TorchSharp 0.105 returns a single tensor itself, which would then have two owners.
    private static torch.Tensor Join(IList<torch.Tensor> tensors, bool stacked, int axis) => (tensors.Count, stacked) switch
    {
        (1, false) => tensors[0].alias(),
        (1, true) => tensors[0].unsqueeze(axis),
        (_, true) => torch.stack(tensors, axis),
        _ => torch.cat(tensors, axis),
    };
}
