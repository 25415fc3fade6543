using System.Text;
using RlKit.Tests.Videos;
using RlKit.Tracking.WeightsAndBiases;
using RlKit.Video;

namespace RlKit.Tests.WeightsAndBiases;

[TestFixture]
public sealed class WandbTrackerTests
{
    [Test]
    public void A_run_has_its_records_in_the_order_that_a_sync_needs()
    {
        using var folder = new TemporaryFolder();
        string path;
        using (var tracker = new WandbTracker(folder.Name, new WandbTrackerOptions { Project = "größe", RunId = "abc-1", Name = "種類", Group = "seeds", Tags = ["dqn", "ε"] }))
        {
            tracker.Configure(new Dictionary<string, object?> { ["algorithm/learning_rate"] = 2.5e-4, ["seed"] = 3L, ["double"] = true, ["note"] = "ü\n\"", ["target"] = null, ["inf"] = double.PositiveInfinity });
            tracker.Begin(0);
            path = tracker.FilePath!;
            tracker.ConsoleText("step 0\n", isError: false);
            tracker.SystemMetrics(new Dictionary<string, double> { [Metrics.SystemProcessProcessor] = 25.5, [Metrics.SystemGpuPercent] = 87 });
            tracker.Scalar("train/loss", 0.5, 10);
            tracker.Summary("eval_return_mean", 480.5);
            tracker.Finish(RunOutcome.Finished);
            tracker.Finish(RunOutcome.Failed);
        }

        WandbRecord[] records = Read(path);
        Assert.That(records.Select(record => record.Kind), Is.EqualTo(new[] { "header", "run", "environment", "output_raw", "stats", "history", "summary", "exit", "final", "footer" }));
        Assert.That(records.Select(record => record.Number), Is.EqualTo(Enumerable.Range(1, records.Length)));
        string run = Path.GetDirectoryName(path)!;
        Assert.That(Path.GetFileName(run), Does.Match("^offline-run-[0-9]{8}_[0-9]{6}-abc-1$"));
        Assert.That((Path.GetFileName(path), Path.GetDirectoryName(run)), Is.EqualTo(("run-abc-1.wandb", folder["wandb"])));
        Assert.That(Directory.Exists(Path.Combine(run, "files")) && Directory.Exists(Path.Combine(run, "logs")), Is.True);

        IReadOnlyDictionary<string, object?> content = records[1].Content;
        Assert.That((content["run_id"], content["project"], content["display_name"], content["run_group"]), Is.EqualTo(("abc-1", "größe", "種類", "seeds")));
        Assert.That(content["tags"], Is.EqualTo(new[] { "dqn", "ε" }));
        Assert.That(Items(content["config"], "update"), Is.EqualTo(new Dictionary<string, object?>
        {
            ["algorithm|learning_rate"] = 2.5e-4, ["seed"] = 3L, ["double"] = true, ["note"] = "ü\n\"", ["target"] = null, ["inf"] = double.PositiveInfinity,
        }));
        Assert.That(records[3].Content["output_type"], Is.EqualTo("STDOUT"));
        Assert.That(Items(records[4].Content, "item"), Is.EqualTo(new Dictionary<string, object?> { ["cpu"] = 25.5, ["gpu.0.gpu"] = 87L }));
        Dictionary<string, object?> summary = Items(records[6].Content, "update");
        Assert.That((summary["train/loss"], summary["eval_return_mean"], summary["_step"], summary["_wandb|runtime"]), Is.EqualTo((0.5, 480.5, 10L, 0L)));
        Assert.That(records[7].Content.ContainsKey("exit_code"), Is.False);
    }

    [TestCase(RunOutcome.Failed, 1)]
    [TestCase(RunOutcome.Cancelled, 255)]
    public void How_a_run_ended_is_its_exit_code(RunOutcome outcome, int code)
    {
        WandbRecord[] records = Record(tracker => tracker.Finish(outcome, outcome == RunOutcome.Failed ? new InvalidOperationException("it broke") : null));
        Assert.That(records.Single(record => record.Kind == "exit").Content["exit_code"], Is.EqualTo(code));
        Assert.That(records.Where(record => record.Kind == "output_raw").Select(record => record.Content["line"]), Is.EqualTo(outcome == RunOutcome.Failed ? ["it broke\n"] : Array.Empty<string>()));
    }

