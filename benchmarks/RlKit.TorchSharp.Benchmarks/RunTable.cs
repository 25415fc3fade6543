using System.Diagnostics;
using System.Globalization;
using RlKit.Benchmarks.Plain;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>Whole runs on CartPole-v1 with CleanRL's options: a careful program of TorchSharp alone, RlKit's agent on TorchSharp's engine, and on the managed one, in turns.</summary>
internal static class RunTable
{
    private const int Rounds = 3, Steps = 100_000, PpoCopies = 4;
    private const string Id = "CartPole-v1";

    public static void Print(TextWriter output, string[] only)
    {
        TensorThreads.Count = 1;
        TorchDevice.Threads = 1;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"steps per second over {Steps:N0} steps, best of {Rounds}; in brackets the mean return of the last 100 episodes"));
        output.WriteLine("run      TorchSharp alone     RlKit on TorchSharp    ratio    RlKit managed");
        Row("dqn", 1, (environment, seed) => new PlainDqn(seed).Train(environment, Steps, seed), (environment, seed, device) => new Dqn(environment, seed: seed, device: device));
        Row("ppo", PpoCopies, (environment, seed) => new PlainPpo(seed).Train(environment, Steps, seed), (environment, seed, device) => new Ppo(environment, seed: seed, device: device));

        void Row(string key, int copies, Func<IVectorEnvironment, int, double> plain, Func<IVectorEnvironment, int, Device, Agent> make)
        {
            if (only.Length > 0 && !only.Contains(key)) return;
            Func<IVectorEnvironment, int, double>[] runs = [plain, (environment, seed) => Learn(make(environment, seed, TorchDevice.Cpu)), (environment, seed) => Learn(make(environment, seed, Device.Cpu))];
            double[] best = new double[runs.Length], returns = new double[runs.Length];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < runs.Length; i++)
                {
                    using IVectorEnvironment environment = Environments.MakeVector(Id, copies);
                    long start = Stopwatch.GetTimestamp();
                    double mean = runs[i](environment, round + 1);
                    double speed = Steps / Stopwatch.GetElapsedTime(start).TotalSeconds;
                    if (speed > best[i]) (best[i], returns[i]) = (speed, mean);
                }
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key,-8}{best[0],10:N0} [{returns[0],5:0.0}] {best[1],15:N0} [{returns[1],5:0.0}] {best[1] / best[0],8:0.00}{best[2],12:N0} [{returns[2],5:0.0}]"));
        }
    }

    private static double Learn(Agent agent)
    {
        using (agent) return agent.Learn(Steps).MeanReturn;
    }
}
