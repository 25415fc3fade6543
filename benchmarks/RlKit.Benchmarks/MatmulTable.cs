using System.Diagnostics;
using System.Globalization;
using RlKit.Tensors.Kernels;

namespace RlKit.Benchmarks;

/// <summary>The matrix product's share of the processor's multiply-add rate, shape by shape, on one thread.</summary>
internal static class MatmulTable
{
    // What training asks for: NT a linear layer's forward pass, NN its input's gradient, TN its weight's gradient.
    private static readonly (int M, int K, int N, string Kind)[] Shapes =
    [
        (64, 64, 64, "NN"), (128, 128, 128, "NN"), (256, 256, 256, "NN"), (512, 512, 512, "NN"), (1024, 1024, 1024, "NN"),
        (64, 64, 64, "NT"), (128, 128, 128, "NT"), (256, 256, 256, "NT"), (512, 512, 512, "NT"), (1024, 1024, 1024, "NT"),
        (128, 4, 120, "NT"), (128, 120, 84, "NT"), (128, 84, 2, "NT"),
        (128, 2, 84, "NN"), (128, 84, 120, "NN"),
        (2, 128, 84, "TN"), (84, 128, 120, "TN"), (120, 128, 4, "TN"),
        (128, 64, 64, "NT"), (128, 64, 1, "NT"), (64, 128, 64, "TN"), (64, 128, 4, "TN"), (1, 128, 64, "TN"),
        (256, 256, 256, "TN"), (256, 4, 256, "NT"), (256, 256, 1, "NT"), (256, 128, 4, "TN"),
        (1, 4, 64, "NT"), (1, 64, 64, "NT"), (1, 64, 2, "NT"), (1, 256, 256, "NT"), (1, 64, 64, "NN"),
        (32, 3136, 512, "NT"), (32, 512, 3136, "NN"), (512, 32, 3136, "TN"), (32, 512, 6, "NT"),
    ];

    public static void Print(TextWriter output)
    {
        var limit = FmaLimit.Measure();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"multiply-add limit {limit:F1} GFLOP/s"));
        output.WriteLine("      m     k     n  op       time   GFLOP/s  share of the limit");
        foreach (var (m, k, n, kind) in Shapes)
        {
            var seconds = Time(m, k, n, kind);
            var rate = 2.0 * m * k * n / seconds * 1e-9;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{m,7}{k,6}{n,6}  {kind}  {seconds * 1e6,8:F2} us  {rate,6:F1}  {rate / limit,7:P0}"));
        }
    }

    private static double Time(int m, int k, int n, string kind)
    {
        var random = new Random(1);
        float[] a = Numbers(random, m * k), b = Numbers(random, k * n), c = new float[m * n], bias = Numbers(random, n);
        var transposeA = kind[0] == 'T';
        var transposeB = kind[1] == 'T';
        var forward = kind == "NT";
        void Multiply() => MatrixProduct.Multiply(null, m, n, k, a, transposeA ? m : k, transposeA, b, transposeB ? k : n, transposeB,
            c, n, bias: forward ? bias : default, activation: forward ? Tensors.Activation.Relu : Tensors.Activation.None);

        var turns = (int)Math.Clamp(2e-3 * 200e9 / (2.0 * m * k * n), 1, 20_000);
        var best = double.MaxValue;
        var end = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 8;
        for (var round = 0; round < 8 || Stopwatch.GetTimestamp() < end; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var turn = 0; turn < turns; turn++)
                Multiply();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / turns);
        }
        return best;
    }

    private static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
