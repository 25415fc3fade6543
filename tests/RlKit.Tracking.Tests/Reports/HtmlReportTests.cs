using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RlKit.Tracking;
using RlKit.Video;

namespace RlKit.Tests.Tracking.Reports;

internal sealed partial class HtmlReportTests
{
    private static readonly RunIdentity Identity = new("dqn", "CartPole-v1", "test", 1, "project");

    [Test]
    public void TheRunsAreInThePage()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<RunDirectory> runs = SampleRuns.WriteProject(folder.Name, ["dqn", "ppo"], 2);
        JsonElement data = Data(Write(folder, runs));
        Assert.That(data.GetProperty("title").GetString(), Is.EqualTo("project"));
        JsonElement[] read = [.. data.GetProperty("runs").EnumerateArray()];
        Assert.That(read.Select(run => (run.GetProperty("id").GetString(), run.GetProperty("algorithm").GetString(), run.GetProperty("seed").GetInt64(), run.GetProperty("state").GetString())),
            Is.EqualTo(runs.Select(run => (run.Info.Id, run.Info.Identity.Algorithm, run.Info.Identity.Seed, "finished"))));
        JsonElement first = read[0];
        Assert.That(first.GetProperty("config").GetProperty("options/learning_rate").GetDouble(), Is.EqualTo(0.001));
        Assert.That(first.GetProperty("summary").GetProperty("eval_return_mean").GetDouble(), Is.EqualTo(491));
        Assert.That((first.GetProperty("step").GetInt64(), first.GetProperty("episodes").GetInt64()), Is.EqualTo((10_000L, 20L)));
        JsonElement curves = first.GetProperty("curves");
        Assert.That(curves.EnumerateObject().Select(curve => curve.Name), Is.SupersetOf(new[] { Metrics.EpisodeReturn, Metrics.EpisodeReturnMean, Metrics.Loss, Metrics.EvaluationReturnMean }));
        double[] written = [.. MetricsFile.Scalars(runs[0].MetricsPath, Metrics.Loss).Select(value => value.Value)];
        Assert.That(curves.GetProperty(Metrics.Loss).GetProperty("mean").EnumerateArray().Select(value => value.GetDouble()), Is.EqualTo(written).Within(1e-5));
        Assert.That(first.GetProperty("sessions")[0].GetProperty("commandLine").EnumerateArray().Select(word => word.GetString()), Is.EqualTo(System.Environment.GetCommandLineArgs()));
    }

    [Test]
    public void NothingInThePageLeadsElsewhere()
    {
        using var folder = new TemporaryFolder();
        string html = Write(folder, [SampleRuns.Write(folder.Name, Identity)]);
        // Two places name one: uPlot's notice in its script, and its licence.
        Assert.That(Address().Matches(html).Select(match => match.Value).Distinct(), Is.EqualTo(new[] { "https://github.com/leeoniya/uPlot" }));
        Assert.That(html, Does.Not.Match("(?i)<(link|iframe|object|embed|base)|@import|(?<!data)url\\(|import\\("));
        Assert.That(html, Does.Contain("default-src 'none'").And.Contain("The MIT License (MIT)").And.Contain("Leon Sorokin"));
    }

    [Test]
    public void OnlyThePagesOwnScriptsAreAllowed()
    {
        using var folder = new TemporaryFolder();
        string html = Write(folder, [SampleRuns.Write(folder.Name, Identity)]);
        IEnumerable<string> hashes = Script().Matches(html).Select(match => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups[1].Value)))}'");
        Assert.That(html, Does.Contain($"script-src {string.Join(' ', hashes)};"));
    }

    [TestCase("</script><script>alert(1)</script>")]
    [TestCase("<!--<script>")]
    [TestCase("\"'><img src=x onerror=alert(1)>")]
    [TestCase("größer ≥ 強化学習 🎉 \u2028\u2029 \\u003c & &amp;")]
    [TestCase("{{title}} ${1} </title>")]
    public void WhateverARunIsCalledStaysText(string hostile)
    {
        using var folder = new TemporaryFolder();
        string name = hostile.Replace('/', '∕').Replace('\\', '∖');
        var identity = new RunIdentity(hostile, name, name, 1, name);
        using RunDirectory run = SampleRuns.Write(folder.Name, identity, isFinished: false, more: (run, tracker) =>
        {
            tracker.Configure(new Dictionary<string, object?> { [hostile.Replace("/", "")] = hostile });
            tracker.Scalar(hostile, 1, 10_000);
            tracker.Text(hostile, hostile, 10_000);
            tracker.Summary(hostile.Replace("/", ""), hostile);
            tracker.Finish(RunOutcome.Failed, new InvalidOperationException(hostile));
        });
        string html = Write(folder, [run], new HtmlReportOptions { Title = hostile });
        Assert.That(Regex.Count(html, "<script"), Is.EqualTo(3));
        Assert.That(Regex.Count(html, "</script>"), Is.EqualTo(3));
        Assert.That(Regex.Count(html, "</title>"), Is.EqualTo(1));
        JsonElement data = Data(html), read = data.GetProperty("runs")[0];
        Assert.That(data.GetProperty("title").GetString(), Is.EqualTo(hostile));
        Assert.That(read.GetProperty("algorithm").GetString(), Is.EqualTo(hostile));
        Assert.That(read.GetProperty("experiment").GetString(), Is.EqualTo(name));
        Assert.That(read.GetProperty("curves").TryGetProperty(hostile, out _));
        Assert.That(read.GetProperty("config").GetProperty(hostile.Replace("/", "")).GetString(), Is.EqualTo(hostile));
        Assert.That(read.GetProperty("texts")[0].GetProperty("text").GetString(), Is.EqualTo(hostile));
        Assert.That(read.GetProperty("error").GetString(), Is.EqualTo(hostile.ReplaceLineEndings(" ")));
    }

    [Test]
    public void ARunThatWasKilledAtAnyByteIsReported()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run;
        using (run = SampleRuns.Write(folder.Name, Identity, isFinished: false, records: 3))
            Assert.That(Data(Write(folder, [run])).GetProperty("runs")[0].GetProperty("state").GetString(), Is.EqualTo("running"));
        byte[] metrics = File.ReadAllBytes(run.MetricsPath), episodes = File.ReadAllBytes(run.EpisodesPath);
        long last = 0;
        for (int length = 0; length <= Math.Max(metrics.Length, episodes.Length); length += 13)
        {
            File.WriteAllBytes(run.MetricsPath, metrics[..Math.Min(length, metrics.Length)]);
            File.WriteAllBytes(run.EpisodesPath, episodes[..Math.Min(length, episodes.Length)]);
            JsonElement read = Data(Write(folder, [RunDirectory.Open(run.FolderPath)])).GetProperty("runs")[0];
            Assert.That(read.GetProperty("state").GetString(), Is.EqualTo("killed"));
            Assert.That(read.GetProperty("faults").GetArrayLength(), Is.Zero, $"{length} bytes");
            Assert.That(read.GetProperty("step").GetInt64(), Is.GreaterThanOrEqualTo(last));
            last = read.GetProperty("step").GetInt64();
        }

        Assert.That(last, Is.EqualTo(10_000));
    }

    [Test]
    public void WhatIsDamagedIsSaidAndTheRestIsShown()
    {
        using var folder = new TemporaryFolder();
        RunDirectory damaged = SampleRuns.Write(folder.Name, Identity), whole = SampleRuns.Write(folder.Name, Identity with { Seed = 2 });
        File.WriteAllText(damaged.ConfigurationPath, "{\"a\": ");
        File.WriteAllText(damaged.EpisodesPath, "step,environment,return,length\n1,2\n3,0,4,5\n");
        File.WriteAllText(damaged.MetricsPath, "something else entirely");
        JsonElement[] runs = [.. Data(Write(folder, [damaged, whole])).GetProperty("runs").EnumerateArray()];
        Assert.That(runs[0].GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()), Has.Exactly(1).Contains("config.json").And.Exactly(1).Contains("episodes.csv").And.Exactly(1).Contains("metrics.bin"));
        Assert.That(runs[1].GetProperty("faults").GetArrayLength(), Is.Zero);
    }

    [Test]
    public void ARunWithoutAnythingIsReported()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = new RunsFolder(folder.Name).Create(Identity, new Dictionary<string, object?>());
        Assert.That(Data(Write(folder, [run])).GetProperty("runs")[0].GetProperty("curves").EnumerateObject(), Is.Empty);
    }

    [Test]
    public void TheMachineAndTheConsoleAreInThePage()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = SampleRuns.Write(folder.Name, Identity, more: (run, tracker) =>
        {
            for (int i = 0; i < 3; i++) tracker.SystemMetrics(new Dictionary<string, double> { [Metrics.SystemProcessor] = 10 * i });
            for (int i = 0; i < 10_000; i++) tracker.ConsoleText($"line {i} \e[31mred\e[0m\n", isError: false);
        });
        File.AppendAllText(run.ConsolePath, "torn \xff");
        Directory.CreateDirectory(Path.Combine(run.SourcePath, "1"));
        File.WriteAllText(Path.Combine(run.SourcePath, "1", "changes.diff"), "-a\n+b\n");
        JsonElement read = Data(Write(folder, [run])).GetProperty("runs")[0];
        Assert.That(read.GetProperty("curves").GetProperty(Metrics.SystemProcessor).GetProperty("mean").EnumerateArray().Select(value => value.GetDouble()), Is.EqualTo(new[] { 0, 10, 20 }));
        Assert.That(read.GetProperty("step").GetInt64(), Is.EqualTo(10_000));
        JsonElement console = read.GetProperty("console");
        Assert.That(console.GetProperty("bytes").GetInt64(), Is.EqualTo(new FileInfo(run.ConsolePath).Length));
        Assert.That(console.GetProperty("held").GetInt64(), Is.InRange(60_000, 65_536));
        Assert.That(console.GetProperty("text").GetString(), Does.StartWith("line ").And.Contain("line 9999 ").And.EndsWith("torn ÿ"));
        Assert.That(read.GetProperty("sessions")[0].GetProperty("changes").GetProperty("text").GetString(), Is.EqualTo("-a\n+b\n"));
    }

    [Test]
    public void TheTimeBetweenSessionsIsNoTrainingTime()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = SampleRuns.Write(folder.Name, Identity, isFinished: false);
        run.Dispose();
        // As if it had been killed after ten minutes, and resumed fifty minutes later.
        string path = Path.Combine(run.FolderPath, "run.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!, session = json["sessions"]![0]!, earlier = session.DeepClone();
        earlier["started"] = session["started"]!.GetValue<DateTimeOffset>().AddHours(-1);
        earlier["ended"] = session["started"]!.GetValue<DateTimeOffset>().AddMinutes(-50);
        earlier["state"] = "killed";
        json["sessions"]!.AsArray().Insert(0, earlier);
        File.WriteAllText(path, json.ToJsonString());
        Assert.That(Data(Write(folder, [RunDirectory.Open(run.FolderPath)])).GetProperty("runs")[0].GetProperty("seconds").GetDouble(), Is.InRange(600, 660));
    }

    [Test]
    public void VideosArePartOfThePageUpToABound()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = SampleRuns.Write(folder.Name, Identity, more: (run, tracker) =>
        {
            for (int i = 1; i <= 5; i++) tracker.Video(Metrics.EpisodeVideo, SampleRuns.WriteVideo(run, $"step-{i}", VideoFormat.AnimatedPng), 1000 * i);
            tracker.Video("gone", Path.Combine(run.VideosPath, "gone.png"), 5000);
        });
        long size = new FileInfo(Path.Combine(run.VideosPath, "step-1.png")).Length;
        string html = Write(folder, [run]);
        JsonElement data = Data(html);
        Assert.That(data.GetProperty("mediaLeftOut").GetInt32(), Is.Zero);
        Assert.That(data.GetProperty("runs")[0].GetProperty("faults")[0].GetString(), Does.Contain("videos/gone.png"));
        foreach (JsonElement file in data.GetProperty("runs")[0].GetProperty("files").EnumerateArray())
        {
            string content = Regex.Match(html, $"id=\"media-{file.GetProperty("media").GetInt32()}\">([^<]*)<").Groups[1].Value;
            Assert.That(Convert.FromBase64String(content), Is.EqualTo(File.ReadAllBytes(Path.Combine(run.FolderPath, file.GetProperty("path").GetString()!))));
        }

        // The last, the first, the one between: a run is shown from start to end.
        JsonElement bounded = Data(Write(folder, [run], new HtmlReportOptions { MaxMediaBytes = 3 * size }));
        Assert.That(bounded.GetProperty("mediaLeftOut").GetInt32(), Is.EqualTo(2));
        Assert.That(bounded.GetProperty("runs")[0].GetProperty("files").EnumerateArray().Where(file => file.TryGetProperty("media", out _)).Select(file => file.GetProperty("step").GetInt64()), Is.EqualTo(new[] { 1000, 3000, 5000 }));
        Assert.That(Data(Write(folder, [run], new HtmlReportOptions { MaxMediaBytes = 0 })).GetProperty("mediaLeftOut").GetInt32(), Is.EqualTo(5));
    }

    [Test]
    public void AFileOutsideOfTheRunOrOfAnotherKindIsNotTaken()
    {
        using var folder = new TemporaryFolder();
        string secret = folder["secret.png"];
        RunDirectory run = SampleRuns.Write(folder.Name, Identity, more: (run, tracker) =>
        {
            File.Copy(SampleRuns.WriteVideo(run, "video", VideoFormat.AnimatedPng), secret);
            tracker.Video("outside", secret, 1);
            tracker.Video("other", run.ConfigurationPath, 1);
            File.CreateSymbolicLink(Path.Combine(run.VideosPath, "link.png"), secret);
        });
        JsonElement read = Data(Write(folder, [run])).GetProperty("runs")[0];
        Assert.That(read.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()), Is.EqualTo(new[] { "videos/video.png" }));
        Assert.That(read.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()), Has.Exactly(2).Contains("outside of the run's folder"));
    }

    [Test]
    public void AWrongArgumentIsRefused()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = SampleRuns.Write(folder.Name, Identity);
        Assert.That(() => HtmlReport.Write(folder["r.html"], []), Throws.ArgumentException.With.Message.Contains("no run"));
        Assert.That(() => HtmlReport.Write("", [run]), Throws.ArgumentException);
        Assert.That(() => HtmlReport.Write(folder["r.html"], [run], new HtmlReportOptions { MaxMediaBytes = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => HtmlReport.Write(folder["none/r.html"], [run]), Throws.InstanceOf<IOException>());
        Assert.That(Directory.EnumerateFiles(folder.Name), Is.Empty);
    }

    private static string Write(TemporaryFolder folder, IReadOnlyList<RunDirectory> runs, HtmlReportOptions? options = null)
    {
        HtmlReport.Write(folder["report.html"], runs, options);
        return File.ReadAllText(folder["report.html"]);
    }

    private static JsonElement Data(string html)
    {
        using JsonDocument json = JsonDocument.Parse(DataElement().Match(html).Groups[1].Value);
        return json.RootElement.Clone();
    }

    [GeneratedRegex("id=\"data\">([^<]*)</script>")]
    private static partial Regex DataElement();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("(https?:)?//[a-z0-9-]+\\.[a-z][^ \"'<)]*")]
    private static partial Regex Address();
}
