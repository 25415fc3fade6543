using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Reduce(ReduceOperation operation, TensorNode source, int axis, int count, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.Rent(shape);
        (int outer, int size, int inner) = Split(x.Shape, axis, count);
        ReadOnlySpan<float> from = x.Span;
        Span<float> to = y.Span;
        if (operation <= ReduceOperation.Mean)
        {
            if (size == 0) to.Clear();
            else if (inner == 1) Reductions.RowSums(from, outer, size, to, false);
            else for (int o = 0; o < outer; o++) Reductions.ColumnSums(from.Slice(o * size * inner, size * inner), size, inner, to.Slice(o * inner, inner), false);
            if (operation == ReduceOperation.Mean) TensorPrimitives.Divide(to, size, to);
        }
        else
        {
            bool largest = operation is ReduceOperation.Max or ReduceOperation.MaxShared;
            for (int o = 0; o < outer; o++)
            {
                for (int i = 0; i < inner; i++)
                {
                    int start = o * size * inner + i;
                    to[o * inner + i] = from[start + FirstExtreme(from, start, size, inner, largest) * inner];
                }
            }
        }

        Finish(context, y, Operation.Reduce, (byte)operation, x);
        y.I0 = outer;
        y.I1 = size;
        y.I2 = inner;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Outer, int Size, int Inner) Split(in Shape shape, int axis, int count)
    {
        int size = 1;
        for (int i = axis; i < axis + count; i++) size *= shape.Lengths[i];
        return (shape.LengthBefore(axis), size, shape.LengthAfter(axis + count - 1));
    }

    /// <summary>The position of the first largest or smallest; NaN counts as both, as in PyTorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FirstExtreme(ReadOnlySpan<float> x, int start, int size, int stride, bool largest)
    {
        int best = 0;
        float value = x[start];
        for (int i = 1; i < size; i++)
        {
            if (float.IsNaN(value)) break;
            float candidate = x[start + i * stride];
            if ((largest ? candidate > value : candidate < value) || float.IsNaN(candidate))
            {
                best = i;
                value = candidate;
            }
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReduceBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        var operation = (ReduceOperation)y.Kind;
        (int outer, int size, int inner) = (y.I0, y.I1, y.I2);
        Span<float> dx = GradientOf(context, x, out bool add);
        ReadOnlySpan<float> dy = y.GradientSpan, from = x.Span, to = y.Span;
        if (operation <= ReduceOperation.Mean)
        {
            float scale = operation == ReduceOperation.Mean ? 1f / size : 1;
            for (int o = 0; o < outer; o++)
            {
                if (inner == 1)
                {
                    Span<float> row = dx.Slice(o * size, size);
                    if (add) Elementwise.Apply(new Shifted(scale * dy[o]), row, row);
                    else row.Fill(scale * dy[o]);
                    continue;
                }

                ReadOnlySpan<float> dyRow = dy.Slice(o * inner, inner);
                for (int i = 0; i < size; i++)
                {
                    Span<float> row = dx.Slice((o * size + i) * inner, inner);
                    Elementwise.Apply(new ScaledSecond(scale), dyRow, dyRow, row, add);
                }
            }

            return;
        }

        if (!add) dx.Clear();
        bool largest = operation is ReduceOperation.Max or ReduceOperation.MaxShared;
        bool shared = operation is ReduceOperation.MaxShared or ReduceOperation.MinShared;
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int start = o * size * inner + i, result = o * inner + i;
                if (!shared)
                {
                    dx[start + FirstExtreme(from, start, size, inner, largest) * inner] += dy[result];
                    continue;
                }

                int equal = 0;
                for (int j = 0; j < size; j++) equal += from[start + j * inner] == to[result] ? 1 : 0;
                for (int j = 0; j < size; j++)
                {
                    if (from[start + j * inner] == to[result]) dx[start + j * inner] += dy[result] / equal;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode ArgReduce(TensorNode source, bool largest, int axis, int count, in Shape shape)
    {
        ManagedNode x = As(source), y = TensorContext.Current.Rent(shape);
        y.IsIndex = true;
        (int outer, int size, int inner) = Split(x.Shape, axis, count);
        ReadOnlySpan<float> from = x.Span;
        Span<int> to = y.Indices;
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++) to[o * inner + i] = FirstExtreme(from, o * size * inner + i, size, inner, largest);
        }

        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode CumulativeSum(TensorNode source, int axis)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.Rent(x.Shape);
        (int outer, int size, int inner) = Split(x.Shape, axis, 1);
        ReadOnlySpan<float> from = x.Span;
        Span<float> to = y.Span;
        from.CopyTo(to);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 1; i < size; i++)
            {
                int at = (o * size + i) * inner;
                TensorPrimitives.Add(to.Slice(at, inner), to.Slice(at - inner, inner), to.Slice(at, inner));
            }
        }

        Finish(context, y, Operation.CumulativeSum, 0, x);
        y.I0 = axis;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CumulativeSumBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        (int outer, int size, int inner) = Split(x.Shape, y.I0, 1);
        Span<float> dx = GradientOf(context, x, out bool add), sums = Scratch(context, y.Length);
        y.GradientSpan.CopyTo(sums);
        for (int o = 0; o < outer; o++)
        {
            for (int i = size - 2; i >= 0; i--)
            {
                int at = (o * size + i) * inner;
                TensorPrimitives.Add(sums.Slice(at, inner), sums.Slice(at + inner, inner), sums.Slice(at, inner));
            }
        }

        if (add) TensorPrimitives.Add(dx, sums, dx);
        else sums.CopyTo(dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Softmax(TensorNode source, int axis, bool logarithm)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.Rent(x.Shape);
        (int outer, int size, int inner) = Split(x.Shape, axis, 1);
        ArenaMark mark = context.Arena.Mark();
        // Rows are contiguous where the axis is the last one; otherwise they are gathered first.
        ReadOnlySpan<float> rows = inner == 1 ? x.Span : Transposed(context, x.Span, outer, size, inner);
        Span<float> result = inner == 1 ? y.Span : Scratch(context, y.Length);
        if (logarithm) Kernels.Softmax.LogRows(rows, size, result);
        else Kernels.Softmax.Rows(rows, size, result);
        if (inner != 1) Transpose(result, y.Span, outer, inner, size, false);
        context.Arena.Reset(mark);
        Finish(context, y, logarithm ? Operation.LogSoftmax : Operation.Softmax, 0, x);
        y.I0 = axis;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SoftmaxBackward(TensorContext context, ManagedNode y, bool logarithm)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        (int outer, int size, int inner) = Split(x.Shape, y.I0, 1);
        Span<float> dx = GradientOf(context, x, out bool add);
        ReadOnlySpan<float> rows = inner == 1 ? y.Span : Transposed(context, y.Span, outer, size, inner);
        ReadOnlySpan<float> dy = inner == 1 ? y.GradientSpan : Transposed(context, y.GradientSpan, outer, size, inner);
        Span<float> result = inner == 1 ? dx : Scratch(context, y.Length);
        if (logarithm) Kernels.Softmax.LogRowsGradient(rows, dy, size, result, add && inner == 1);
        else Kernels.Softmax.RowsGradient(rows, dy, size, result, add && inner == 1);
        if (inner != 1) Transpose(result, dx, outer, inner, size, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Span<float> Transposed(TensorContext context, ReadOnlySpan<float> x, int outer, int rows, int columns)
    {
        Span<float> result = Scratch(context, x.Length);
        Transpose(x, result, outer, rows, columns, false);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(ReadOnlySpan<float> x, Span<float> y, int outer, int rows, int columns, bool add)
    {
        for (int o = 0; o < outer; o++)
        {
            int start = o * rows * columns;
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    float value = x[start + i * columns + j];
                    ref float to = ref y[start + j * rows + i];
                    to = add ? to + value : value;
                }
            }
        }
    }
}
