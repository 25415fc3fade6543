namespace RlKit.Tests;

/// <summary>Stepping the built-in environments, resets and all, allocates nothing.</summary>
[TestFixture]
public sealed class AllocationTests
{
    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [TestCaseSource(nameof(Ids))]
    public void ASingleEnvironmentAllocatesNothing(string id)
    {
        using IEnvironment environment = Environments.Make(id);
        switch (environment)
        {
            case IEnvironment<float[], int> typed: AssertNone(typed); break;
            case IEnvironment<float[], float[]> typed: AssertNone(typed); break;
            case IEnvironment<byte[], int> typed: AssertNone(typed); break;
            case IEnvironment<int, int> typed: AssertNone(typed); break;
            case IEnvironment<(int, int, int), int> typed: AssertNone(typed); break;
            default: throw new NotSupportedException(id);
        }
    }

    [Test]
    public void AVectorAllocatesNothing([ValueSource(nameof(Ids))] string id, [Values(AutoresetMode.NextStep, AutoresetMode.SameStep)] AutoresetMode mode, [Values(1, 2)] int threads)
    {
        const int count = 16;
        using IVectorEnvironment vector = Environments.MakeVector(id, count, new VectorOptions { AutoresetMode = mode, Threads = threads });
        int[] actions = new int[count];
        float[] forces = new float[count];
        bool isBox = vector.ActionSpace is Box<float>;
        int step = 0;
        vector.Reset(1);
        if (threads == 1) Allocation.AssertNone(Step, repetitions: 500);
        else Allocation.AssertNoneOnAnyThread(Step, repetitions: 500);

        void Step()
        {
            step++;
            for (int i = 0; i < count; i++) forces[i] = actions[i] = (step + i) % 2;
            if (isBox) vector.Step(forces);
            else vector.Step(actions);
            vector.Info(step % count);
        }
    }

    [Test]
    public void ReadingFinalInfosAllocatesNothing()
    {
        using IVectorEnvironment vector = Environments.MakeVector("FrozenLake-v1", 4);
        vector.Reset(1);
        Allocation.AssertNone(() =>
        {
            vector.Step([1, 2, 1, 2]);
            for (int i = 0; i < vector.Count; i++) vector.FinalInfo(i);
        }, repetitions: 500);
    }

    private static void AssertNone<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull
    {
        environment.ActionSpace.Seed(1);
        TAction[] actions = [.. Enumerable.Range(0, 64).Select(_ => environment.ActionSpace.Sample())];
        environment.Reset(1);
        Allocation.AssertNone(() =>
        {
            foreach (TAction action in actions)
                if (environment.Step(action).Done) environment.Reset();
        }, repetitions: 50);
    }
}
