using System.Diagnostics;
using System.Globalization;
using RlKit.Tensors;
using RlKit.Tensors.Kernels;

namespace RlKit.Benchmarks;

/// <summary>The convolution's share of the processor's multiply-add rate, for the Atari and MinAtar networks at batch 32, on one thread and on two.</summary>
internal static class ConvolutionTable
{
    private static readonly (string Name, Conv2dShape Shape)[] Shapes =
    [
        ("Nature 1, bytes", new(32, 4, 84, 84, 32, 8, 8, 4, 4, 0, 0)),
        ("Nature 2", new(32, 32, 20, 20, 64, 4, 4, 2, 2, 0, 0)),
        ("Nature 3", new(32, 64, 9, 9, 64, 3, 3, 1, 1, 0, 0)),
        ("MinAtar, 4 channels", new(32, 4, 10, 10, 16, 3, 3, 1, 1, 0, 0)),
        ("MinAtar, 10 channels", new(32, 10, 10, 10, 16, 3, 3, 1, 1, 0, 0)),
    ];

    public static void Print(TextWriter output)
    {
        var limit = FmaLimit.Measure();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"multiply-add limit {limit:F1} GFLOP/s"));
        output.WriteLine("                       pass               time   GFLOP/s  share of the limit   two threads");
        using var two = new WorkerPool(2);
        foreach (var (name, s) in Shapes)
        {
            var bytes = name.EndsWith("bytes", StringComparison.Ordinal);
            var pixels = new byte[s.Batch * s.InputSize];
            new Random(1).NextBytes(pixels);
            float[] x = Array.ConvertAll(pixels, v => v / 255f), w = new float[s.Filters * s.FilterSize], b = new float[s.Filters], y = new float[s.Batch * s.OutputSize];
            w.AsSpan().Fill(0.01f);

            Row("forward", pool =>
            {
                if (bytes)
                    Tensors.Kernels.Conv2d.Forward(pool, s, pixels, 1f / 255, w, b, Activation.Relu, y);
                else
                    Tensors.Kernels.Conv2d.Forward(pool, s, x, w, b, Activation.Relu, y);
            });
            Row("weight gradient", pool =>
            {
                if (bytes)
                    Tensors.Kernels.Conv2d.WeightGradient(pool, s, pixels, 1f / 255, y, w, false);
                else
                    Tensors.Kernels.Conv2d.WeightGradient(pool, s, x, y, w, false);
            });
            Row("input gradient", pool => Tensors.Kernels.Conv2d.InputGradient(pool, s, y, w, x, false));
            Row("bias gradient", _ => Tensors.Kernels.Conv2d.BiasGradient(s, y, b, false));

            void Row(string pass, Action<WorkerPool?> action)
            {
                double one = Time(() => action(null)), both = Time(() => action(two));
                var rate = 2.0 * s.Batch * s.OutputSize * s.FilterSize / one * 1e-9;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-22} {pass,-15} {one * 1e6,8:F1} us  {rate,6:F1}  {rate / limit,7:P0}  {both * 1e6,20:F1} us"));
            }
        }
    }

    private static double Time(Action action)
    {
        var best = double.MaxValue;
        var end = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 6;
        for (var round = 0; round < 8 || Stopwatch.GetTimestamp() < end; round++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
