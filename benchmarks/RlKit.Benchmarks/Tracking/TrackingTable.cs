using System.Diagnostics;
using System.Globalization;
using RlKit.Tensors;
using RlKit.Tracking;
using RlKit.Tracking.MLflow;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Benchmarks;

/// <summary>
/// What tracking costs: a training on CartPole with all trackers against one with none, turn by turn in one process, and the time and the memory of a single scalar.
/// </summary>
internal static class TrackingTable
{
    private const int Rounds = 11;
    private const long Scalars = 10_000_000;

    /// <summary>Prints the table.</summary>
    /// <param name="output">Where it goes, in Markdown.</param>
    /// <param name="only">"ppo", "dqn" or "scalars"; none for all.</param>
    public static void Print(TextWriter output, string[] only)
    {
        TensorThreads.Count = 1;
        string folder = Directory.CreateTempSubdirectory("rlkit-tracking-").FullName;
        try
        {
            PrintTrainings(output, folder, only);
            if (only.Length == 0 || only.Contains("scalars")) PrintScalars(output, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void PrintTrainings(TextWriter output, string folder, string[] only)
    {
        (string Name, long Steps, Func<IVectorEnvironment, int, Agent> Make, int Copies)[] trainings =
        [
            ("ppo", 300_000, (environment, seed) => new Ppo(environment, Presets.Ppo(environment.Spec!.Id, environment.ActionSpace), seed), 4),
            ("dqn", 150_000, (environment, seed) => new Dqn(environment, Presets.Dqn(environment.Spec!.Id), seed), 1),
        ];
        output.WriteLine("| CartPole-v1 | steps | none | all trackers | ratio | bytes per step in the training thread |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach ((string name, long steps, Func<IVectorEnvironment, int, Agent> make, int copies) in trainings)
        {
            if (only.Length > 0 && !only.Contains(name)) continue;
            double[] none = new double[Rounds], all = new double[Rounds];
            double bytes = 0;
            for (int round = -1; round < Rounds; round++)
            {
                (double noneSeconds, _) = Train(new NullTracker());
                (double allSeconds, bytes) = TrainTracked(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{round}")));
                // The first round is for the compiler.
                if (round >= 0) (none[round], all[round]) = (noneSeconds, allSeconds);
            }

            double ratio = Median([.. all.Zip(none, (with, without) => with / without)]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {steps:N0} | {Median(none):0.000} s | {Median(all):0.000} s | {ratio:0.000} | {bytes:0.00} |"));

            (double Seconds, double BytesPerStep) TrainTracked(string runs)
            {
                long start = Stopwatch.GetTimestamp();
                double bytesPerStep;
                using (RunDirectory run = NewRun(runs))
                using (ITracker tracker = AllTrackers(run))
                using (new SystemMonitor(tracker, run.FolderPath))
                {
                    (_, bytesPerStep) = Train(tracker);
                }

                return (Stopwatch.GetElapsedTime(start).TotalSeconds, bytesPerStep);
            }

            (double Seconds, double BytesPerStep) Train(ITracker tracker)
            {
                long start = Stopwatch.GetTimestamp();
                using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", copies);
                using Agent agent = make(environment, 1);
                var allocation = new AllocationMeter(steps / 2);
                agent.Learn(steps, new LearnOptions { Tracker = tracker, Callbacks = [allocation] });
                tracker.Finish(RunOutcome.Finished);
                return (Stopwatch.GetElapsedTime(start).TotalSeconds, allocation.BytesPerStep);
            }
        }
    }

    private static void PrintScalars(TextWriter output, string folder)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Scalars:N0} scalars | write | read back | a scalar, in the training thread |"));
        output.WriteLine("|---|---|---|---|");
        using (RunDirectory run = NewRun(folder))
        {
            (double write, double call) = Write(new RunTracker(run));
            long start = Stopwatch.GetTimestamp();
            if (MetricsFile.Read(run.MetricsPath).Count() != Scalars) throw new InvalidOperationException("Scalars are missing in the run's directory.");
            PrintRow("run directory", write, Stopwatch.GetElapsedTime(start).TotalSeconds, call);
        }

        string board = Path.Combine(folder, "board");
        var tensorBoard = new TensorBoardTracker(board);
        (double boardWrite, double boardCall) = Write(tensorBoard);
        long boardStart = Stopwatch.GetTimestamp();
        if (EventFileReader.ReadAll(Directory.GetFiles(board).Single()).Sum(record => (long)record.Values.Count) != Scalars) throw new InvalidOperationException("Scalars are missing in the event file.");
        PrintRow("TensorBoard event file", boardWrite, Stopwatch.GetElapsedTime(boardStart).TotalSeconds, boardCall);

        void PrintRow(string name, double write, double read, double call) =>
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {write:0.00} s | {read:0.00} s | {call:0} ns |"));

        static (double Seconds, double Nanoseconds) Write(ITracker tracker)
        {
            long start = Stopwatch.GetTimestamp();
            double calls;
            using (tracker)
            {
                tracker.Begin(0);
                for (long i = 1; i <= Scalars; i++) tracker.Scalar(Metrics.Loss, i, i);
                calls = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            return (Stopwatch.GetElapsedTime(start).TotalSeconds, 1e9 * calls / Scalars);
        }
    }

    // MLflow's server is away, so that its queue grows.
    private static CompositeTracker AllTrackers(RunDirectory run) => new(
        new RunTracker(run), new TensorBoardTracker(run.FolderPath), new WandbTracker(run.FolderPath), new CsvTracker(run.CsvPath), new JsonLinesTracker(run.JsonLinesPath),
        new ConsoleTracker(TextWriter.Null, TimeSpan.FromSeconds(1)), new MLflowTracker(run.FolderPath, new Uri("http://127.0.0.1:9"), "benchmark", new MLflowTrackerOptions { FinishTimeout = TimeSpan.Zero }));

    private static RunDirectory NewRun(string folder) => new RunsFolder(folder).Create(new RunIdentity("any", "CartPole-v1", "tracking", 1), new Dictionary<string, object?>());

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>What the training's thread allocates from a step on.</summary>
    private sealed class AllocationMeter(long from) : Callback
    {
        private long _step, _bytes;

        public double BytesPerStep { get; private set; }

        public override void OnStep(TrainingContext context)
        {
            if (context.Step < from) return;
            if (_step == 0) (_step, _bytes) = (context.Step, GC.GetAllocatedBytesForCurrentThread());
            else BytesPerStep = (GC.GetAllocatedBytesForCurrentThread() - _bytes) / (double)(context.Step - _step);
        }
    }
}
