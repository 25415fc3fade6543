namespace RlKit.Tests.Tracking;

[Parallelizable(ParallelScope.All)]
internal sealed class CompositeTrackerTests
{
    [Test]
    public void ATrackerThatThrowsFailsAloneAndIsToldOnce([ValueSource(typeof(FailingTracker), nameof(FailingTracker.Methods))] string method)
    {
        var alone = new MemoryTracker();
        TrainingResult expected = Train(alone);

        var record = new MemoryTracker();
        var before = new MemoryTracker();
        var failing = new FailingTracker(method);
        var after = new MemoryTracker();
        var told = new List<(ITracker Tracker, Exception Error)>();
        TrainingResult result;
        using (var tracker = new CompositeTracker(record, before, failing, after) { OnError = (who, error) => told.Add((who, error)) }) result = Train(tracker);

        Assert.That((result.Step, result.MeanReturn), Is.EqualTo((expected.Step, expected.MeanReturn)));
        foreach (MemoryTracker whole in new[] { record, before, after })
        {
            Assert.That(whole.Scalars(Metrics.EpisodeReturnMean), Is.EqualTo(alone.Scalars(Metrics.EpisodeReturnMean)));
            Assert.That(whole.Episodes, Is.EqualTo(alone.Episodes));
            Assert.That(whole.Configuration["a"], Is.EqualTo(1L));
            Assert.That(whole.Texts, Has.Count.EqualTo(1));
            Assert.That(whole.Files, Has.Count.EqualTo(2));
            Assert.That(whole.FinalValues["m"], Is.EqualTo(4.0));
            Assert.That(whole.Outcome, Is.EqualTo(RunOutcome.Finished));
        }

        Assert.That(told.Single().Tracker, Is.SameAs(failing));
        Assert.That(told[0].Error.Message, Does.EndWith("does not work"));
        Assert.That(method == FailingTracker.All ? failing.Calls.Values.Max() : failing.Calls[method], Is.LessThanOrEqualTo(3), "it rests after a failure");
        Assert.That(failing.Calls[nameof(ITracker.Dispose)], Is.EqualTo(1));
        Assert.That(method is nameof(ITracker.Begin) or nameof(ITracker.Configure) or FailingTracker.All || failing.Calls[nameof(ITracker.Finish)] == 1, "the end is told to all that have begun");
    }

    [Test]
    public void ATrackerThatWorksAgainIsToldWhatItMissedOfTheBeginning()
    {
        var failing = new FailingTracker(FailingTracker.All);
        int told = 0;
        using var tracker = new CompositeTracker(new NullTracker(), failing) { OnError = (_, _) => told++ };
        tracker.Configure(new Dictionary<string, object?>());
        tracker.Begin(0);
        tracker.Scalar("a", 1, 1);
        failing.IsBroken = false;
        failing.Calls.Clear();
        tracker.Scalar("a", 2, 2);
        Assert.That(failing.Calls, Is.Empty, "it rests for a second");

        Thread.Sleep(1_100);
        tracker.Scalar("a", 3, 3);
        Assert.That(failing.Calls, Is.EqualTo(new Dictionary<string, int> { ["Configure"] = 1, ["Begin"] = 1, ["Scalar"] = 1 }));
        tracker.Scalar("a", 4, 4);
        tracker.Finish(RunOutcome.Finished);
        Assert.That(failing.Calls["Scalar"], Is.EqualTo(2));
        Assert.That(failing.Calls["Finish"], Is.EqualTo(1));
        Assert.That(told, Is.EqualTo(1));
    }

    [Test]
    public void AnErrorOfTheRecordEndsTheTraining()
    {
        var copy = new MemoryTracker();
        using var tracker = new CompositeTracker(new FailingTracker(nameof(ITracker.Episode)), copy);
        Assert.That(() => Train(tracker), Throws.InvalidOperationException.With.Message.EqualTo("Episode does not work"));
        Assert.That(copy.Outcome, Is.EqualTo(RunOutcome.Failed));
    }

    [Test]
    public void AListenerThatThrowsChangesNothing()
    {
        using var tracker = new CompositeTracker(new NullTracker(), new FailingTracker(FailingTracker.All)) { OnError = (_, error) => throw error };
        Assert.That(() => Train(tracker), Throws.Nothing);
    }

    [Test]
    public void TellingAllocatesNothing()
    {
        using var tracker = new CompositeTracker(new NullTracker(), new NullTracker(), new NullTracker());
        tracker.Begin(0);
        float[] values = [1, 2];
        Allocation.AssertNone(() =>
        {
            tracker.Scalar("a", 1, 2);
            tracker.Episode(2, 0, 1, 2);
            tracker.Histogram("h", values, 2);
        });
    }

    private static TrainingResult Train(ITracker tracker)
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1);
        using Agent agent = AnyAgent.Make("dqn", environment);
        tracker.Configure(new Dictionary<string, object?> { ["a"] = 1L });
        TrainingResult result = agent.Learn(300, new LearnOptions { Tracker = tracker, ReportEvery = 50 });
        tracker.Histogram("h", [1], 300);
        tracker.Text("t", "x", 300);
        tracker.Image("i", new Frame(1, 1), 300);
        tracker.Video("v", "v.png", 300);
        tracker.Artifact("f", "f.bin");
        tracker.Summary("m", 4.0);
        tracker.Flush();
        tracker.Finish(RunOutcome.Finished);
        return result;
    }
}
