using RlKit.Tracking;

namespace RlKit.Tests;

[TestFixture]
public sealed class CsvTrackerTests
{
    [Test]
    public void ARowIsAStepAndAColumnAName()
    {
        using var folder = new TemporaryFolder();
        using (var tracker = new CsvTracker(folder["metrics.csv"], folder["episodes.csv"]))
        {
            tracker.Begin(0);
            tracker.Scalar("a", 1, 10);
            tracker.Scalar("b/c", 0.5, 10);
            tracker.Scalar("a", 2, 20);
            tracker.Scalar("with, comma \"and quotes\"", double.NaN, 20);
            tracker.Episode(21, 3, -4.5, 6);
            tracker.Scalar("b/c", double.PositiveInfinity, 30);
            tracker.Finish(RunOutcome.Finished);
            Assert.That(tracker.Error, Is.Null);
        }

        Assert.That(Rows(folder["metrics.csv"]), Is.EqualTo(new[] { "step,a,b/c,\"with, comma \"\"and quotes\"\"\"", "10,1,0.5,", "20,2,,NaN", "30,,Infinity," }));
        Assert.That(File.ReadAllText(folder["episodes.csv"]), Is.EqualTo("step,environment,return,length\n21,3,-4.5,6\n"));
    }

    [Test]
    public void ARunThatGoesOnDropsLaterRowsAndATornOne()
    {
        using var folder = new TemporaryFolder();
        using (var tracker = new CsvTracker(folder["metrics.csv"]))
        {
            tracker.Begin(0);
            for (int step = 1; step <= 4; step++) tracker.Scalar("a", step, step);
        }

        File.AppendAllText(folder["metrics.csv"], "2,17");
        using (var tracker = new CsvTracker(folder["metrics.csv"]))
        {
            tracker.Begin(2);
            tracker.Scalar("b", 7, 3);
            tracker.Scalar("a", 8, 3);
        }

        Assert.That(Rows(folder["metrics.csv"]), Is.EqualTo(new[] { "step,a,b", "1,1,", "2,2,", "3,8,7" }));
        using (var tracker = new CsvTracker(folder["metrics.csv"])) tracker.Begin(0);
        Assert.That(Rows(folder["metrics.csv"]), Is.EqualTo(new[] { "step" }), "a new run");
    }

    [Test]
    public void AFolderThatTakesNoFileIsToldOnceAndNothingIsThrown()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var told = new List<Exception>();
        using var tracker = new CsvTracker(Path.Combine(folder["file"], "metrics.csv"), null, told.Add);
        tracker.Begin(0);
        for (int step = 1; step <= 4; step++) tracker.Scalar("a" + step, step, step);
        tracker.Flush();
        tracker.Finish(RunOutcome.Finished);
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(tracker.Error, Is.SameAs(told[0]));
    }

    [Test]
    public void AScalarAllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new CsvTracker(folder["metrics.csv"], folder["episodes.csv"]);
        tracker.Begin(0);
        long step = 0;
        Allocation.AssertNone(() =>
        {
            step++;
            tracker.Scalar("a", 0.1 * step, step);
            tracker.Scalar("b", step, step);
            tracker.Episode(step, 0, 1, 2);
        });
    }

    // Without the column of times.
    private static string[] Rows(string path) => [.. File.ReadAllText(path).TrimEnd('\n').Split('\n').Select(line => line.Split(',', 3) is [var step, _, var rest] ? step + "," + rest : line.Split(',')[0])];
}
