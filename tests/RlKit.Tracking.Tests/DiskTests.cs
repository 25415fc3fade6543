using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Tracking;

/// <summary>Disks that are full, that may not be written to, and files that change while they are read.</summary>
internal sealed class DiskTests
{
    private static readonly Dictionary<string, object?> NoConfiguration = [];

    [Test]
    public void AFullDiskEndsTheRunWithAReasonAndEveryEarlierRecordIsThere()
    {
        using var disk = new SmallDisk(600);
        using RunDirectory run = NewRun(disk.Name);
        using var tracker = new RunTracker(run);
        tracker.Begin(0);
        long flushed = 0;
        IOException? error = null;
        for (long step = 1; error is null && step < 1_000_000; step++)
        {
            tracker.Scalar("a", step, step);
            tracker.Episode(step, 0, step, 1);
            if (step % 500 != 0) continue;
            try
            {
                tracker.Flush();
                flushed = step;
            }
            catch (IOException caught)
            {
                error = caught;
            }
        }

        Assert.That(error!.Message, Does.StartWith($"The run's records in '{run.FolderPath}' cannot be written: ").And.Contain("No space left"));
        Assert.That(() => tracker.Scalar("a", 0, 1_000_001), Throws.Nothing);
        Assert.That(() => tracker.Finish(RunOutcome.Failed, error), Throws.Nothing);
        tracker.Dispose();
        run.Dispose();
        RunDirectory read = RunDirectory.Open(run.FolderPath);
        Assert.That(flushed, Is.GreaterThan(1_000));
        Assert.That(MetricsFile.Scalars(read.MetricsPath, "a").Select(record => record.Step).Take((int)flushed), Is.EqualTo(Enumerable.Range(1, (int)flushed)));
        Assert.That(EpisodesFile.Read(read.EpisodesPath).Select(row => row.Step).Take((int)flushed), Is.EqualTo(Enumerable.Range(1, (int)flushed)));
        Assert.That(read.State, Is.AnyOf(RunState.Killed, RunState.Failed), "there may be no room for the new state");
    }

