namespace RlKit.Tests;

/// <summary>Says that a piece of code allocates nothing once it is warm.</summary>
internal static class Allocation
{
    public static void AssertNone(Action code, int repetitions = 1000)
    {
        // Long enough for the optimised code to take over.
        for (int i = 0; i < 100; i++) code();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < repetitions; i++) code();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, $"bytes allocated in {repetitions} repetitions");
    }
}
