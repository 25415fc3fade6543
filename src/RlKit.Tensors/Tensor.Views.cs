using RlKit.Tensors.Engines;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

// Reshape, Flatten, Unsqueeze, Squeeze and a slice of the first axis share the memory of their tensor on the managed engine; the others copy.
public readonly partial struct Tensor
{
    /// <summary>The same elements in another shape; one length may be -1, and follows from the others.</summary>
    /// <exception cref="ArgumentException">The shapes differ in their number of elements.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor Reshape(params ReadOnlySpan<int> lengths)
    {
        int unknown = lengths.IndexOf(-1);
        if (unknown < 0) return Reshape(new Shape(lengths));
        Span<int> known = stackalloc int[lengths.Length];
        lengths.CopyTo(known);
        known[unknown] = 1;
        int others = new Shape(known).Length, length = Length;
        if (others == 0 || length % others != 0)
            throw new ArgumentException($"Reshape: {Shape} has {length} elements, which the other lengths' product {others} does not divide.", nameof(lengths));
        known[unknown] = length / others;
        return Reshape(new Shape(known));
    }

    /// <summary>The same elements in another shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ in their number of elements.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor Reshape(Shape shape)
    {
        TensorNode x = Node;
        if (shape.Length != x.Shape.Length)
            throw new ArgumentException($"Reshape: {x.Shape} has {x.Shape.Length} elements, {shape} has {shape.Length}.", nameof(shape));
        return new Tensor(x.Device.Engine.Reshape(x, shape));
    }

    /// <summary>The axes from <paramref name="startAxis"/> on as one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Flatten(int startAxis = 0)
    {
        Shape shape = Shape;
        if (shape.Rank == 0) return Reshape(new Shape(1));
        startAxis = shape.NormalizeAxis(startAxis);
        Span<int> lengths = stackalloc int[startAxis + 1];
        shape.Lengths[..startAxis].CopyTo(lengths);
        lengths[startAxis] = shape.LengthAfter(startAxis) * shape[startAxis];
        return Reshape(new Shape(lengths));
    }

    /// <summary>A new axis of length 1 at a position; -1 is after the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Tensor Unsqueeze(int axis)
    {
        Shape shape = Shape;
        int at = axis < 0 ? axis + shape.Rank + 1 : axis;
        if ((uint)at > (uint)shape.Rank)
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"A new axis of the shape {shape} goes to {-shape.Rank - 1} to {shape.Rank}.");
        Span<int> lengths = stackalloc int[shape.Rank + 1];
        shape.Lengths[..at].CopyTo(lengths);
        lengths[at] = 1;
        shape.Lengths[at..].CopyTo(lengths[(at + 1)..]);
        return Reshape(new Shape(lengths));
    }

    /// <summary>The tensor without an axis of length 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">The axis has another length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor Squeeze(int axis)
    {
        Shape shape = Shape;
        if (shape[axis] != 1) throw new ArgumentException($"Squeeze: axis {axis} of the shape {shape} has the length {shape[axis]}, not 1.", nameof(axis));
        return Reshape(shape.Without(axis));
    }

    /// <summary>The elements <paramref name="start"/> to <paramref name="end"/> - 1 of an axis; a negative position counts from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the range is not within it.</exception>
    public Tensor Slice(int axis, int start, int end)
    {
        TensorNode x = Node;
        axis = x.Shape.NormalizeAxis(axis);
        int length = x.Shape[axis];
        int from = start < 0 ? start + length : start, to = end < 0 ? end + length : end;
        if ((uint)from > (uint)length) throw new ArgumentOutOfRangeException(nameof(start), start, $"Slice: axis {axis} of the shape {x.Shape} has the length {length}.");
        if (to < from || to > length) throw new ArgumentOutOfRangeException(nameof(end), end, $"Slice: a slice from {start} of axis {axis} of the shape {x.Shape} ends at {from} to {length}.");
        return new Tensor(x.Device.Engine.Slice(x, axis, from, to - from));
    }

    /// <summary>One position of an axis, which goes away; a negative position counts from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis or position.</exception>
    public Tensor Select(int axis, int position)
    {
        Shape shape = Shape;
        axis = shape.NormalizeAxis(axis);
        int at = position < 0 ? position + shape[axis] : position;
        if ((uint)at >= (uint)shape[axis]) throw new ArgumentOutOfRangeException(nameof(position), position, $"Select: axis {axis} of the shape {shape} has the length {shape[axis]}.");
        return Slice(axis, at, at + 1).Reshape(shape.Without(axis));
    }

    /// <summary>Two axes exchanged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Transpose(int axis0 = -2, int axis1 = -1)
    {
        Shape shape = Shape;
        int first = shape.NormalizeAxis(axis0), second = shape.NormalizeAxis(axis1);
        Span<int> axes = stackalloc int[shape.Rank];
        for (int i = 0; i < axes.Length; i++) axes[i] = i;
        (axes[first], axes[second]) = (second, first);
        return Permute(axes);
    }

    /// <summary>The axes in another order: axis i of the result is axis axes[i] of this tensor.</summary>
    /// <exception cref="ArgumentException">The axes are not each named once.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        TensorNode x = Node;
        Shape shape = x.Shape;
        if (axes.Length != shape.Rank) throw new ArgumentException($"Permute: the shape {shape} has {shape.Rank} axes; {axes.Length} were given.", nameof(axes));
        Span<int> order = stackalloc int[axes.Length];
        Span<int> lengths = stackalloc int[axes.Length];
        int seen = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            order[i] = shape.NormalizeAxis(axes[i], nameof(axes));
            lengths[i] = shape[order[i]];
            seen |= 1 << order[i];
        }

        if (seen != (1 << axes.Length) - 1) throw new ArgumentException($"Permute: an axis of the shape {shape} is named twice.", nameof(axes));
        return new Tensor(x.Device.Engine.Permute(x, order, new Shape(lengths)));
    }

    /// <summary>Repeats axes of length 1, and adds axes in front, to reach a shape.</summary>
    /// <exception cref="ArgumentException">The tensor does not broadcast to that shape.</exception>
    public Tensor Expand(Shape shape)
    {
        TensorNode x = Node;
        if (!Shape.TryBroadcast(x.Shape, shape, out Shape broadcast) || broadcast != shape)
            throw new ArgumentException($"Expand: the shape {x.Shape} does not broadcast to {shape}.", nameof(shape));
        return x.Shape == shape ? this : new Tensor(x.Device.Engine.Expand(x, shape));
    }

    /// <summary>Tensors one after the other along an axis; the other axes agree.</summary>
    /// <exception cref="ArgumentException">No tensor, or shapes that differ in another axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty) throw new ArgumentException("Concat: there is no tensor.", nameof(tensors));
        TensorNode first = tensors[0].Node;
        axis = first.Shape.NormalizeAxis(axis);
        int length = 0;
        foreach (Tensor tensor in tensors)
        {
            TensorNode node = tensor.Node;
            Common(first, node);
            if (node.Shape.Rank != first.Shape.Rank || node.Shape.With(axis, first.Shape[axis]) != first.Shape)
                ThrowShapes(nameof(Concat), first.Shape, node.Shape, $"differ in another axis than {axis}");
            length += node.Shape[axis];
        }

        return new Tensor(first.Device.Engine.Concat(tensors, axis, first.Shape.With(axis, length)));
    }

    /// <summary>Tensors of one shape side by side along a new axis.</summary>
    /// <exception cref="ArgumentException">No tensor, or shapes that differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position for an axis.</exception>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty) throw new ArgumentException("Stack: there is no tensor.", nameof(tensors));
        TensorNode first = tensors[0].Node;
        Shape shape = first.Shape;
        int at = axis < 0 ? axis + shape.Rank + 1 : axis;
        if ((uint)at > (uint)shape.Rank)
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"A new axis of the shape {shape} goes to {-shape.Rank - 1} to {shape.Rank}.");
        foreach (Tensor tensor in tensors)
        {
            TensorNode node = tensor.Node;
            Common(first, node);
            if (node.Shape != shape) ThrowShapes(nameof(Stack), shape, node.Shape, "differ");
        }

        Span<int> lengths = stackalloc int[shape.Rank + 1];
        shape.Lengths[..at].CopyTo(lengths);
        lengths[at] = tensors.Length;
        shape.Lengths[at..].CopyTo(lengths[(at + 1)..]);
        return new Tensor(first.Device.Engine.Concat(tensors, at, new Shape(lengths)));
    }
}
