using TorchSharp;

namespace RlKit.Tensors.Engines;

internal sealed partial class TorchEngine
{
    public override TensorNode Gather(TensorNode x, int axis, TensorNode index)
    {
        RequireIndices(nameof(Gather), x.Shape, axis, index);
        return Result(In(x).gather(axis, As(index).Value), index.Shape, x, index);
    }

    public override TensorNode IndexSelect(TensorNode x, int axis, TensorNode index, in Shape shape)
    {
        RequireIndices(nameof(IndexSelect), x.Shape, axis, index);
        using torch.Tensor flat = As(index).Value.reshape(Lengths([index.Shape.Length]));
        torch.Tensor chosen = In(x).index_select(axis, flat);
        if (index.Shape.Rank == 1) return Result(chosen, shape, x, index);
        using (chosen) return Result(chosen.reshape(Lengths(shape)), shape, x, index);
    }

    public override TensorNode ScatterAdd(TensorNode x, int axis, TensorNode index, TensorNode source)
    {
        RequireIndices(nameof(ScatterAdd), x.Shape, axis, index);
        return Result(In(x).scatter_add(axis, As(index).Value, In(source)), x.Shape, x, index, source);
    }

    public override TensorNode OneHot(TensorNode index, int classes)
    {
        if (FirstOutside(As(index), classes) is { } outside) ThrowClass(outside.Index, outside.Position, classes);
        Span<int> lengths = stackalloc int[index.Shape.Rank + 1];
        index.Shape.Lengths.CopyTo(lengths);
        lengths[^1] = classes;
        using torch.Tensor whole = torch.nn.functional.one_hot(As(index).Value, classes);
        return Result(whole.to_type(torch.ScalarType.Float32), new Shape(lengths), index);
    }

    private void RequireIndices(string operation, in Shape shape, int axis, TensorNode index)
    {
        if (FirstOutside(As(index), shape[axis]) is { } outside) ThrowIndex(operation, outside.Index, outside.Position, axis, shape);
    }

    // The range is known without asking the device.
    private (int Index, int Position)? FirstOutside(TorchNode index, int length)
    {
        if (index.IndexRange.Smallest >= 0 && index.IndexRange.Largest < length) return null;
        var indices = new int[index.Shape.Length];
        ReadIndices(index, indices);
        int position = Array.FindIndex(indices, value => (uint)value >= (uint)length);
        return position < 0 ? null : (indices[position], position);
    }
}
