namespace RlKit.Tests.Training;

internal sealed class PeriodicVideoTests
{
    [Test]
    public void VideosAreNamedByTheStepAndWrittenAgainAlike()
    {
        using var folder = new TestFolder();
        byte[] first = Record(), second = Record();
        Assert.That(second, Is.EqualTo(first));
        Assert.That(Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order(), Is.EqualTo(new[] { "step-000000000100.png", "step-000000000200.png" }));

        byte[] Record()
        {
            using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 2), stage = Environments.MakeVector("CartPole-v1", 1);
            using Agent agent = AnyAgent.Make("dqn", environment);
            var tracker = new MemoryTracker();
            agent.Learn(250, new LearnOptions { Tracker = tracker, Callbacks = [new PeriodicVideo(stage, folder.Path, 100)] });
            Assert.That(tracker.Files.Select(file => (file.Name, file.Step)), Is.EqualTo(new[] { (Metrics.EpisodeVideo, 100L), (Metrics.EpisodeVideo, 200L) }));
            return File.ReadAllBytes(folder.File("step-000000000200.png"));
        }
    }

    [Test]
    public void AnEnvironmentThatDoesNotDrawSaysSoAtTheStart()
    {
        using var folder = new TestFolder();
        using var environment = new VectorAdaptor<float[], int>(() => new Chain(5, true, false), 1);
        using var stage = new VectorAdaptor<float[], int>(() => new Chain(5, true, false), 1);
        using Agent agent = AnyAgent.Make("dqn", environment);
        Assert.That(() => agent.Learn(100, new LearnOptions { Callbacks = [new PeriodicVideo(stage, folder.Path, 50)] }), Throws.TypeOf<NotSupportedException>());
        Assert.That(agent.Step, Is.Zero);
        Assert.That(() => new PeriodicVideo(stage, folder.Path, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
