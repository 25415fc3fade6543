using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Reshape(TensorNode source, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.RentNode(shape);
        y.Share(x);
        y.IsIndex = x.IsIndex;
        if (x.RequiresGrad && context.Recording) Record(context, y, Operation.Reshape, 0, x, null, null, 1);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReshapeBackward(TensorContext context, ManagedNode y)
    {
        if (Wants(context, y, 1, y.Input0)) PassOn(context, y, y.Input0!);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Slice(TensorNode source, int axis, int start, int length)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source);
        Shape shape = x.Shape.With(axis, length);
        int outer = x.Shape.LengthBefore(axis), inner = x.Shape.LengthAfter(axis), size = x.Shape[axis];
        ManagedNode y;
        if (outer == 1)
        {
            y = context.RentNode(shape);
            y.Share(x);
            y.Offset += start * inner;
        }
        else
        {
            y = context.Rent(shape);
            ReadOnlySpan<float> from = x.Span;
            Span<float> to = y.Span;
            int run = length * inner;
            for (int o = 0; o < outer; o++) from.Slice((o * size + start) * inner, run).CopyTo(to.Slice(o * run, run));
        }

        if (x.RequiresGrad && context.Recording)
        {
            Record(context, y, Operation.Slice, 0, x, null, null, 1);
            y.I0 = outer;
            y.I1 = size * inner;
            y.I2 = start * inner;
            y.I3 = length * inner;
        }

        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SliceBackward(TensorContext context, ManagedNode y)
    {
        if (!Wants(context, y, 1, y.Input0)) return;
        (int outer, int stride, int start, int run) = (y.I0, y.I1, y.I2, y.I3);
        Span<float> dx = GradientOf(context, y.Input0!, out bool add);
        ReadOnlySpan<float> dy = y.GradientSpan;
        if (!add) dx.Clear();
        for (int o = 0; o < outer; o++)
        {
            Span<float> to = dx.Slice(o * stride + start, run);
            Elementwise.Apply(new Add(), to, dy.Slice(o * run, run), to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Permute(TensorNode source, ReadOnlySpan<int> axes, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.Rent(shape);
        Span<int> strides = stackalloc int[axes.Length];
        for (int i = 0; i < axes.Length; i++) strides[i] = x.Shape.LengthAfter(axes[i]);
        Strided.Read(shape, strides, x.Span, y.Span);
        if (x.RequiresGrad && context.Recording)
        {
            Record(context, y, Operation.Permute, 0, x, null, null, 1);
            int packed = 0;
            for (int i = 0; i < axes.Length; i++) packed |= axes[i] << (4 * i);
            y.I0 = packed;
        }

        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PermuteBackward(TensorContext context, ManagedNode y)
    {
        if (!Wants(context, y, 1, y.Input0)) return;
        ManagedNode x = y.Input0!;
        Span<int> strides = stackalloc int[y.Shape.Rank];
        for (int i = 0; i < strides.Length; i++) strides[i] = x.Shape.LengthAfter(y.I0 >> (4 * i) & 15);
        Span<float> dx = GradientOf(context, x, out bool add);
        if (!add) dx.Clear();
        Strided.Add(y.Shape, strides, y.GradientSpan, dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Expand(TensorNode source, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.Rent(shape);
        Span<int> strides = stackalloc int[shape.Rank];
        Strided.BroadcastStrides(x.Shape, shape, strides);
        Strided.Read(shape, strides, x.Span, y.Span);
        if (x.RequiresGrad && context.Recording) Record(context, y, Operation.Expand, 0, x, null, null, 1);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ExpandBackward(TensorContext context, ManagedNode y)
    {
        if (Wants(context, y, 1, y.Input0)) AddReduced(context, y.Shape, y.GradientSpan, y.Input0!);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Concat(ReadOnlySpan<Tensor> tensors, int axis, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode y = context.Rent(shape);
        int outer = shape.LengthBefore(axis), row = outer == 0 ? 0 : y.Length / outer, start = 0;
        Span<float> to = y.Span;
        bool record = false;
        if (y.Inputs.Length < tensors.Length) y.Inputs = new ManagedNode[tensors.Length];
        if (y.InputsNeed.Length < tensors.Length) y.InputsNeed = new bool[tensors.Length];
        y.InputCount = tensors.Length;
        for (int i = 0; i < tensors.Length; i++)
        {
            ManagedNode x = As(tensors[i].Node);
            y.Inputs[i] = x;
            y.InputsNeed[i] = x.RequiresGrad;
            record |= x.RequiresGrad;
            int run = outer == 0 ? 0 : x.Length / outer;
            ReadOnlySpan<float> from = x.Span;
            for (int o = 0; o < outer; o++) from.Slice(o * run, run).CopyTo(to.Slice(o * row + start, run));
            start += run;
        }

        if (record && context.Recording)
        {
            Record(context, y, Operation.Concat, 0, y.Inputs[0], null, null, 0);
            y.I0 = outer;
        }
        else
        {
            System.Array.Clear(y.Inputs, 0, y.InputCount);
            y.InputCount = 0;
        }

        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ConcatBackward(TensorContext context, ManagedNode y)
    {
        int outer = y.I0, row = outer == 0 ? 0 : y.Length / outer, start = 0;
        ReadOnlySpan<float> dy = y.GradientSpan;
        for (int i = 0; i < y.InputCount; i++)
        {
            ManagedNode x = y.Inputs[i];
            int run = outer == 0 ? 0 : x.Length / outer;
            if (y.InputsNeed[i] && (!context.OnlyTargets || !x.IsLeaf || x.GradientTarget is not null))
            {
                Span<float> dx = GradientOf(context, x, out bool add);
                for (int o = 0; o < outer; o++)
                {
                    ReadOnlySpan<float> from = dy.Slice(o * row + start, run);
                    Span<float> to = dx.Slice(o * run, run);
                    if (add) Elementwise.Apply(new Add(), to, from, to);
                    else from.CopyTo(to);
                }
            }

            start += run;
        }
    }
}
