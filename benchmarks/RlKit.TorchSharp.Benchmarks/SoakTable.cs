using System.Diagnostics;
using System.Globalization;
using RlKit.Tensors;
using TorchSharp;

namespace RlKit.Benchmarks;

/// <summary>Many updates on TorchSharp's engine while another thread collects garbage without a pause: nothing may crash, and live tensors and resident memory stay where they are.</summary>
internal static class SoakTable
{
    private const int Parts = 10;
    private const long GrowthLimit = 16 << 20;

    /// <summary>Soaks the updates; false if tensors or memory grew.</summary>
    public static bool Print(TextWriter output, int updates)
    {
        TorchDevice.Threads = 1;
        bool flat = Soak(output, "DQN 4-120-84-2 x 128", () => new DqnUpdate(), updates);
        flat &= Soak(output, "PPO 2 x 4-64-64 x 128", () => new PpoUpdate(), updates);
        flat &= Soak(output, "Nature CNN x 32", () => new NatureCnnUpdate(), Math.Max(Parts, updates / 500));

        // Whole agents use the operations that the updates above do not; here an update is a hundred environment steps.
        int hundreds = Math.Max(Parts, updates / 100);
        flat &= Soak(output, "C51 on CartPole-v1", () => new AgentSteps(new C51(Environments.MakeVector("CartPole-v1", 1), new C51Options { LearningStarts = 2 * AgentSteps.Steps, BufferSize = 1_000, TrainFrequency = 2 })), hundreds);
        flat &= Soak(output, "Rainbow on CartPole-v1", () => new AgentSteps(new Rainbow(Environments.MakeVector("CartPole-v1", 1), new RainbowOptions { LearningStarts = 2 * AgentSteps.Steps, BufferSize = 1_000, TrainFrequency = 4 })), hundreds);
        return flat & Soak(output, "PPO on Pendulum-v1", () => new AgentSteps(new Ppo(Environments.MakeVector("Pendulum-v1", 1), PpoOptions.Continuous with { NumSteps = AgentSteps.Steps, NumMinibatches = 4 })), hundreds);
    }

    private static bool Soak(TextWriter output, string name, Func<IUpdate> make, int count)
    {
        IUpdate update = AdaptorTable.On(TorchDevice.Cpu, make);
        using var collector = new Collector();
        // By then an agent has learned for the first time, which makes the optimiser's state.
        int warm = Math.Max(Parts, count / Parts);
        for (int i = 0; i < warm; i++) update.Run();

        output.WriteLine($"{name}\n    updates   collections   live tensors   resident KiB   seconds");
        long start = Stopwatch.GetTimestamp(), firstTensors = 0, firstMemory = 0;
        for (int part = 0; ; part++)
        {
            long tensors = torch.Tensor.TotalCount, memory = Resident();
            if (part == 0) (firstTensors, firstMemory) = (tensors, memory);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part * (count / Parts),11}{collector.Collections,14}{tensors,15}{memory >> 10,15}{Stopwatch.GetElapsedTime(start).TotalSeconds,10:0.0}"));
            if (part == Parts)
            {
                bool flat = tensors <= firstTensors && memory - firstMemory < GrowthLimit;
                output.WriteLine(flat ? "flat" : "GROWN");
                return flat;
            }

            for (int i = 0; i < count / Parts; i++) update.Run();
        }
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>A thread that collects without a pause.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stop;
        private long _collections;

        public Collector()
        {
            _thread = new Thread(() =>
            {
                while (!_stop)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    Interlocked.Increment(ref _collections);
                }
            });
            _thread.Start();
        }

        public long Collections => Interlocked.Read(ref _collections);

        public void Dispose()
        {
            _stop = true;
            _thread.Join();
        }
    }
}
