namespace RlKit.Tests;

/// <summary>Stepping the built-in environments, resets and all, allocates nothing.</summary>
[TestFixture]
public sealed class AllocationTests
{
    private const int Steps = 2000;

    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [TestCaseSource(nameof(Ids))]
    public void ASingleEnvironmentAllocatesNothing(string id)
    {
        using IEnvironment environment = Environments.Make(id);
        long bytes = environment switch
        {
            IEnvironment<float[], int> typed => Measure(typed),
            IEnvironment<float[], float[]> typed => Measure(typed),
            IEnvironment<byte[], int> typed => Measure(typed),
            IEnvironment<int, int> typed => Measure(typed),
            IEnvironment<(int, int, int), int> typed => Measure(typed),
            _ => throw new NotSupportedException(id),
        };
        Assert.That(bytes, Is.Zero);
    }

    [Test]
    public void AVectorAllocatesNothing([ValueSource(nameof(Ids))] string id, [Values(AutoresetMode.NextStep, AutoresetMode.SameStep)] AutoresetMode mode, [Values(1, 2)] int threads)
    {
        const int count = 16;
        using IVectorEnvironment vector = Environments.MakeVector(id, count, new VectorOptions { AutoresetMode = mode, Threads = threads });
        int[] actions = new int[count];
        float[] forces = new float[count];
        vector.Reset(1);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            bool isBox = vector.ActionSpace is Box<float>;
            for (int step = 0; step < Steps / 4; step++)
            {
                for (int i = 0; i < count; i++) forces[i] = actions[i] = (step + i) % 2;
                if (isBox) vector.Step(forces);
                else vector.Step(actions);
                vector.Info(step % count);
            }
        }
    }

    [Test]
    public void ReadingFinalInfosAllocatesNothing()
    {
        using IVectorEnvironment vector = Environments.MakeVector("FrozenLake-v1", 4);
        vector.Reset(1);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            ReadOnlySpan<int> actions = [1, 2, 1, 2];
            for (int step = 0; step < 500; step++)
            {
                vector.Step(actions);
                for (int i = 0; i < vector.Count; i++) vector.FinalInfo(i);
            }
        }
    }

    private static long Measure<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull
    {
        environment.ActionSpace.Seed(1);
        TAction[] actions = [.. Enumerable.Range(0, 64).Select(_ => environment.ActionSpace.Sample())];
        environment.Reset(1);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        return GC.GetAllocatedBytesForCurrentThread() - before;

        void Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                StepResult<TObservation> result = environment.Step(actions[step % actions.Length]);
                if (result.Done) environment.Reset();
            }
        }
    }
}
