using System.Diagnostics;
using System.Globalization;

namespace RlKit.Benchmarks;

/// <summary>A hundred thousand updates of each small agent and a share of them of each large one, with the memory they leave: managed and of the whole process.</summary>
internal static class SoakTable
{
    private const int Parts = 10;

    public static void Print(TextWriter output)
    {
        Soak(output, "DQN 4-120-84-2 x 128", new DqnUpdate(), 100_000);
        Soak(output, "PPO 2 x 4-64-64 x 128", new PpoUpdate(), 100_000);
        Soak(output, "SAC 256x256 x 256", new SacUpdate(), 2_000);
        Soak(output, "Nature CNN x 32", new NatureCnnUpdate(), 200);
    }

    private static void Soak(TextWriter output, string name, IUpdate update, int count)
    {
        using var process = Process.GetCurrentProcess();
        for (int i = 0; i < 100; i++) update.Run();
        output.WriteLine($"{name}\n    updates   managed bytes   bytes allocated   working set KiB");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int part = 0; ; part++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            process.Refresh();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part * (count / Parts),11}{GC.GetTotalMemory(forceFullCollection: true),16}{allocated,18}{process.WorkingSet64 >> 10,18}"));
            if (part == Parts) return;
            before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < count / Parts; i++) update.Run();
        }
    }
}
