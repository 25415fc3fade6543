using RlKit.Tracking;

namespace RlKit.Tests.Tracking;

internal sealed class RunTrackerTests
{
    private static readonly Dictionary<string, object?> NoConfiguration = [];

    [Test]
    public void WhatIsReportedIsReadBack()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        double before = Now();
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            tracker.Configure(new Dictionary<string, object?> { ["a/b/c"] = 1L, ["a/b/d"] = 2.0, ["a/e"] = "text", ["f"] = true, ["g"] = null, ["h"] = double.NaN });
            tracker.Scalar("train/loss", 0.5, 10);
            tracker.Scalar("потери", double.NaN, 20);
            tracker.Text("note", "größer\nals 'zuvor'", 20);
            tracker.Histogram("weights", [1, 2, 2, 5, float.NaN], 30);
            tracker.Image("view/one", new Frame(3, 2), 40);
            tracker.Video("eval/video", Path.Combine(run.VideosPath, "step-40.png"), 40);
            tracker.Artifact("policy", run.PolicyPath);
            tracker.Artifact("policy", run.PolicyPath);
            tracker.Episode(12, 1, -21.5, 7);
            tracker.Episode(40, 0, 1e300, 500);
            tracker.Summary("eval_return_mean", 99.5);
            tracker.Summary("eval_return_mean", 100.0);
            tracker.Summary("why", null);
            tracker.Finish(RunOutcome.Finished);
        }

        MetricRecord[] records = [.. MetricsFile.Read(run.MetricsPath)];
        Assert.That(records.Select(record => (record.Kind, record.Name, record.Step, record.Value, record.Text)), Is.EqualTo(new[]
        {
            (MetricKind.Scalar, "train/loss", 10L, 0.5, (string?)null),
            (MetricKind.Scalar, "потери", 20, double.NaN, null),
            (MetricKind.Text, "note", 20, 0, "größer\nals 'zuvor'"),
            (MetricKind.Histogram, "weights", 30, 0, null),
            (MetricKind.Image, "view/one", 40, 0, "images/view-one-000000000040.png"),
            (MetricKind.Video, "eval/video", 40, 0, "videos/step-40.png"),
            (MetricKind.Artifact, "policy", 40, 0, "policy.safetensors"),
        }));
        Assert.That(records.Select(record => record.Time), Is.Ordered.And.All.InRange(before, Now()));
        Histogram histogram = records[3].Histogram!;
        Assert.That((histogram.Min, histogram.Max, histogram.Sum, histogram.SumOfSquares), Is.EqualTo((1.0, 5.0, 10.0, 34.0)));
        Assert.That((histogram.Counts[0], histogram.Counts[16], histogram.Counts[^1], histogram.Counts.Sum()), Is.EqualTo((1L, 2L, 1L, 4L)));
        Assert.That(File.Exists(Path.Combine(run.FolderPath, records[4].Text!)));
        Assert.That(MetricsFile.Scalars(run.MetricsPath, "train/loss"), Is.EqualTo(new[] { (10L, 0.5) }));
        Assert.That(EpisodesFile.Read(run.EpisodesPath), Is.EqualTo(new[] { new EpisodeRow(12, 1, -21.5, 7), new EpisodeRow(40, 0, 1e300, 500) }));
        Assert.That(run.ReadConfiguration(), Is.EquivalentTo(new Dictionary<string, object?> { ["a/b/c"] = 1L, ["a/b/d"] = 2.0, ["a/e"] = "text", ["f"] = true, ["g"] = null, ["h"] = "NaN" }));
        Assert.That(run.ReadSummary(), Is.EquivalentTo(new Dictionary<string, object?> { ["eval_return_mean"] = 100.0, ["why"] = null }));
        Assert.That(run.State, Is.EqualTo(RunState.Finished));
    }

    [Test]
    public void AFileThatEndsAtAnyByteIsReadUpToItsLastWholeRecord()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            for (int i = 1; i <= 20; i++)
            {
                tracker.Scalar(i % 2 == 0 ? "even" : "odd", i, i);
                tracker.Text("text", new string('x', i), i);
                tracker.Episode(i, 0, i, 1);
            }
        }

        byte[] metrics = File.ReadAllBytes(run.MetricsPath), episodes = File.ReadAllBytes(run.EpisodesPath);
        MetricRecord[] all = [.. MetricsFile.Read(run.MetricsPath)];
        int last = 0;
        for (int length = 0; length <= metrics.Length; length++)
        {
            File.WriteAllBytes(run.MetricsPath, metrics[..length]);
            MetricRecord[] read = [.. MetricsFile.Read(run.MetricsPath)];
            Assert.That(read, Is.EqualTo(all[..read.Length]), $"{length} bytes");
            Assert.That(read.Length, Is.InRange(last, last + 1));
            last = read.Length;
        }

        Assert.That(last, Is.EqualTo(40));
        for (int length = 0; length <= episodes.Length; length++)
        {
            File.WriteAllBytes(run.EpisodesPath, episodes[..length]);
            Assert.That(EpisodesFile.Read(run.EpisodesPath).Select(row => row.Step), Is.EqualTo(Enumerable.Range(1, EpisodesFile.Read(run.EpisodesPath).Count)));
        }
    }

    [Test]
    public void ATornFileGoesOnFromAStepWithoutLaterRecords([Values(0, 1, 5, 9, 13)] int torn)
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            for (int i = 1; i <= 10; i++) Report(tracker, i);
            // A name of which only records beyond the step remain.
            tracker.Scalar("late", 1, 10);
        }

        foreach (string path in new[] { run.MetricsPath, run.EpisodesPath }) File.WriteAllBytes(path, File.ReadAllBytes(path)[..^torn]);
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(6);
            tracker.Scalar("late", 2, 7);
            for (int i = 7; i <= 8; i++) Report(tracker, i);
        }

        Assert.That(MetricsFile.Scalars(run.MetricsPath, "a"), Is.EqualTo(Enumerable.Range(1, 8).Select(i => ((long)i, (double)i))));
        Assert.That(MetricsFile.Scalars(run.MetricsPath, "late"), Is.EqualTo(new[] { (7L, 2.0) }));
        Assert.That(EpisodesFile.Read(run.EpisodesPath).Select(row => row.Step), Is.EqualTo(Enumerable.Range(1, 8)));

        using (var tracker = new RunTracker(run)) tracker.Begin(0);
        Assert.That(MetricsFile.Read(run.MetricsPath), Is.Empty, "a new start");
        Assert.That(EpisodesFile.Read(run.EpisodesPath), Is.Empty);

        static void Report(RunTracker tracker, int step)
        {
            tracker.Scalar("a", step, step);
            tracker.Scalar("b", -step, step);
            tracker.Episode(step, 0, step, 1);
        }
    }

    [Test]
    public void ADamagedRecordIsNotRead()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            for (int i = 1; i <= 5; i++) tracker.Scalar("a", i, i);
        }

        byte[] whole = File.ReadAllBytes(run.MetricsPath);
        for (int i = 12; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 4;
            File.WriteAllBytes(run.MetricsPath, damaged);
            Assert.That(MetricsFile.Scalars(run.MetricsPath, "a").Select(record => record.Step), Is.EqualTo(Enumerable.Range(1, MetricsFile.Scalars(run.MetricsPath, "a").Count)), $"byte {i}");
            Assert.That(MetricsFile.Read(run.MetricsPath).Count(), Is.LessThan(5));
        }

        whole[0]++;
        File.WriteAllBytes(run.MetricsPath, whole);
        Assert.That(() => MetricsFile.Read(run.MetricsPath).Count(), Throws.TypeOf<InvalidDataException>());
        whole[0]--;
        whole[8] = 9;
        File.WriteAllBytes(run.MetricsPath, whole);
        Assert.That(() => MetricsFile.Read(run.MetricsPath).Count(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("format 9"));
    }

    [Test]
    public void AScalarAndAnEpisodeAllocateNothing()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using var tracker = new RunTracker(run);
        tracker.Begin(0);
        long step = 0;
        Allocation.AssertNone(
            () =>
            {
                tracker.Scalar("train/loss", 0.25, ++step);
                tracker.Episode(step, 0, step / 3.0, 17);
            },
            repetitions: 10_000);
    }

    [Test]
    public void ManyScalarsAreWrittenAndReadInAMoment()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        const int count = 1_000_000;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            for (int i = 0; i < count; i++) tracker.Scalar("train/loss", i, i);
        }

        double written = watch.Elapsed.TotalSeconds;
        watch.Restart();
        Assert.That(MetricsFile.Read(run.MetricsPath).Count(), Is.EqualTo(count));
        TestContext.Out.WriteLine(FormattableString.Invariant($"{1e9 * written / count:0} ns to write one, {1e9 * watch.Elapsed.TotalSeconds / count:0} ns to read one"));
        // Measured: 0.1 s on a quiet machine.
        Assert.That(written, Is.LessThan(3));
    }

    [Test]
    public void ATextLongerThanTheBufferIsKept()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        string text = string.Concat(Enumerable.Range(0, 50_000).Select(i => i % 10));
        using (var tracker = new RunTracker(run))
        {
            tracker.Begin(0);
            tracker.Scalar("a", 1, 1);
            tracker.Text("long", text + text, 1);
            tracker.Scalar("a", 2, 2);
        }

        Assert.That(MetricsFile.Read(run.MetricsPath).Select(record => record.Text?.Length ?? 0), Is.EqualTo(new[] { 0, 100_000, 0 }));
    }

    [Test]
    public void AnotherReaderSeesARunThatIsBeingWritten()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using var tracker = new RunTracker(run);
        tracker.Begin(0);
        tracker.Scalar("a", 1, 1);
        tracker.Episode(1, 0, 1, 1);
        tracker.Flush();
        Assert.That(MetricsFile.Scalars(run.MetricsPath, "a"), Has.Count.EqualTo(1));
        Assert.That(EpisodesFile.Read(run.EpisodesPath), Has.Count.EqualTo(1));
        Assert.That(RunDirectory.Open(run.FolderPath).State, Is.EqualTo(RunState.Running));
    }

    [Test]
    public void AFailureIsKeptWithItsCause()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        using var tracker = new RunTracker(run);
        tracker.Begin(0);
        tracker.Finish(RunOutcome.Failed, new InvalidOperationException("the motor\nis on fire"));
        RunDirectory read = RunDirectory.Open(run.FolderPath);
        Assert.That((read.State, read.Info.Sessions[^1].Error), Is.EqualTo((RunState.Failed, "the motor is on fire")));
        Assert.That(read.Info.Ended, Is.GreaterThanOrEqualTo(read.Info.Started));
    }

    [Test]
    public void ARunThatWasOpenedToLookAtIsNotWritten()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        RunDirectory looked = RunDirectory.Open(run.FolderPath);
        Assert.That(() => new RunTracker(looked), Throws.ArgumentException);
        Assert.That(() => looked.End(RunOutcome.Finished), Throws.InvalidOperationException);
        using var tracker = new RunTracker(run);
        Assert.That(() => tracker.Scalar("a", 1, 1), Throws.InvalidOperationException.With.Message.Contains("Begin"));
    }

    [Test]
    public void ADiskThatTakesNoMoreEndsTheRunAndEarlierRecordsStay()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("There is no /dev/full here.");
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder);
        File.CreateSymbolicLink(run.MetricsPath, "/dev/full");
        using var tracker = new RunTracker(run);
        Assert.That(() =>
        {
            tracker.Begin(0);
            for (int i = 0; i < 10_000; i++) tracker.Scalar("a", i, i);
            tracker.Flush();
        }, Throws.InstanceOf<IOException>());
    }

    [Test]
    public void SeveralTrackersAreToldTheSame()
    {
        var first = new MemoryTracker();
        var second = new MemoryTracker();
        using var both = new CompositeTracker(first, second);
        both.Begin(0);
        both.Configure(new Dictionary<string, object?> { ["a"] = 1L });
        both.Scalar("s", 2, 3);
        both.Histogram("h", [1], 3);
        both.Text("t", "x", 3);
        both.Image("i", new Frame(1, 1), 3);
        both.Video("v", "v.png", 3);
        both.Artifact("f", "f.bin");
        both.Summary("m", 4.0);
        both.Episode(3, 0, 1, 2);
        both.Flush();
        both.Finish(RunOutcome.Cancelled);
        foreach (MemoryTracker tracker in new[] { first, second })
        {
            Assert.That(tracker.Scalars("s"), Is.EqualTo(new[] { (3L, 2.0) }));
            Assert.That(tracker.Configuration["a"], Is.EqualTo(1L));
            Assert.That(tracker.Texts, Has.Count.EqualTo(1));
            Assert.That(tracker.Files, Has.Count.EqualTo(2));
            Assert.That(tracker.FinalValues["m"], Is.EqualTo(4.0));
            Assert.That(tracker.Episodes, Has.Count.EqualTo(1));
            Assert.That(tracker.Outcome, Is.EqualTo(RunOutcome.Cancelled));
        }

        Assert.That(() => new CompositeTracker(null!, first), Throws.ArgumentNullException);
    }

    private static RunDirectory NewRun(TemporaryFolder folder) => new RunsFolder(folder.Name).Create(new RunIdentity("dqn", "CartPole-v1", "test", 1), NoConfiguration);

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
}
