using System.Text.Json;
using RlKit.Tracking;

namespace RlKit.Tests;

[TestFixture]
public sealed class JsonLinesTrackerTests
{
    [Test]
    public void EveryReportIsALine()
    {
        using var folder = new TemporaryFolder();
        using (var tracker = new JsonLinesTracker(folder["metrics.jsonl"]))
        {
            tracker.Configure(new Dictionary<string, object?> { ["a/b"] = 1L, ["c"] = "zwölf", ["d"] = null, ["e"] = 0.5, ["f"] = true });
            tracker.Begin(0);
            tracker.Scalar("x", 1, 10);
            tracker.Scalar("step", double.NaN, 10);
            tracker.Episode(10, 2, -1.5, 7);
            tracker.Scalar("x", 2, 20);
            tracker.Text("t", "two\nlines", 20);
            tracker.Histogram("h", [0, 1], 20);
            tracker.Video("v", "v.png", 20);
            tracker.Artifact("p", "p.bin");
            tracker.Summary("m", 3.5);
            tracker.Finish(RunOutcome.Failed, new InvalidOperationException("no"));
            tracker.Finish(RunOutcome.Failed);
        }

        JsonElement[] lines = [.. File.ReadAllLines(folder["metrics.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.That(lines.Select(line => $"{line.GetProperty("event").GetString()} {line.GetProperty("step").GetInt64()}"), Is.EqualTo(new[]
        {
            "config 0", "episode 10", "scalars 10", "text 20", "histogram 20", "video 20", "artifact 20", "scalars 20", "summary 20", "finish 20",
        }));
        Assert.That(lines[0].GetProperty("values").GetRawText(), Is.EqualTo("""{"a/b":1,"c":"zwölf","d":null,"e":0.5,"f":true}"""));
        Assert.That(lines[1].GetProperty("return").GetDouble(), Is.EqualTo(-1.5));
        Assert.That(lines[2].GetProperty("x").GetDouble(), Is.EqualTo(1));
        Assert.That(lines[2].GetProperty("_step").GetString(), Is.EqualTo("NaN"));
        Assert.That(lines[3].GetProperty("text").GetString(), Is.EqualTo("two\nlines"));
        Assert.That(lines[4].GetProperty("counts").GetArrayLength(), Is.EqualTo(64));
        Assert.That(lines[8].GetProperty("values").GetProperty("m").GetDouble(), Is.EqualTo(3.5));
        Assert.That(lines[9].GetProperty("error").GetString(), Is.EqualTo("no"));
        Assert.That(lines[9].GetProperty("time").GetDouble(), Is.EqualTo((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds).Within(60));
    }

    [Test]
    public void ARunThatGoesOnDropsLaterLinesAndATornOne()
    {
        using var folder = new TemporaryFolder();
        using (var tracker = new JsonLinesTracker(folder["metrics.jsonl"]))
        {
            tracker.Begin(0);
            for (int step = 1; step <= 4; step++) tracker.Scalar("a", step, step);
        }

        File.AppendAllText(folder["metrics.jsonl"], "{\"event\":\"sca");
        using (var tracker = new JsonLinesTracker(folder["metrics.jsonl"]))
        {
            tracker.Begin(2);
            tracker.Scalar("a", 8, 3);
        }

        Assert.That(File.ReadAllLines(folder["metrics.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("a").GetDouble()), Is.EqualTo(new[] { 1.0, 2, 8 }));
    }

    [Test]
    public void AScalarAllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new JsonLinesTracker(folder["metrics.jsonl"]);
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
}
