using System.Diagnostics;
using RlKit.ClassicControl;

namespace RlKit.Benchmarks;

/// <summary>Steps a second of every built-in environment, single and as vectors, and bytes allocated for a step: a table in half a minute.</summary>
internal static class EnvironmentTable
{
    private const int ActionCount = 4096;
    private const double SecondsEach = 0.2;
    private const int Rounds = 3;

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="ids">The environments; none for all.</param>
    public static void Print(TextWriter output, ReadOnlySpan<string> ids)
    {
        EnvironmentSpec[] specs = [.. ids.IsEmpty ? Environments.Registry.Specs : ids.ToArray().Select(Environments.Registry.Find)];
        output.WriteLine($"{"environment",-26} {"M steps/s",10} {"B/step",8}   single, with resets; random actions");
        output.WriteLine($"{"CartPole, unwrapped",-26} {Row(Single(new CartPole()))}");
        foreach (EnvironmentSpec spec in specs) output.WriteLine($"{spec.Id,-26} {Row(Single(Environments.Make(spec.Id)))}");

        output.WriteLine();
        output.WriteLine($"{"vector",-26} {"copies",6} {"M steps/s, 1 thread",20} {"2 threads",10} {"ratio",6} {"B/step",8}   same-step");
        foreach (EnvironmentSpec spec in specs)
        {
            foreach (int count in new[] { 1, 8, 64, 1024 })
            {
                (double one, double bytes) = Vector(spec.Id, count, threads: 1);
                (double two, double bytesOfTwo) = Vector(spec.Id, count, threads: 2);
                output.WriteLine(FormattableString.Invariant($"{spec.Id,-26} {count,6} {one / 1e6,20:F2} {two / 1e6,10:F2} {two / one,6:F2} {Math.Max(bytes, bytesOfTwo),8:F3}"));
            }
        }
    }

    private static string Row((double StepsPerSecond, double BytesPerStep) measured) =>
        FormattableString.Invariant($"{measured.StepsPerSecond / 1e6,10:F2} {measured.BytesPerStep,8:F3}");

    private static (double StepsPerSecond, double BytesPerStep) Single(IEnvironment environment) => environment switch
    {
        IEnvironment<float[], int> typed => Single(typed),
        IEnvironment<float[], float[]> typed => Single(typed),
        IEnvironment<byte[], int> typed => Single(typed),
        IEnvironment<int, int> typed => Single(typed),
        IEnvironment<(int, int, int), int> typed => Single(typed),
        _ => throw new NotSupportedException($"{environment} has types that this table does not know."),
    };

    private static (double StepsPerSecond, double BytesPerStep) Single<TObservation, TAction>(IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull
    {
        using (environment)
        {
            environment.ActionSpace.Seed(0);
            var actions = new TAction[ActionCount];
            for (int i = 0; i < actions.Length; i++) actions[i] = environment.ActionSpace.Sample();
            environment.Reset(0);
            return Best(rounds =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    foreach (TAction action in actions)
                    {
                        StepResult<TObservation> result = environment.Step(action);
                        if (result.Terminated || result.Truncated) environment.Reset();
                    }
                }

                return (long)rounds * actions.Length;
            });
        }
    }

    private static (double StepsPerSecond, double BytesPerStep) Vector(string id, int count, int threads)
    {
        using IVectorEnvironment environment = Environments.MakeVector(id, count, new VectorOptions { AutoresetMode = AutoresetMode.SameStep, Threads = threads });
        environment.ActionSpace.Seed(0);
        int batches = Math.Max(1, ActionCount / count);
        int size = count * environment.ActionSize;
        environment.Reset(0);
        if (environment.ActionSpace is Box<float> box)
        {
            float[] actions = new float[batches * size];
            for (int i = 0; i < actions.Length; i += environment.ActionSize) box.Sample(actions.AsSpan(i, environment.ActionSize));
            return Best(rounds =>
            {
                for (int round = 0; round < rounds; round++)
                    for (int i = 0; i < actions.Length; i += size) environment.Step(actions.AsSpan(i, size));
                return (long)rounds * batches * count;
            });
        }
        else
        {
            int[] actions = new int[batches * size];
            var discrete = (Discrete)environment.ActionSpace;
            for (int i = 0; i < actions.Length; i++) actions[i] = discrete.Sample();
            return Best(rounds =>
            {
                for (int round = 0; round < rounds; round++)
                    for (int i = 0; i < actions.Length; i += size) environment.Step(actions.AsSpan(i, size));
                return (long)rounds * batches * count;
            });
        }
    }

    /// <summary>The best of a few rounds, after one that warms up: on a shared machine the others measure the neighbours.</summary>
    private static (double StepsPerSecond, double BytesPerStep) Best(Func<int, long> run)
    {
        int rounds = 1;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsEach;) run(rounds = Math.Min(2 * rounds, 1024));

        double best = 0;
        double bytes = 0;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            long steps = 0;
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsEach / Rounds) steps += run(8);
            best = Math.Max(best, steps / Stopwatch.GetElapsedTime(start).TotalSeconds);
            bytes = Math.Max(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)steps);
        }

        return (best, bytes);
    }
}
