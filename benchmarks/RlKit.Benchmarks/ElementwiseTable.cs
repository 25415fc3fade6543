using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using RlKit.Tensors.Kernels;

namespace RlKit.Benchmarks;

/// <summary>Time per element of the element-wise kernels on one thread, beside TensorPrimitives where it has the same function.</summary>
internal static class ElementwiseTable
{
    // Fits the second-level cache, as a network's activations do.
    private const int Length = 8192;

    public static void Print(TextWriter output)
    {
        var random = new Random(1);
        float[] x = new float[Length], y = new float[Length], z = new float[Length], u = new float[Length], v = new float[Length];
        for (var i = 0; i < Length; i++)
        {
            x[i] = random.NextSingle() * 8 - 4;
            y[i] = random.NextSingle();
        }
        var step = new Tensors.Engines.AdamStep(1, 1e-3, 0.9, 0.999, 1e-8, 0, false);

        output.WriteLine($"{Length} elements             ours  TensorPrimitives   (nanoseconds an element)");
        Row("exp", () => Elementwise.Apply(new Exp(), x, z), () => TensorPrimitives.Exp(x, z));
        Row("log", () => Elementwise.Apply(new Log(), y, z), () => TensorPrimitives.Log(y, z));
        Row("tanh", () => Elementwise.Apply(new Tanh(), x, z), () => TensorPrimitives.Tanh(x, z));
        Row("sigmoid", () => Elementwise.Apply(new Sigmoid(), x, z), () => TensorPrimitives.Sigmoid(x, z));
        Row("silu", () => Elementwise.Apply(new Silu(), x, z), null);
        Row("elu", () => Elementwise.Apply(new Elu(1), x, z), null);
        Row("gelu", () => Elementwise.Apply(new Gelu(), x, z), null);
        Row("softplus", () => Elementwise.Apply(new Softplus(1, 20), x, z), null);
        Row("relu", () => Elementwise.Apply(new Relu(), x, z), () => TensorPrimitives.Max(x, 0f, z));
        Row("multiply", () => Elementwise.Apply(new Multiply(), x, y, z), () => TensorPrimitives.Multiply(x, y, z));
        Row("tanh gradient", () => Elementwise.Apply(new TanhGradient(), x, y, z), null);
        Row("relu gradient, added", () => Elementwise.Apply(new ReluGradient(), x, y, z, accumulate: true), null);
        Row("sum", () => Reductions.Sum(x), () => TensorPrimitives.Sum(x));
        Row("sum of squares", () => Reductions.SumOfSquares(x), () => TensorPrimitives.SumOfSquares(x));
        Row("column sums, 128 x 64", () => Reductions.ColumnSums(x, 128, 64, z.AsSpan(0, 64), false), null);
        Row("softmax, rows of 4", () => Softmax.Rows(x, 4, z), null);
        Row("log-softmax, rows of 4", () => Softmax.LogRows(x, 4, z), null);
        Row("log-softmax, rows of 64", () => Softmax.LogRows(x, 64, z), null);
        Row("Adam", () => OptimiserSteps.Adam(z, x, u, v, default, step), null);

        void Row(string name, Action ours, Action? theirs) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-24} {Time(ours),8:F3}  {(theirs is null ? "" : Time(theirs).ToString("F3", CultureInfo.InvariantCulture)),8}"));
    }

    private static double Time(Action action)
    {
        var best = double.MaxValue;
        var end = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 4;
        for (var round = 0; round < 8 || Stopwatch.GetTimestamp() < end; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var turn = 0; turn < 50; turn++)
                action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / 50 / Length);
        }
        return best;
    }
}
