using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RlKit.Tests.Videos;
using RlKit.Tracking.Protobuf;
using RlKit.Tracking.TensorBoard;
using RlKit.Video;

namespace RlKit.Tests.TensorBoard;

[TestFixture]
public sealed class TensorBoardTrackerTests
{
    private static readonly float[] Weights = [-1, -0.5f, 0, 0.25f, 3, float.NaN];

    [Test]
    public void A_file_begins_with_its_version_and_the_start_of_the_session()
    {
        EventRecord[] records = Record(_ => { });
        Assert.That(records[0].FileVersion, Is.EqualTo("brain.Event:2"));
        Assert.That(records[0].WallTime, Is.EqualTo((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds).Within(600));
        Assert.That((records[1].Session, records[1].Step), Is.EqualTo((SessionStatus.Start, 0L)));
    }

    [Test]
    public void Scalars_keep_their_names_steps_and_values()
    {
        (string Name, double Value, long Step)[] scalars =
        [
            ("train/loss", 0.1, 0), ("Grüße 報酬/ε 😀", -0.0, 1), ("", 1, 127), (new string('n', 5000), 2, 128), ("a", double.NaN, 1L << 31), ("a", double.PositiveInfinity, 1L << 32),
            ("a", 1e300, (1L << 53) + 1), ("a", -1e300, long.MaxValue), ("a", 1e-45, long.MaxValue), ("\ud800 alone", 3, long.MaxValue),
        ];
        EventRecord[] records = Record(tracker =>
        {
            foreach ((string name, double value, long step) in scalars) tracker.Scalar(name, value, step);
        });

        Assert.That(records, Has.Length.EqualTo(2 + scalars.Length));
        for (int i = 0; i < scalars.Length; i++)
        {
            EventValue value = records[2 + i].Values.Single();
            Assert.That((value.Tag, value.Scalar, records[2 + i].Step), Is.EqualTo((scalars[i].Name.Replace('\ud800', '\ufffd'), (float)scalars[i].Value, scalars[i].Step)));
            Assert.That(records[2 + i].WallTime, Is.GreaterThanOrEqualTo(records[1 + i].WallTime));
        }
    }

    [Test]
    public void Any_scalar_comes_back() => Properties.Check(Prop.ForAll<string?, double, long>((name, value, step) =>
    {
        EventRecord record = Record(tracker => tracker.Scalar(name ?? "", value, step))[2];
        return record.Step == step && record.Values[0].Scalar.Equals((float)value) && record.Values[0].Tag == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name ?? ""));
    }));

    [Test]
    public void Distributions_texts_and_pictures_come_back()
    {
        var frame = new Frame(3, 2);
        frame.Pixels[4] = 200;
        EventRecord[] records = Record(tracker =>
        {
            tracker.Histogram("weights", Weights, 7);
            tracker.Histogram("equal", [2, 2, 2], 7);
            tracker.Histogram("nothing", [], 7);
            tracker.Text("note", "**größer** | 報酬", 8);
            tracker.Image("picture", frame, 9);
            tracker.Episode(10, 3, 21.5, 99);
        });

        EventValue weights = records[2].Values[0];
        Assert.That((weights.Tag, weights.Metadata!.PluginName), Is.EqualTo(("weights", "histograms")));
        IReadOnlyList<double> rows = weights.Tensor!.Numbers;
        Assert.That(weights.Tensor.Shape, Is.EqualTo(new[] { rows.Count / 3, 3 }));
        Assert.That((rows[0], rows[^2]), Is.EqualTo((-1.0, 3.0)));
        Assert.That(rows.Where((_, i) => i % 3 == 2).Sum(), Is.EqualTo(5));
        for (int i = 3; i < rows.Count; i += 3) Assert.That(rows[i], Is.EqualTo(rows[i - 2]), "buckets touch");
        Assert.That(records[3].Values[0].Tensor!.Numbers, Is.EqualTo(new[] { 2.0, 2, 3 }));
        Assert.That(records[4].Values[0].Tensor!.Numbers, Is.EqualTo(new[] { 0.0, 0, 0 }));
        EventValue text = records[5].Values[0];
        Assert.That((text.Metadata!.PluginName, Encoding.UTF8.GetString(text.Tensor!.Strings.Single().Span)), Is.EqualTo(("text", "**größer** | 報酬")));
        EventImage image = records[6].Values[0].Image!;
        using var png = new MemoryStream();
        Png.Write(frame, png);
        Assert.That((image.Width, image.Height, image.ColorSpace), Is.EqualTo((3L, 2L, 3)));
        Assert.That(image.Encoded.ToArray(), Is.EqualTo(png.ToArray()));
        Assert.That((records[7].Values[0].Tag, records[7].Values[0].Scalar, records[7].Step), Is.EqualTo((Metrics.EpisodeReturn, 21.5f, 10L)));
    }

    [Test]
    public void A_video_plays_as_a_picture()
    {
        using var folder = new TemporaryFolder();
        string path = folder["video.png"];
        using (VideoWriter video = VideoWriter.Create(path, 10, VideoFormat.AnimatedPng))
        {
            for (int i = 0; i < 4; i++)
            {
                var frame = new Frame(16, 9);
                frame.Pixels[i] = 255;
                video.Add(frame);
            }

            video.Finish();
        }

        EventImage image = Record(tracker => tracker.Video("eval/video", path, 5))[2].Values[0].Image!;
        Assert.That((image.Width, image.Height), Is.EqualTo((16L, 9L)));
        Assert.That(GifDecoder.Decode(image.Encoded.ToArray(), out _, out _).Select(frame => frame.Hundredths), Is.EqualTo(new[] { 10, 10, 10, 10 }));
    }

    [Test]
    public void The_configuration_is_hyper_parameters_and_a_table_and_the_end_has_the_final_values()
    {
        EventRecord[] records = Record(tracker =>
        {
            tracker.Configure(new Dictionary<string, object?> { ["algorithm/learning_rate"] = 2.5e-4, ["double"] = true, ["seed"] = 3L, ["environment"] = "CartPole-v1 | x", ["target"] = null });
            tracker.Scalar("a", 1, 500);
            tracker.Summary("eval_return_mean", 1.0);
            tracker.Summary("eval_return_mean", 480.5);
            tracker.Summary("stop_reason", "solved");
            tracker.Finish(RunOutcome.Finished);
        });

        EventValue start = records[2].Values[0];
        Assert.That((start.Tag, start.Metadata!.PluginName), Is.EqualTo(("_hparams_/session_start_info", "hparams")));
        Assert.That(Parameters(start.Metadata.Content.Span), Is.EqualTo(new Dictionary<string, string>
        {
            ["algorithm/learning_rate"] = "0.00025", ["double"] = "true", ["seed"] = "3", ["environment"] = "CartPole-v1 | x", ["target"] = "none",
        }));
        string table = Encoding.UTF8.GetString(records[3].Values[0].Tensor!.Strings[0].Span);
        Assert.That(table, Does.Contain("| environment | CartPole-v1 \\| x |").And.Contain("| double | true |"));
        Assert.That((records[5].Values[0].Tag, records[5].Values[0].Scalar, records[5].Step), Is.EqualTo(("summary/eval_return_mean", 480.5f, 500L)));
        Assert.That(records[6].Values[0].Tag, Is.EqualTo("summary/stop_reason"));
        Assert.That(Convert.ToHexStringLower(records[7].Values[0].Metadata!.Content.Span[..4]), Is.EqualTo("220b0801"), "success");
    }

    [TestCase(RunOutcome.Failed, "220b0802")]
    [TestCase(RunOutcome.Cancelled, null)]
    public void How_a_run_ended_is_kept_unless_it_may_go_on(RunOutcome outcome, string? end)
    {
        EventValue[] values = [.. Record(tracker => tracker.Finish(outcome, outcome == RunOutcome.Failed ? new InvalidOperationException("it broke") : null)).SelectMany(record => record.Values)];
        EventValue? status = values.SingleOrDefault(value => value.Tag == "_hparams_/session_end_info");
        Assert.That(status is null ? null : Convert.ToHexStringLower(status.Metadata!.Content.Span[..4]), Is.EqualTo(end));
        Assert.That(values.Any(value => value.Tag == "error"), Is.EqualTo(outcome == RunOutcome.Failed));
    }

    [Test]
    public void A_run_that_goes_on_begins_a_later_file_that_drops_later_steps()
    {
        using var folder = new TemporaryFolder();
        for (int begin = 0; begin <= 40; begin += 20)
        {
            using var tracker = new TensorBoardTracker(folder.Name);
            tracker.Begin(begin);
            for (int step = begin + 1; step <= begin + 30; step++) tracker.Scalar("a", begin, step);
        }

        string[] files = [.. Directory.GetFiles(folder.Name).Order(StringComparer.Ordinal)];
        Assert.That(files, Has.Length.EqualTo(3));
        var points = new SortedDictionary<long, float>();
        foreach (string file in files)
        {
            EventRecord[] records = [.. EventFileReader.ReadAll(file)];
            foreach (EventRecord record in records)
            {
                if (record.Session == SessionStatus.Start) foreach (long step in points.Keys.Where(step => step >= record.Step).ToArray()) points.Remove(step);
                foreach (EventValue value in record.Values) points.Add(record.Step, value.Scalar);
            }
        }

        Assert.That(points.Keys, Is.EqualTo(Enumerable.Range(1, 70)));
        Assert.That((points[20], points[21], points[40], points[41]), Is.EqualTo((0f, 20f, 20f, 40f)));
    }

    [Test]
    public void A_scalar_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new TensorBoardTracker(folder.Name);
        tracker.Begin(0);
        long step = 0;
        Allocation.AssertNone(() =>
        {
            step++;
            tracker.Scalar(Metrics.Loss, 0.5 * step, step);
            tracker.Scalar(Metrics.EpisodeReturnMean, step, step);
            tracker.Episode(step, 0, 1, 2);
        }, repetitions: 20_000);
    }

    [Test]
    public void A_value_reaches_the_file_within_the_interval()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new TensorBoardTracker(folder.Name, new TensorBoardTrackerOptions { FlushInterval = TimeSpan.FromMilliseconds(20) });
        tracker.Begin(0);
        tracker.Scalar("a", 1, 1);
        Assert.That(() => File.Exists(tracker.FilePath) && EventFileReader.ReadAll(tracker.FilePath!).Any(record => record.Values.Count == 1), Is.True.After(10_000, 10));
    }

    [Test]
    public void Many_scalars_come_back_in_order()
    {
        const int count = 300_000;
        EventRecord[] records = Record(tracker =>
        {
            for (int i = 0; i < count; i++) tracker.Scalar(Metrics.Loss, i, i);
        });
        Assert.That(records, Has.Length.EqualTo(count + 2));
        for (int i = 0; i < count; i++)
            if (records[i + 2].Step != i || records[i + 2].Values[0].Scalar != i) Assert.Fail($"record {i + 2}");
    }

    [Test]
    public void A_text_larger_than_every_buffer_comes_back()
    {
        string text = new('x', 5_000_000);
        EventRecord[] records = Record(tracker =>
        {
            tracker.Text("long", text, 1);
            tracker.Scalar("a", 1, 2);
        });
        Assert.That(records[2].Values[0].Tensor!.Strings[0].Length, Is.EqualTo(text.Length));
        Assert.That(records[3].Values[0].Scalar, Is.EqualTo(1));
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_reported_once_and_ends_nothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "not a folder");
        var errors = new List<Exception>();
        using (var tracker = new TensorBoardTracker(Path.Combine(folder["file"], "run"), new TensorBoardTrackerOptions { OnError = errors.Add }))
        {
            tracker.Begin(0);
            tracker.Flush();
            for (int i = 0; i < 100_000; i++) tracker.Scalar("a", 1, i);
            tracker.Text("b", new string('x', 3_000_000), 1);
            tracker.Flush();
            tracker.Finish(RunOutcome.Finished);
            Assert.That(tracker.Error, Is.Not.Null);
        }

        Assert.That(errors, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_video_that_is_missing_or_none_is_reported_and_the_rest_is_written()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["none.png"], "no video");
        File.WriteAllBytes(folder["empty.png"], []);
        var errors = new List<Exception>();
        using var tracker = new TensorBoardTracker(folder["run"], new TensorBoardTrackerOptions
        {
            OnError = error =>
            {
                errors.Add(error);
                throw new InvalidOperationException("a listener that fails too");
            },
        });
        tracker.Begin(0);
        tracker.Video("a", folder["missing.png"], 1);
        tracker.Video("a", folder["none.png"], 1);
        tracker.Video("a", folder["empty.png"], 1);
        tracker.Scalar("b", 1, 1);
        tracker.Flush();
        Assert.That(errors.Select(error => error.GetType()), Is.EqualTo(new[] { typeof(FileNotFoundException), typeof(InvalidDataException), typeof(InvalidDataException) }));
        Assert.That(EventFileReader.ReadAll(tracker.FilePath!).Last().Values[0].Tag, Is.EqualTo("b"));
    }

    [Test]
    public void Misuse_is_refused_with_a_reason()
    {
        using var tracker = new TensorBoardTracker("unused");
        Assert.Throws<InvalidOperationException>(() => tracker.Scalar("a", 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Begin(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new TensorBoardTracker("x", new TensorBoardTrackerOptions { FlushInterval = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => _ = new TensorBoardTracker(""));
    }

    private static EventRecord[] Record(Action<TensorBoardTracker> report)
    {
        using var folder = new TemporaryFolder();
        using var tracker = new TensorBoardTracker(folder["größe 報"]);
        tracker.Begin(0);
        report(tracker);
        tracker.Flush();
        Assert.That(tracker.Error, Is.Null);
        return [.. EventFileReader.ReadAll(tracker.FilePath!)];
    }

    private static Dictionary<string, string> Parameters(ReadOnlySpan<byte> content)
    {
        var parameters = new Dictionary<string, string>();
        var data = new ProtobufReader(content);
        while (data.Next(out int kind))
        {
            Assert.That(kind, Is.EqualTo(3));
            var start = new ProtobufReader(data.Bytes());
            while (start.Next(out int field))
            {
                if (field != 1)
                {
                    start.Skip();
                    continue;
                }

                (string name, string value) = HyperParameters.Pair(start.Bytes());
                parameters.Add(name, value);
            }
        }

        return parameters;
    }
}
