using RlKit.Tests.Video;
using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Cli;

internal sealed class TrackingAllocationTests
{
    [TestCase("ppo")]
    [TestCase("dqn")]
    public void ATrainingWithAllTrackersAllocatesNothing(string algorithm)
    {
        const int first = 12_000, last = 20_000;
        using var folder = new TemporaryFolder();
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 4);
        using Agent agent = algorithm == "ppo" ? new Ppo(environment) : new Dqn(environment, new DqnOptions { LearningStarts = 1_000 });
        using RunDirectory run = new RunsFolder(folder.Path).Create(new RunIdentity(algorithm, "CartPole-v1", algorithm, 1), new Dictionary<string, object?>());
        using var tracker = new CompositeTracker(
            new RunTracker(run), new TensorBoardTracker(run.FolderPath), new WandbTracker(run.FolderPath), new CsvTracker(run.CsvPath), new JsonLinesTracker(run.JsonLinesPath));
        long before = 0, least = long.MaxValue;
        var meter = new OnEachStep(context =>
        {
            // In parts, since the runtime allocates once for itself where optimised code takes over.
            if (context.Step < first || context.Step % 2_000 != 0) return;
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (context.Step > first) least = Math.Min(least, now - before);
            before = GC.GetAllocatedBytesForCurrentThread();
        });
        agent.Learn(last, new LearnOptions { Tracker = tracker, Callbacks = [meter] });
        Assert.That(least, Is.Zero, "bytes in 2,000 steps");
    }

    private sealed class OnEachStep(Action<TrainingContext> action) : Callback
    {
        public override void OnStep(TrainingContext context) => action(context);
    }
}
