using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Loss(LossOperation operation, TensorNode prediction, TensorNode target, Reduction reduction, float parameter)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode p = As(prediction), t = As(target);
        ManagedNode y = context.Rent(reduction == Reduction.None ? p.Shape : default);
        ArenaMark mark = context.Arena.Mark();
        Span<float> elements = reduction == Reduction.None ? y.Span : Scratch(context, p.Length);
        LossElements(operation, p.Span, t.Span, elements, parameter);
        if (reduction != Reduction.None) y.Span[0] = Reductions.Sum(elements) / (reduction == Reduction.Mean ? p.Length : 1);
        context.Arena.Reset(mark);
        Finish(context, y, Operation.Loss, (byte)operation, p, t, null);
        y.I0 = (int)reduction;
        y.F0 = parameter;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LossElements(LossOperation operation, ReadOnlySpan<float> p, ReadOnlySpan<float> t, Span<float> y, float d)
    {
        Elementwise.Apply(new Subtract(), p, t, y);
        switch (operation)
        {
            case LossOperation.MeanSquaredError: Elementwise.Apply(new Square(), y, y); break;
            case LossOperation.L1: TensorPrimitives.Abs(y, y); break;
            case LossOperation.Huber:
                for (int i = 0; i < y.Length; i++)
                {
                    float distance = MathF.Abs(y[i]);
                    y[i] = distance < d ? 0.5f * distance * distance : d * (distance - 0.5f * d);
                }

                break;
            case LossOperation.SmoothL1:
                for (int i = 0; i < y.Length; i++)
                {
                    float distance = MathF.Abs(y[i]);
                    y[i] = distance < d ? 0.5f * distance * distance / d : distance - 0.5f * d;
                }

                break;
            case LossOperation.BinaryCrossEntropyWithLogits:
                // log(1 + e) with e at most 1: no accuracy is lost that the sum with max(p, 0) - p t would show.
                for (int i = 0; i < y.Length; i++) y[i] = MathF.Max(p[i], 0) - p[i] * t[i] + (float)Log1P(MathF.Exp(-MathF.Abs(p[i])));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a loss.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LossBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode p = y.Input0!, t = y.Input1!;
        var operation = (LossOperation)y.Kind;
        var reduction = (Reduction)y.I0;
        float d = y.F0, scale = reduction == Reduction.Mean ? 1f / p.Length : 1;
        ReadOnlySpan<float> dy = y.GradientSpan, prediction = p.Span, target = t.Span;
        bool each = reduction == Reduction.None;
        if (!each) scale *= dy[0];
        for (int input = 0; input < 2; input++)
        {
            ManagedNode x = input == 0 ? p : t;
            if (!Wants(context, y, 1 << input, x)) continue;
            Span<float> dx = GradientOf(context, x, out bool add);
            float sign = input == 0 ? scale : -scale;
            if (operation == LossOperation.MeanSquaredError && !add && !each)
            {
                Elementwise.Apply(new Subtract(), prediction, target, dx);
                Elementwise.Apply(new Scaled(2 * sign), dx, dx);
                continue;
            }

            for (int i = 0; i < dx.Length; i++)
            {
                float difference = prediction[i] - target[i];
                float value = sign * operation switch
                {
                    LossOperation.MeanSquaredError => 2 * difference,
                    LossOperation.L1 => MathF.Sign(difference),
                    LossOperation.Huber => MathF.Abs(difference) < d ? difference : d * MathF.Sign(difference),
                    LossOperation.SmoothL1 => MathF.Abs(difference) < d ? difference / d : MathF.Sign(difference),
                    _ => input == 0 ? 1 / (1 + MathF.Exp(-prediction[i])) - target[i] : prediction[i],
                };
                if (each) value *= dy[i];
                dx[i] = add ? dx[i] + value : value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode CrossEntropy(TensorNode logits, TensorNode target, Reduction reduction)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(logits), chosen = As(target);
        int rows = x.Shape[0], classes = x.Shape[1];
        ManagedNode y = context.Rent(reduction == Reduction.None ? new Shape(rows) : default);
        // The log-probabilities are what the gradient needs.
        context.Allocate(x.Length, out y.Saved, out y.SavedOffset);
        y.SavedLength = x.Length;
        Span<float> logProbabilities = y.SavedSpan, to = y.Span;
        Kernels.Softmax.LogRows(x.Span, classes, logProbabilities);
        ReadOnlySpan<int> indices = chosen.Indices;
        float sum = 0;
        for (int row = 0; row < rows; row++)
        {
            if ((uint)indices[row] >= (uint)classes) ThrowIndex(nameof(CrossEntropy), indices[row], row, 1, x.Shape);
            float loss = -logProbabilities[row * classes + indices[row]];
            if (reduction == Reduction.None) to[row] = loss;
            else sum += loss;
        }

        if (reduction != Reduction.None) to[0] = reduction == Reduction.Mean ? sum / rows : sum;
        Finish(context, y, Operation.CrossEntropy, 0, x);
        if (y.RequiresGrad) y.Input1 = chosen;
        y.I0 = (int)reduction;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CrossEntropyBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode x = y.Input0!;
        if (!Wants(context, y, 1, x)) return;
        int rows = x.Shape[0], classes = x.Shape[1];
        var reduction = (Reduction)y.I0;
        ReadOnlySpan<float> logProbabilities = y.SavedSpan, dy = y.GradientSpan;
        ReadOnlySpan<int> indices = y.Input1!.Indices;
        Span<float> dx = GradientOf(context, x, out bool add);
        for (int row = 0; row < rows; row++)
        {
            float scale = reduction switch
            {
                Reduction.None => dy[row],
                Reduction.Mean => dy[0] / rows,
                _ => dy[0],
            };
            for (int c = 0; c < classes; c++)
            {
                int at = row * classes + c;
                float value = scale * (MathF.Exp(logProbabilities[at]) - (c == indices[row] ? 1 : 0));
                dx[at] = add ? dx[at] + value : value;
            }
        }
    }
}
