using TorchSharp;

namespace RlKit.Tensors.Engines;

internal sealed partial class TorchEngine
{
    public override TensorNode Reduce(ReduceOperation operation, TensorNode x, int axis, int count, in Shape shape) =>
        Result(Apply(operation, In(x), x.Shape, axis, count, shape), shape, x, operation: NameOf(operation));

    public override TensorNode ArgReduce(TensorNode x, bool largest, int axis, int count, in Shape shape)
    {
        using torch.Tensor joined = JoinAxes(As(x).Value, x.Shape, axis, count);
        using torch.Tensor index = largest ? joined.argmax(axis) : joined.argmin(axis);
        GC.KeepAlive(x);
        return TorchNode.MakeIndex(x.Device, index.reshape(Lengths(shape)), shape, (0, LengthOf(x.Shape, axis, count) - 1));
    }

    public override TensorNode CumulativeSum(TensorNode x, int axis) => Result(In(x).cumsum(axis), x.Shape, x);

    public override TensorNode Softmax(TensorNode x, int axis, bool logarithm) =>
        Result(logarithm ? torch.nn.functional.log_softmax(In(x), axis) : torch.nn.functional.softmax(In(x), axis), x.Shape, x, operation: logarithm ? "LogSoftmax" : "Softmax");

    private static torch.Tensor Apply(ReduceOperation operation, torch.Tensor x, in Shape from, int axis, int count, in Shape to)
    {
        if (count == 0) return x.alias();
        bool keep = from.Rank == to.Rank;
        Span<long> axes = stackalloc long[count];
        for (int i = 0; i < count; i++) axes[i] = axis + i;
        switch (operation)
        {
            case ReduceOperation.Sum: return x.sum(axes, keep);
            case ReduceOperation.Mean: return to.Rank == 0 ? x.mean() : x.mean(axes.ToArray(), keep);
            case ReduceOperation.MaxShared: return x.amax(axes, keep);
            case ReduceOperation.MinShared: return x.amin(axes, keep);
            default:
                // The gradient goes to the first that is largest or smallest: to the place of its index.
                using (torch.Tensor joined = JoinAxes(x, from, axis, count))
                using (torch.Tensor index = operation == ReduceOperation.Max ? joined.argmax(axis, true) : joined.argmin(axis, true))
                using (torch.Tensor chosen = joined.gather(axis, index))
                    return chosen.reshape(Lengths(to));
        }
    }

    // The same elements with some neighbouring axes as one.
    private static torch.Tensor JoinAxes(torch.Tensor x, in Shape shape, int axis, int count)
    {
        if (count == 1) return x.alias();
        Span<int> lengths = stackalloc int[shape.Rank - count + 1];
        shape.Lengths[..axis].CopyTo(lengths);
        lengths[axis] = LengthOf(shape, axis, count);
        shape.Lengths[(axis + count)..].CopyTo(lengths[(axis + 1)..]);
        return x.reshape(Lengths(lengths));
    }

    private static int LengthOf(in Shape shape, int axis, int count)
    {
        int length = 1;
        for (int i = axis; i < axis + count; i++) length *= shape[i];
        return length;
    }
}