    [Test]
    public void The_scalars_of_a_step_are_one_row()
    {
        WandbRecord[] rows = [.. Record(tracker =>
        {
            tracker.Scalar("a", double.NaN, 0);
            tracker.Scalar("Grüße 報酬/ε.x", -0.0, 0);
            tracker.Scalar("a", 1, 1L << 33);
            tracker.Scalar("a", 2, 1L << 33);
            tracker.Scalar("b", double.NegativeInfinity, 1L << 33);
            tracker.Scalar("_step", 99, 1L << 33);
            tracker.Episode(long.MaxValue, 0, 1e300, 5);
        }, ignoresErrors: true).Where(record => record.Kind == "history")];

        Assert.That(rows, Has.Length.EqualTo(3));
        Assert.That(Row(rows[0]), Is.EqualTo(new Dictionary<string, object?> { ["a"] = double.NaN, ["Grüße 報酬/ε.x"] = -0.0, ["_step"] = 0L }));
        Assert.That(Row(rows[1]), Is.EqualTo(new Dictionary<string, object?> { ["a"] = 2L, ["b"] = double.NegativeInfinity, ["_step"] = 1L << 33 }));
        Assert.That(Row(rows[2]), Is.EqualTo(new Dictionary<string, object?> { [Metrics.EpisodeReturn] = 1e300, ["_step"] = long.MaxValue }));
        double time = Convert.ToDouble(Items(rows[2].Content, "item")["_timestamp"], null);
        Assert.That(time, Is.EqualTo((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds).Within(600));
    }

    [Test]
    public void Distributions_texts_pictures_videos_and_files_are_there()
    {
        using var folder = new TemporaryFolder();
        var frame = new Frame(32, 24);
        frame.Pixels[5] = 9;
        string animated = folder["video.png"], mp4 = folder["clip.mp4"], policy = folder["policy größe.safetensors"];
        using (VideoWriter video = VideoWriter.Create(animated, 10, VideoFormat.AnimatedPng))
        {
            video.Add(frame);
            video.Finish();
        }

        File.WriteAllBytes(mp4, [1, 2, 3]);
        File.WriteAllBytes(policy, [4, 5]);
        string files = "";
        WandbRecord[] records = Record(tracker =>
        {
            files = Path.Combine(Path.GetDirectoryName(tracker.FilePath)!, "files");
            tracker.Histogram("weights", [0, 1, 2, 2, float.NaN], 1);
            tracker.Text("note", "**größer** \u0001", 2);
            tracker.Image("../../frame 報", frame, 3);
            tracker.Video("eval/video", animated, 4);
            tracker.Video("eval/video", mp4, 5);
            tracker.Artifact("policy", policy);
        }, folder: folder);

        WandbRecord[] rows = [.. records.Where(record => record.Kind == "history")];
        var histogram = (IReadOnlyDictionary<string, object?>)Row(rows[0])["weights"]!;
        var counts = (IReadOnlyList<object?>)histogram["values"]!;
        var edges = (IReadOnlyList<object?>)histogram["bins"]!;
        Assert.That((histogram["_type"], counts.Sum(count => (long)count!), edges.Count), Is.EqualTo(("histogram", 4L, counts.Count + 1)));
        Assert.That((edges[0], edges[^1]), Is.EqualTo((0L, 2L)));
        Assert.That(Row(rows[1])["note"], Is.EqualTo("**größer** \u0001"));
        string[] listed = [.. records.Where(record => record.Kind == "files").SelectMany(record => (IReadOnlyList<object?>)record.Content["files"]!).Select(file => (string)((IReadOnlyDictionary<string, object?>)file!)["path"]!)];
        Assert.That(listed, Has.Length.EqualTo(4));
        foreach (string path in listed) Assert.That(Path.GetFullPath(Path.Combine(files, path)), Does.StartWith(files + Path.DirectorySeparatorChar).And.Exist);
        Assert.That(Directory.GetFiles(files, "*", SearchOption.AllDirectories), Has.Length.EqualTo(4));

        var image = (IReadOnlyDictionary<string, object?>)Row(rows[2])["../../frame 報"]!;
        Assert.That((image["_type"], image["format"], image["width"], image["height"], image["path"]), Is.EqualTo(("image-file", "png", 32L, 24L, listed[0])));
        byte[] content = File.ReadAllBytes(Path.Combine(files, listed[0]));
        Assert.That((image["size"], image["sha256"]), Is.EqualTo(((long)content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)))));
        var gif = (IReadOnlyDictionary<string, object?>)Row(rows[3])["eval/video"]!;
        Assert.That((gif["_type"], gif["path"], gif["width"]), Is.EqualTo(("video-file", listed[1], 32L)));
        Assert.That(GifDecoder.Decode(File.ReadAllBytes(Path.Combine(files, listed[1])), out _, out _).Single().Pixels, Is.EqualTo(frame.Pixels));
        Assert.That(((IReadOnlyDictionary<string, object?>)Row(rows[4])["eval/video"]!)["path"], Does.EndWith(".mp4"));
        Assert.That(File.ReadAllBytes(Path.Combine(files, listed[3])), Is.EqualTo(new byte[] { 4, 5 }));
    }

    [Test]
    public void A_run_that_goes_on_is_another_folder_of_the_same_id_and_later_rows_are_cut_off()
    {
        using var folder = new TemporaryFolder();
        var paths = new List<string>();
        for (int begin = 0; begin <= 40; begin += 20)
        {
            using var tracker = new WandbTracker(folder.Name, new WandbTrackerOptions { RunId = "same" });
            tracker.Begin(begin);
            paths.Add(tracker.FilePath!);
            for (int step = begin + 1; step <= begin + 30; step++) tracker.Scalar("a", begin, step);
            tracker.Flush();
            // A process that was killed leaves a cut record.
            tracker.Dispose();
            using var file = new FileStream(paths[^1], FileMode.Append);
            file.Write([1, 2, 3, 4, 5]);
        }

        Assert.That(paths.Distinct().Count(), Is.EqualTo(3));
        Assert.That(paths, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        (long Step, object? Value)[] rows = [.. paths.SelectMany(Read).Where(record => record.Kind == "history").Select(record => ((long)Row(record)["_step"]!, Row(record)["a"]))];
        Assert.That(rows.Select(row => row.Step), Is.EqualTo(Enumerable.Range(1, 70)));
        Assert.That(rows.Select(row => row.Value), Is.EqualTo(Enumerable.Range(1, 70).Select(step => step <= 20 ? 0L : step <= 40 ? 20L : 40L)));
        foreach (string path in paths.Take(2))
        {
            using var reader = new WandbFileReader(path);
            while (reader.Read() is not null)
            {
            }

            Assert.That(reader.IsCut, Is.False);
        }
    }

    [Test]
    public void What_was_uploaded_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var options = new WandbTrackerOptions { RunId = "same" };
        string path;
        using (var tracker = new WandbTracker(folder.Name, options))
        {
            tracker.Begin(0);
            path = tracker.FilePath!;
            for (int step = 0; step < 10; step++) tracker.Scalar("a", step, step);
        }

        byte[] before = File.ReadAllBytes(path);
        File.WriteAllText(path + ".synced", "");
        using (var tracker = new WandbTracker(folder.Name, options)) tracker.Begin(5);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
    }

    [Test]
    public void A_flush_writes_the_row_and_the_summary()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new WandbTracker(folder.Name);
        tracker.Begin(0);
        Assert.That(Read(tracker.FilePath!).Select(record => record.Kind), Is.EqualTo(new[] { "header", "run", "environment" }));
        tracker.Scalar("a", 1, 5);
        tracker.Flush();
        tracker.Scalar("b", 2, 5);
        tracker.Flush();
        tracker.Flush();
        WandbRecord[] records = Read(tracker.FilePath!);
        Assert.That(records.Skip(3).Select(record => record.Kind), Is.EqualTo(new[] { "history", "summary", "history", "summary" }));
        Assert.That(Row(records[5]), Is.EqualTo(new Dictionary<string, object?> { ["b"] = 2L, ["_step"] = 5L }));
    }

    [Test]
    public void A_scalar_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new WandbTracker(folder.Name);
        tracker.Begin(0);
        long step = 0;
        Allocation.AssertNone(() =>
        {
            step++;
            tracker.Scalar(Metrics.Loss, 0.37 * step, step);
            tracker.Scalar(Metrics.EpisodeReturnMean, 1e-9 / step, step);
            tracker.Episode(step, 0, 1, 2);
        }, repetitions: 20_000);
    }

    [Test]
    public void Many_rows_come_back_in_order()
    {
        const int count = 100_000;
        WandbRecord[] rows = [.. Record(tracker =>
        {
            for (int i = 0; i < count; i++) tracker.Scalar(Metrics.Loss, i / 7.0, i);
        }).Where(record => record.Kind == "history")];
        Assert.That(rows, Has.Length.EqualTo(count));
        for (int i = 0; i < count; i += 997) Assert.That((Row(rows[i])["_step"], Convert.ToDouble(Row(rows[i])[Metrics.Loss], null)), Is.EqualTo(((long)i, i / 7.0)));
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_reported_once_and_ends_nothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "not a folder");
        var errors = new List<Exception>();
        using (var tracker = new WandbTracker(folder["file"], new WandbTrackerOptions { OnError = errors.Add }))
        {
            tracker.Begin(0);
            for (int i = 0; i < 50_000; i++) tracker.Scalar("a", 1, i);
            tracker.ConsoleText(new string('x', 3_000_000), isError: false);
            tracker.Flush();
            tracker.Finish(RunOutcome.Finished);
            Assert.That(tracker.Error, Is.Not.Null);
        }

        Assert.That(errors, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_file_that_is_missing_is_reported_and_the_rest_is_written()
    {
        var errors = new List<Exception>();
        using var folder = new TemporaryFolder();
        using var tracker = new WandbTracker(folder.Name, new WandbTrackerOptions { OnError = errors.Add });
        tracker.Begin(0);
        tracker.Artifact("policy", folder["missing"]);
        tracker.Video("video", folder["missing.mp4"], 1);
        tracker.Scalar("a", 1, 2);
        tracker.Flush();
        Assert.That(errors, Has.Count.EqualTo(2).And.All.InstanceOf<FileNotFoundException>());
        Assert.That(Read(tracker.FilePath!).Count(record => record.Kind == "history"), Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase("a b")]
    [TestCase("a:b")]
    public void An_id_that_is_none_is_refused(string id) => Assert.Throws<ArgumentException>(() => _ = new WandbTracker("x", new WandbTrackerOptions { RunId = id }));

    [Test]
    public void Misuse_is_refused_with_a_reason()
    {
        using var tracker = new WandbTracker("unused");
        Assert.Throws<InvalidOperationException>(() => tracker.Scalar("a", 1, 1));
        Assert.Throws<ArgumentException>(() => tracker.Summary("a", new object()));
        Assert.Throws<ArgumentException>(() => _ = new WandbTracker("x", new WandbTrackerOptions { Tags = [""] }));
    }

    private static WandbRecord[] Record(Action<WandbTracker> report, bool ignoresErrors = false, TemporaryFolder? folder = null)
    {
        using TemporaryFolder? own = folder is null ? new TemporaryFolder() : null;
        using var tracker = new WandbTracker((folder ?? own!).Name);
        tracker.Begin(0);
        report(tracker);
        tracker.Flush();
        if (!ignoresErrors) Assert.That(tracker.Error, Is.Null);
        return Read(tracker.FilePath!);
    }

    private static WandbRecord[] Read(string path) => [.. WandbFileReader.ReadAll(path)];

    private static Dictionary<string, object?> Row(WandbRecord record)
    {
        Dictionary<string, object?> row = Items(record.Content, "item");
        Assert.That(row.Remove("_timestamp") && row.Remove("_runtime"), Is.True);
        return row;
    }

    private static Dictionary<string, object?> Items(object? content, string field)
    {
        var items = new Dictionary<string, object?>();
        foreach (object? item in (IReadOnlyList<object?>)((IReadOnlyDictionary<string, object?>)content!)[field]!)
        {
            var fields = (IReadOnlyDictionary<string, object?>)item!;
            string key = fields.TryGetValue("key", out object? name) ? (string)name! : string.Join('|', (IReadOnlyList<object?>)fields["nested_key"]!);
            items.Add(key, WandbValue.Parse((string)fields["value_json"]!));
        }

        return items;
    }
}
