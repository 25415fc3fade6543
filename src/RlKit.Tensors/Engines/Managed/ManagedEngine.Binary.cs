using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Binary(BinaryOperation operation, TensorNode left, TensorNode right, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode a = As(left), b = As(right), y = context.Rent(shape);
        if (a.Length == y.Length && b.Length == y.Length) Apply(operation, a.Span, b.Span, y.Span);
        else ApplyBroadcast(operation, a, b, y);
        // Comparisons have no gradient.
        if (operation >= BinaryOperation.Greater) return y;
        return Finish(context, y, Operation.Binary, (byte)operation, a, b, null);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyBroadcast(BinaryOperation operation, ManagedNode a, ManagedNode b, ManagedNode y)
    {
        Span<int> stridesA = stackalloc int[y.Shape.Rank], stridesB = stackalloc int[y.Shape.Rank];
        Strided.BroadcastStrides(a.Shape, y.Shape, stridesA);
        Strided.BroadcastStrides(b.Shape, y.Shape, stridesB);
        var walk = new Walk(y.Shape, stridesA, stridesB);
        ReadOnlySpan<float> spanA = a.Span, spanB = b.Span;
        Span<float> spanY = y.Span;
        int run = walk.Run;
        for (int at = 0; at < spanY.Length; at += run)
        {
            Span<float> to = spanY.Slice(at, run);
            if (walk.StepA == 1 && walk.StepB == 1) Apply(operation, spanA.Slice(walk.A, run), spanB.Slice(walk.B, run), to);
            else if (walk.StepA == 1) Apply(operation, spanA.Slice(walk.A, run), spanB[walk.B], to);
            else if (walk.StepB == 1) Apply(operation, spanA[walk.A], spanB.Slice(walk.B, run), to);
            else to.Fill(Apply(operation, spanA[walk.A], spanB[walk.B]));
            walk.Next();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(BinaryOperation operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        switch (operation)
        {
            case BinaryOperation.Add: Elementwise.Apply(new Add(), a, b, y); break;
            case BinaryOperation.Subtract: Elementwise.Apply(new Subtract(), a, b, y); break;
            case BinaryOperation.Multiply: Elementwise.Apply(new Multiply(), a, b, y); break;
            case BinaryOperation.Divide: Elementwise.Apply(new Divide(), a, b, y); break;
            case BinaryOperation.Maximum: TensorPrimitives.Max(a, b, y); break;
            case BinaryOperation.Minimum: TensorPrimitives.Min(a, b, y); break;
            default:
                for (int i = 0; i < y.Length; i++) y[i] = Apply(operation, a[i], b[i]);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(BinaryOperation operation, ReadOnlySpan<float> a, float b, Span<float> y)
    {
        switch (operation)
        {
            case BinaryOperation.Add: Elementwise.Apply(new Shifted(b), a, y); break;
            case BinaryOperation.Subtract: Elementwise.Apply(new Shifted(-b), a, y); break;
            case BinaryOperation.Multiply: Elementwise.Apply(new Scaled(b), a, y); break;
            case BinaryOperation.Divide: TensorPrimitives.Divide(a, b, y); break;
            case BinaryOperation.Maximum: TensorPrimitives.Max(a, b, y); break;
            case BinaryOperation.Minimum: TensorPrimitives.Min(a, b, y); break;
            default:
                for (int i = 0; i < y.Length; i++) y[i] = Apply(operation, a[i], b);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(BinaryOperation operation, float a, ReadOnlySpan<float> b, Span<float> y)
    {
        switch (operation)
        {
            case BinaryOperation.Subtract: Elementwise.Apply(new Affine(-1, a), b, y); break;
            case BinaryOperation.Divide: TensorPrimitives.Divide(a, b, y); break;
            case BinaryOperation.Greater or BinaryOperation.GreaterOrEqual:
                for (int i = 0; i < y.Length; i++) y[i] = Apply(operation, a, b[i]);
                break;
            default: Apply(operation, b, a, y); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Apply(BinaryOperation operation, float a, float b) => operation switch
    {
        BinaryOperation.Add => a + b,
        BinaryOperation.Subtract => a - b,
        BinaryOperation.Multiply => a * b,
        BinaryOperation.Divide => a / b,
        BinaryOperation.Maximum => MathF.Max(a, b),
        BinaryOperation.Minimum => MathF.Min(a, b),
        BinaryOperation.Greater => a > b ? 1 : 0,
        BinaryOperation.GreaterOrEqual => a >= b ? 1 : 0,
        _ => a == b ? 1 : 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BinaryBackward(TensorContext context, ManagedNode y)
    {
        var operation = (BinaryOperation)y.Kind;
        ManagedNode a = y.Input0!, b = y.Input1!;
        bool wantsA = Wants(context, y, 1, a), wantsB = Wants(context, y, 2, b);
        if (operation is BinaryOperation.Add or BinaryOperation.Subtract)
        {
            if (wantsA)
            {
                if (a.Length == y.Length) PassOn(context, y, a);
                else AddReduced(context, y.Shape, y.GradientSpan, a);
            }

            if (!wantsB) return;
            if (operation == BinaryOperation.Subtract)
            {
                Span<float> db = Direct(context, y, b, out bool add, out Span<float> scratch);
                if (add) Elementwise.Apply(new Subtract(), db, y.GradientSpan, db);
                else Elementwise.Apply(new Scaled(-1), y.GradientSpan, scratch);
                if (b.Length != y.Length) AddReduced(context, y.Shape, scratch, b);
            }
            else if (b.Length == y.Length)
            {
                PassOn(context, y, b);
            }
            else
            {
                AddReduced(context, y.Shape, y.GradientSpan, b);
            }

            return;
        }

        // The other input in the result's shape: itself, or broadcast into scratch.
        ReadOnlySpan<float> fullA = Full(context, a, y), fullB = Full(context, b, y), dy = y.GradientSpan;
        for (int input = 0; input < 2; input++)
        {
            if (!(input == 0 ? wantsA : wantsB)) continue;
            ManagedNode x = input == 0 ? a : b;
            Span<float> direct = Direct(context, y, x, out bool add, out Span<float> scratch);
            switch (operation)
            {
                case BinaryOperation.Multiply:
                {
                    ReadOnlySpan<float> other = input == 0 ? fullB : fullA;
                    Elementwise.Apply(new Multiply(), dy, other, scratch, add);
                    break;
                }

                case BinaryOperation.Divide when input == 0:
                    Elementwise.Apply(new Divide(), dy, fullB, scratch, add);
                    break;
                case BinaryOperation.Divide:
                    for (int i = 0; i < dy.Length; i++)
                    {
                        float value = -dy[i] * (fullA[i] / fullB[i]) / fullB[i];
                        if (add) direct[i] += value;
                        else scratch[i] = value;
                    }

                    break;
                default:
                {
                    // Maximum passes the gradient where this input is above, minimum where it is below; half where equal.
                    ReadOnlySpan<float> one = input == 0 ? fullA : fullB, other = input == 0 ? fullB : fullA;
                    bool larger = operation == BinaryOperation.Maximum;
                    for (int i = 0; i < dy.Length; i++)
                    {
                        // Not the other way round, so that NaN has the gradient that it has in PyTorch.
                        float value = one[i] == other[i] ? 0.5f * dy[i] : (larger ? one[i] < other[i] : one[i] > other[i]) ? 0 : dy[i];
                        if (add) direct[i] += value;
                        else scratch[i] = value;
                    }

                    break;
                }
            }

            if (x.Length != y.Length) AddReduced(context, y.Shape, scratch, x);
        }
    }

    // An input of the result's shape gets its gradient directly (to add to, or to write: then both spans are it); another one through scratch that is reduced afterwards.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Span<float> Direct(TensorContext context, ManagedNode y, ManagedNode x, out bool add, out Span<float> scratch)
    {
        if (x.Length == y.Length) return scratch = GradientOf(context, x, out add);
        add = false;
        return scratch = Scratch(context, y.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<float> Full(TensorContext context, ManagedNode x, ManagedNode y)
    {
        if (x.Length == y.Length) return x.Span;
        Span<float> full = Scratch(context, y.Length);
        Span<int> strides = stackalloc int[y.Shape.Rank];
        Strided.BroadcastStrides(x.Shape, y.Shape, strides);
        Strided.Read(y.Shape, strides, x.Span, full);
        return full;
    }

    /// <summary>Adds a gradient of a broadcast shape to the gradient of the input that was broadcast.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddReduced(TensorContext context, in Shape shape, ReadOnlySpan<float> gradient, ManagedNode input)
    {
        Span<int> strides = stackalloc int[shape.Rank];
        Strided.BroadcastStrides(input.Shape, shape, strides);
        Span<float> dx = GradientOf(context, input, out bool add);
        if (!add) dx.Clear();
        Strided.Add(shape, strides, gradient, dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Where(TensorNode condition, TensorNode left, TensorNode right, in Shape shape)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode c = As(condition), a = As(left), b = As(right), y = context.Rent(shape);
        ArenaMark mark = context.Arena.Mark();
        ReadOnlySpan<float> chosen = Full(context, c, y), fullA = Full(context, a, y), fullB = Full(context, b, y);
        Span<float> to = y.Span;
        for (int i = 0; i < to.Length; i++) to[i] = chosen[i] != 0 ? fullA[i] : fullB[i];
        context.Arena.Reset(mark);
        Finish(context, y, Operation.Where, 0, a, b, null);
        if (y.RequiresGrad) y.Input2 = c;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WhereBackward(TensorContext context, ManagedNode y)
    {
        ReadOnlySpan<float> chosen = Full(context, y.Input2!, y), dy = y.GradientSpan;
        for (int input = 0; input < 2; input++)
        {
            ManagedNode x = input == 0 ? y.Input0! : y.Input1!;
            if (!Wants(context, y, 1 << input, x)) continue;
            Span<float> direct = Direct(context, y, x, out bool add, out Span<float> scratch);
            for (int i = 0; i < dy.Length; i++)
            {
                float value = chosen[i] != 0 == (input == 0) ? dy[i] : 0;
                if (add) direct[i] += value;
                else scratch[i] = value;
            }

            if (x.Length != y.Length) AddReduced(context, y.Shape, scratch, x);
        }
    }
}
