using RlKit.Tests.Video;
using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Cli;

internal sealed class TrackingCostTests
{
    [Test]
    public void WithAllTrackersTheTrainingsThreadAllocatesNothing([Values("dqn", "ppo")] string algorithm)
    {
        using var folder = new TemporaryFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 4);
        using Agent agent = algorithm == "ppo" ? new Ppo(environment, Presets.Ppo("CartPole-v1", environment.ActionSpace), 1) : new Dqn(environment, Presets.Dqn("CartPole-v1") with { LearningStarts = 1_000 }, 1);
        using RunDirectory run = new RunsFolder(folder.Path).Create(new RunIdentity(algorithm, "CartPole-v1", "cost", 1), new Dictionary<string, object?>());
        using var tracker = new CompositeTracker(
            new RunTracker(run), new TensorBoardTracker(run.FolderPath), new WandbTracker(run.FolderPath), new CsvTracker(run.CsvPath), new JsonLinesTracker(run.JsonLinesPath),
            new ConsoleTracker(TextWriter.Null, TimeSpan.FromHours(1)));
        using var monitor = new SystemMonitor(tracker, run.FolderPath, new SystemMonitorOptions { Interval = TimeSpan.FromMilliseconds(50) });
        var meter = new Meter(from: 20_000);
        agent.Learn(40_000, new LearnOptions { Tracker = tracker, Callbacks = [meter] });
        Assert.That(meter.Bytes, Is.Zero);
        Assert.That(EpisodesFile.Read(run.EpisodesPath), Is.Not.Empty);
    }

    private sealed class Meter(long from) : Callback
    {
        private long _before = -1;

        public long Bytes { get; private set; } = -1;

        public override void OnStep(TrainingContext context)
        {
            if (context.Step < from) return;
            if (_before < 0) _before = GC.GetAllocatedBytesForCurrentThread();
            Bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
        }
    }
}
