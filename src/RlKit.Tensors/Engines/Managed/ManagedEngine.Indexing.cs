using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Gather(TensorNode source, int axis, TensorNode index)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), chosen = As(index), y = context.Rent(chosen.Shape);
        ReadOnlySpan<float> from = x.Span;
        ReadOnlySpan<int> indices = chosen.Indices;
        Span<float> to = y.Span;
        var walk = new IndexWalk(x.Shape, chosen.Shape, axis);
        for (int i = 0; i < to.Length; i++)
        {
            if ((uint)indices[i] >= (uint)walk.Size) ThrowIndex(nameof(Gather), indices[i], i, axis, x.Shape);
            to[i] = from[walk.Start + indices[i] * walk.Stride];
            walk.Next();
        }

        Finish(context, y, Operation.Gather, 0, x);
        if (y.RequiresGrad) y.Input1 = chosen;
        y.I0 = axis;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        Span<float> dx = GradientOf(context, x, out bool add);
        if (!add) dx.Clear();
        ReadOnlySpan<float> dy = y.GradientSpan;
        ReadOnlySpan<int> indices = y.Input1!.Indices;
        var walk = new IndexWalk(x.Shape, y.Shape, y.I0);
        for (int i = 0; i < dy.Length; i++)
        {
            dx[walk.Start + indices[i] * walk.Stride] += dy[i];
            walk.Next();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode ScatterAdd(TensorNode target, int axis, TensorNode index, TensorNode source)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(target), chosen = As(index), s = As(source), y = context.Rent(x.Shape);
        x.Span.CopyTo(y.Span);
        ReadOnlySpan<float> from = s.Span;
        ReadOnlySpan<int> indices = chosen.Indices;
        Span<float> to = y.Span;
        var walk = new IndexWalk(x.Shape, chosen.Shape, axis);
        for (int i = 0; i < from.Length; i++)
        {
            if ((uint)indices[i] >= (uint)walk.Size) ThrowIndex(nameof(ScatterAdd), indices[i], i, axis, x.Shape);
            to[walk.Start + indices[i] * walk.Stride] += from[i];
            walk.Next();
        }

        Finish(context, y, Operation.ScatterAdd, 0, x, s, null);
        if (y.RequiresGrad) y.Input2 = chosen;
        y.I0 = axis;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScatterAddBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!, s = y.Input1!;
        if (Wants(context, y, 2, s))
        {
            Span<float> ds = GradientOf(context, s, out bool add);
            ReadOnlySpan<float> dy = y.GradientSpan;
            ReadOnlySpan<int> indices = y.Input2!.Indices;
            var walk = new IndexWalk(y.Shape, s.Shape, y.I0);
            for (int i = 0; i < ds.Length; i++)
            {
                float value = dy[walk.Start + indices[i] * walk.Stride];
                ds[i] = add ? ds[i] + value : value;
                walk.Next();
            }
        }

        if (Wants(context, y, 1, x)) PassOn(context, y, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode IndexSelect(TensorNode source, int axis, TensorNode index, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), chosen = As(index), y = context.Rent(shape);
        (int outer, int size, int inner) = Split(x.Shape, axis, 1);
        ReadOnlySpan<float> from = x.Span;
        ReadOnlySpan<int> indices = chosen.Indices;
        Span<float> to = y.Span;
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)size) ThrowIndex(nameof(IndexSelect), indices[i], i, axis, x.Shape);
            for (int o = 0; o < outer; o++) from.Slice((o * size + indices[i]) * inner, inner).CopyTo(to.Slice((o * indices.Length + i) * inner, inner));
        }

        Finish(context, y, Operation.IndexSelect, 0, x);
        if (y.RequiresGrad) y.Input1 = chosen;
        y.I0 = axis;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void IndexSelectBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        (int outer, int size, int inner) = Split(x.Shape, y.I0, 1);
        Span<float> dx = GradientOf(context, x, out bool add);
        if (!add) dx.Clear();
        ReadOnlySpan<float> dy = y.GradientSpan;
        ReadOnlySpan<int> indices = y.Input1!.Indices;
        for (int i = 0; i < indices.Length; i++)
        {
            for (int o = 0; o < outer; o++)
            {
                Span<float> to = dx.Slice((o * size + indices[i]) * inner, inner);
                Elementwise.Apply(new Add(), to, dy.Slice((o * indices.Length + i) * inner, inner), to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode OneHot(TensorNode index, int classes)
    {
        ManagedNode chosen = As(index);
        Span<int> lengths = stackalloc int[Shape.MaxRank + 1];
        chosen.Shape.Lengths.CopyTo(lengths);
        lengths[chosen.Shape.Rank] = classes;
        ManagedNode y = TensorContext.Current.Rent(new Shape(lengths[..(chosen.Shape.Rank + 1)]));
        Span<float> to = y.Span;
        to.Clear();
        ReadOnlySpan<int> indices = chosen.Indices;
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)classes) ThrowClass(indices[i], i, classes);
            to[i * classes + indices[i]] = 1;
        }

        return y;
    }
}