    [Test]
    public void AFullDiskIsToldByARunThatFinishesToo()
    {
        using var disk = new SmallDisk(64);
        using RunDirectory run = NewRun(disk.Name);
        using var tracker = new RunTracker(run);
        tracker.Begin(0);
        for (long step = 1; step <= 5_000; step++) tracker.Scalar("a", step, step);
        Assert.That(() => tracker.Finish(RunOutcome.Finished), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void AFullDiskEndsNoTrainingForACopy()
    {
        using var disk = new SmallDisk(600);
        using var folder = new TemporaryFolder();
        using RunDirectory run = NewRun(folder.Name);
        var told = new List<Exception>();
        var board = new TensorBoardTracker(disk.Name, new TensorBoardTrackerOptions { OnError = told.Add });
        var wandb = new WandbTracker(disk.Name, new WandbTrackerOptions { OnError = told.Add });
        using (var tracker = new CompositeTracker(new RunTracker(run), board, wandb))
        {
            tracker.Begin(0);
            for (long step = 1; step <= 30_000; step++) tracker.Scalar("a", step, step);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(told, Has.Count.EqualTo(2));
        Assert.That(told.Select(error => error.Message), Has.All.Contains("No space left"));
        Assert.That(MetricsFile.Scalars(run.MetricsPath, "a"), Has.Count.EqualTo(30_000));
        Assert.That(run.State, Is.EqualTo(RunState.Finished));
    }

    [Test]
    public void AFolderThatMayNotBeWrittenToIsRefusedWithItsName()
    {
        using var disk = new SmallDisk(64);
        disk.MakeReadOnly();
        Assert.That(() => NewRun(Path.Combine(disk.Name, "runs")), Throws.InstanceOf<IOException>().With.Message.Contains(disk.Name).And.Message.Contains("another folder"));
    }

    [Test]
    public void ADiskThatBecomesReadOnlyEndsTheRunWithAReason()
    {
        using var disk = new SmallDisk(600);
        using RunDirectory run = NewRun(disk.Name);
        RunTracker tracker = new(run);
        tracker.Begin(0);
        tracker.Scalar("a", 1, 1);
        tracker.Summary("best", 1.0);
        tracker.Flush();
        // Lets go of what is open, as a disk with errors that is mounted anew.
        tracker.Dispose();
        run.Dispose();
        disk.MakeReadOnly();
        RunDirectory read = RunDirectory.Open(run.FolderPath);
        Assert.That(read.State, Is.EqualTo(RunState.Killed), "looking needs no writing");
        Assert.That(MetricsFile.Scalars(read.MetricsPath, "a"), Has.Count.EqualTo(1));
        Assert.That(read.Resume, Throws.InstanceOf<IOException>().With.Message.Contains(run.FolderPath));
    }

    [Test]
    public void EmptyAndHalfWrittenFilesOfARunAreNoObstacle()
    {
        using var folder = new TemporaryFolder();
        string path;
        using (RunDirectory run = NewRun(folder.Name)) path = run.FolderPath;
        foreach (string name in new[] { "metrics.bin", "episodes.csv", "system.bin", "console.log" }) File.WriteAllBytes(Path.Combine(path, name), []);
        foreach (string name in new[] { "run.json", "config.json", "summary.json", "metrics.bin" }) File.WriteAllText(Path.Combine(path, name + ".partial"), "{ half");
        RunDirectory read = new RunsFolder(folder.Name).Runs.Single();
        Assert.That(MetricsFile.Read(read.MetricsPath), Is.Empty);
        Assert.That(EpisodesFile.Read(read.EpisodesPath), Is.Empty);
        Assert.That(read.ReadSummary(), Is.Empty);
        read.Resume();
        using (read)
        {
            using var tracker = new RunTracker(read);
            tracker.Begin(5);
            tracker.Scalar("a", 6, 6);
            tracker.SystemMetrics(new Dictionary<string, double> { ["system/cpu"] = 1 });
            tracker.Summary("b", 1L);
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(MetricsFile.Scalars(read.MetricsPath, "a"), Is.EqualTo(new[] { (6L, 6.0) }));
        Assert.That(MetricsFile.Scalars(read.SystemPath, "system/cpu"), Has.Count.EqualTo(1));
        Assert.That(RunDirectory.Open(path).State, Is.EqualTo(RunState.Finished));
    }

    [Test]
    public void AFileThatGrowsWhileItIsCopiedIsCopiedAsFarAsItWas()
    {
        using var folder = new TemporaryFolder();
        const int atFirst = 1 << 20;
        string path = folder["growing.log"];
        File.WriteAllBytes(path, new byte[atFirst]);
        using var end = new CancellationTokenSource();
        var growing = Task.Run(() =>
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            byte[] more = new byte[1 << 16];
            // Not for ever: the disk is everybody's.
            for (int i = 0; i < 4_000 && !end.IsCancellationRequested; i++) file.Write(more);
        });
        string copy;
        using (var tracker = new WandbTracker(folder.Name))
        {
            tracker.Begin(0);
            tracker.Artifact("log", path);
            copy = Path.Combine(Path.GetDirectoryName(tracker.FilePath)!, "files", "artifacts", "growing.log");
            Assert.That(tracker.Error, Is.Null);
        }

        end.Cancel();
        growing.Wait();
        Assert.That(new FileInfo(copy).Length, Is.InRange(atFirst, new FileInfo(path).Length));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(copy)!), Has.Length.EqualTo(1), "no half-written file is left to be uploaded");
    }

    [Test]
    public void FilesThatAreEmptyOrGoneAreToldOfAndTheRunGoesOn()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["empty.bin"], []);
        var told = new List<Exception>();
        using RunDirectory run = NewRun(folder["runs"]);
        var wandb = new WandbTracker(folder.Name, new WandbTrackerOptions { OnError = told.Add });
        using var tracker = new CompositeTracker(new RunTracker(run), wandb, new TensorBoardTracker(folder["board"], new TensorBoardTrackerOptions { OnError = told.Add }));
        tracker.Begin(0);
        tracker.Artifact("empty", folder["empty.bin"]);
        tracker.Artifact("gone", folder["gone.bin"]);
        tracker.Video("gone", folder["gone.png"], 1);
        tracker.Scalar("a", 1, 1);
        tracker.Finish(RunOutcome.Finished);

        Assert.That(told.Select(error => error.GetType()), Is.EqualTo(Enumerable.Repeat(typeof(FileNotFoundException), 3)));
        string files = Path.Combine(Path.GetDirectoryName(wandb.FilePath)!, "files");
        Assert.That(new FileInfo(Path.Combine(files, "artifacts", "empty.bin")).Length, Is.Zero);
        Assert.That(MetricsFile.Scalars(run.MetricsPath, "a"), Has.Count.EqualTo(1));
        Assert.That(run.State, Is.EqualTo(RunState.Finished));
    }

    private static RunDirectory NewRun(string folder) => new RunsFolder(folder).Create(new RunIdentity("dqn", "CartPole-v1", "test", 1), NoConfiguration);
}
