using System.Diagnostics;
using System.Globalization;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>Each update's time as a multiple of its arithmetic at the processor's multiply-add rate, measured in the same run, and the bytes it allocates.</summary>
internal static class UpdateTable
{
    public static void Print(TextWriter output, string? only)
    {
        double limit = FmaLimit.Measure();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"multiply-add limit {limit:F1} GFLOP/s"));
        output.WriteLine("update                      MFLOP       time   bar  multiple  bytes allocated");
        TensorThreads.Count = 1;
        Row("DQN 4-120-84-2 x 128", () => new DqnUpdate(), 1.7);
        Row("PPO 2 x 4-64-64 x 128", () => new PpoUpdate(), 4);
        Row("SAC 256x256 x 256", () => new SacUpdate(), 1.5);
        double single = Row("Nature CNN x 32", () => new NatureCnnUpdate(), 1.8);
        if (Environment.ProcessorCount > 1 && single > 0)
        {
            TensorThreads.Count = 2;
            double two = Row("Nature CNN x 32, 2 threads", () => new NatureCnnUpdate(), null);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  two threads are {single / two:F2} times as fast (bar 1.60)"));
            TensorThreads.Count = 1;
        }

        if (Row("forward 4-64-64-2 x 1", () => new PolicyForward(), null) > 0) output.WriteLine("  (bar 1.50us)");
        Row("  by tensors 4-64-64-2", () => new TensorForward(), null);

        double Row(string name, Func<IUpdate> make, double? bar)
        {
            if (only is not null && !name.Contains(only, StringComparison.OrdinalIgnoreCase)) return 0;
            IUpdate update = make();
            (double seconds, long bytes) = Measure(update);
            double multiple = seconds * limit * 1e9 / update.Flops;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-26}{update.Flops * 1e-6,8:F2}{seconds * 1e6,9:F2}us{bar,6:F2}{multiple,9:F2}{bytes,12} B"));
            return seconds;
        }
    }

    private static (double Seconds, long Bytes) Measure(IUpdate update)
    {
        // Warm: long enough for the runtime to have optimised every method.
        long warm = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        int turns = 0;
        for (; turns < 20 || Stopwatch.GetTimestamp() < warm; turns++) update.Run();
        turns = Math.Max(1, turns / 100);
        double best = double.MaxValue;
        long end = Stopwatch.GetTimestamp() + 2 * Stopwatch.Frequency, before = GC.GetAllocatedBytesForCurrentThread();
        long rounds = 0;
        for (; rounds < 10 || Stopwatch.GetTimestamp() < end; rounds++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int turn = 0; turn < turns; turn++) update.Run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / turns);
        }

        return (best, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
