namespace RlKit.Tests;

/// <summary>Says that a piece of code allocates nothing once it is warm.</summary>
internal static class Allocation
{
    // On a busy machine optimised code takes over late, and the runtime then allocates once for itself; what the code allocates is there in every round.
    private const int Rounds = 5;

    /// <summary>Counts what the calling thread allocates, to the byte.</summary>
    public static void AssertNone(Action code, int repetitions = 1000) =>
        Assert.That(Least(code, repetitions, GC.GetAllocatedBytesForCurrentThread), Is.Zero, $"bytes allocated in {repetitions} repetitions");

    /// <summary>Counts what all threads allocate. The test runner makes some objects of its own meanwhile; one object in each repetition would be far more.</summary>
    public static void AssertNoneOnAnyThread(Action code, int repetitions = 1000) =>
        Assert.That(Least(code, repetitions, () => GC.GetTotalAllocatedBytes(precise: true)), Is.LessThan(8 * repetitions), $"bytes allocated in {repetitions} repetitions");

    private static long Least(Action code, int repetitions, Func<long> allocated)
    {
        // Long enough for the optimised code to take over.
        for (int i = 0; i < 100; i++) code();

        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = allocated();
            for (int i = 0; i < repetitions; i++) code();
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }
}
