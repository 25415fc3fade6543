using RlKit.Tensors.Kernels;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public unsafe class WorkerPoolTests
{
    [Test]
    public void EveryPartRunsOnceWhateverTheNumberOfThreads([Values(1, 2, 3, 8)] int threads)
    {
        using var pool = new WorkerPool(threads);
        var counts = stackalloc int[1000];
        for (var round = 0; round < 200; round++)
        {
            // Sleeping workers are woken as well as spinning ones.
            if (round % 50 == 49)
                Thread.Sleep(5);
            var parts = round * 5;
            new Span<int>(counts, 1000).Clear();
            pool.Run(parts, &Count, counts);
            for (var part = 0; part < 1000; part++)
                Assert.That(counts[part], Is.EqualTo(part < parts ? 1 : 0), $"round {round}, part {part}");
        }
    }

    [Test]
    public void SeveralThreadsMayUseOnePoolAtOnce()
    {
        using var pool = new WorkerPool(3);
        Parallel.For(0, 4, _ =>
        {
            var counts = stackalloc int[64];
            for (var round = 0; round < 500; round++)
            {
                new Span<int>(counts, 64).Clear();
                pool.Run(64, &Count, counts);
                for (var part = 0; part < 64; part++)
                    Assert.That(counts[part], Is.EqualTo(1));
            }
        });
    }

    [Test]
    public void ARunAllocatesNothing()
    {
        using var pool = new WorkerPool(2);
        var counts = stackalloc int[8];
        pool.Run(8, &Count, counts);
        Thread.Sleep(5);
        pool.Run(8, &Count, counts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            pool.Run(8, &Count, counts);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void ADisposedPoolWorksAlone()
    {
        var pool = new WorkerPool(4);
        var counts = stackalloc int[8];
        pool.Run(8, &Count, counts);
        pool.Dispose();
        pool.Run(8, &Count, counts);
        Assert.That(new Span<int>(counts, 8).ToArray(), Is.All.EqualTo(2));
    }

    [Test]
    public void FewerThanOneThreadIsRefused() =>
        Assert.That(() => new WorkerPool(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static void Count(void* context, int part) => Interlocked.Increment(ref ((int*)context)[part]);
}
