namespace RlKit.Tests;

/// <summary>Says that a piece of code allocates nothing once it is warm.</summary>
internal static class Allocation
{
    public static void AssertNone(Action code, int repetitions = 1000)
    {
        // Long enough for the optimised code to take over.
        for (int i = 0; i < 100; i++) code();

        // On a busy machine it takes over later, and the runtime then allocates once for itself; what the code allocates is there in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < repetitions; i++) code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero, $"bytes allocated in {repetitions} repetitions");
    }
}
