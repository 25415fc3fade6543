using System.Diagnostics;
using System.Globalization;
using RlKit.Benchmarks.Plain;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>The same update written with RlKit on TorchSharp's engine and with TorchSharp alone, in turns; the bar is that RlKit's adaptor adds at most a tenth. The managed engine's time stands beside.</summary>
internal static class AdaptorTable
{
    private const int Rounds = 15;
    private const double Bar = 1.10;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(200);

    public static void Print(TextWriter output, string[] only)
    {
        TensorThreads.Count = 1;
        TorchDevice.Threads = 1;
        output.WriteLine("update                   TorchSharp alone   RlKit on TorchSharp   ratio    bar   RlKit managed");
        Row("dqn", "DQN 4-120-84-2 x 128", () => new PlainDqn(), () => new DqnUpdate());
        Row("ppo", "PPO 2 x 4-64-64 x 128", () => new PlainPpo(), () => new PpoUpdate());
        Row("nature-cnn", "Nature CNN x 32", () => new PlainNatureCnn(), () => new NatureCnnUpdate());

        void Row(string key, string name, Func<IUpdate> makePlain, Func<IUpdate> makeRlKit)
        {
            if (only.Length > 0 && !only.Contains(key)) return;
            IUpdate[] updates = [makePlain(), On(TorchDevice.Cpu, makeRlKit), makeRlKit()];
            double[] best = new double[updates.Length];
            Array.Fill(best, double.MaxValue);
            int[] turns = [.. updates.Select(Warm)];
            for (int round = 0; round < Rounds; round++)
                for (int i = 0; i < updates.Length; i++) best[i] = Math.Min(best[i], Time(updates[i], turns[i]));

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{best[0] * 1e6,15:N1}us{best[1] * 1e6,20:N1}us{best[1] / best[0],8:0.00}{Bar,7:0.00}{best[2] * 1e6,14:N1}us"));
        }
    }

    /// <summary>An update whose tensors are all on a device.</summary>
    public static IUpdate On(Device device, Func<IUpdate> make)
    {
        using (device.AsDefault()) return new OnDevice(device, make());
    }

    // Long enough for the runtime to have optimised every method; gives how many turns a round has.
    private static int Warm(IUpdate update)
    {
        long start = Stopwatch.GetTimestamp();
        int turns = 0;
        for (; turns < 20 || Stopwatch.GetElapsedTime(start) < 5 * RoundLength; turns++) update.Run();
        return Math.Max(1, turns / 5);
    }

    private static double Time(IUpdate update, int turns)
    {
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < turns; turn++) update.Run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / turns;
    }

    private sealed class OnDevice(Device device, IUpdate update) : IUpdate
    {
        public double Flops => update.Flops;

        public void Run()
        {
            using (device.AsDefault()) update.Run();
        }
    }
}
