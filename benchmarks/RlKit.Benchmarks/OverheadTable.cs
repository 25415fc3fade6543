using System.Diagnostics;
using System.Globalization;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>What an operation costs apart from its arithmetic: operations on 16 elements, not recorded, recorded, and recorded with their backward pass.</summary>
internal static class OverheadTable
{
    private const int Length = 64;

    public static void Print(TextWriter output)
    {
        Tensor constant = Tensor.Ones([16]), leaf = Tensor.Ones([16]).RequireGrad(), matrix = Tensor.Ones([4, 4]), weight = Tensor.Ones([4, 4]).RequireGrad();
        output.WriteLine("operation        plain  recorded  with backward   (ns)");
        Row("x + 1", constant, leaf, x => x + 1);
        Row("x + y", constant, leaf, x => x + constant);
        Row("x * y", constant, leaf, x => x * constant);
        Row("relu", constant, leaf, x => x.Relu());
        Row("tanh", constant, leaf, x => x.Tanh());
        Row("clamp", constant, leaf, x => x.Clamp(-1, 1));
        Row("reshape", constant, leaf, x => x.Reshape(new Shape(16)));
        Row("linear 4x4", matrix, weight, x => x.Linear(matrix));
        Row("log-softmax 4x4", matrix, weight, x => x.LogSoftmax());

        void Row(string name, Tensor plain, Tensor recorded, Func<Tensor, Tensor> operation) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-16}{Time(plain, operation, false),6:F1}{Time(recorded, operation, false),10:F1}{Time(recorded, operation, true),15:F1}"));
    }

    private static double Time(Tensor start, Func<Tensor, Tensor> operation, bool backward)
    {
        double best = double.MaxValue;
        long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 2;
        while (Stopwatch.GetTimestamp() < end)
        {
            long before = Stopwatch.GetTimestamp();
            for (int turn = 0; turn < 100; turn++) Chain(start, operation, backward);
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalNanoseconds / (100 * Length));
        }

        return best;
    }

    private static void Chain(Tensor start, Func<Tensor, Tensor> operation, bool backward)
    {
        using var scope = new TensorScope();
        Tensor x = start;
        for (int i = 0; i < Length; i++) x = operation(x);
        if (backward) x.Sum().Backward();
    }
}
