using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Tracking;

internal sealed class KillTests
{
    // RLKIT_KILLS=50 for the long form.
    private static int Kills => int.TryParse(System.Environment.GetEnvironmentVariable("RLKIT_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 5;

    [Test]
    public void ARunThatIsKilledAtAnyMomentKeepsWhatWasAcknowledgedAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        var random = new Pcg64(11);
        string? path = null;
        long acknowledged = 0, whole = 0;
        int torn = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            // A checkpoint is rarely of the last moment, and never newer than what is durable.
            long from = acknowledged - acknowledged / 4 % 10_000 / LoggingProcess.BetweenFlushes * LoggingProcess.BetweenFlushes;
            using Process process = LoggingProcess.Start(folder.Name, path, from, long.MaxValue / 2);
            var lines = new ConcurrentQueue<string>();
            var reading = Task.Run(() => ReadLines(process, lines));
            // Mostly while it logs at full speed, and sometimes while it starts, which takes a while.
            if (random.NextDouble() < 0.8) SpinWait.SpinUntil(() => lines.Count > 1 || reading.IsCompleted, 20_000);
            Thread.Sleep((int)(random.NextDouble() * 400));
            process.Kill();
            process.WaitForExit();

            reading.Wait();
            string[] written = [.. lines];
            path ??= written.FirstOrDefault();
            if (path is null || written.Length == 0) continue;
            acknowledged = written.Length > 1 ? long.Parse(written[^1], CultureInfo.InvariantCulture) : from;
            RunDirectory run = RunDirectory.Open(path);
            Assert.That(run.State, Is.EqualTo(RunState.Killed));
            (whole, bool isTorn) = AssertWhole(run, acknowledged);
            if (isTorn) torn++;
        }

        Assert.That(path, Is.Not.Null, "no process came as far as its run");
        using (Process last = LoggingProcess.Start(folder.Name, path, acknowledged, 1_000))
        {
            var lines = new ConcurrentQueue<string>();
            ReadLines(last, lines);
            last.WaitForExit();
            Assert.That(last.ExitCode, Is.Zero);
            acknowledged += 1_000;
            Assert.That(lines.Last(), Is.EqualTo(acknowledged.ToString(CultureInfo.InvariantCulture)));
        }

        RunDirectory ended = RunDirectory.Open(path!);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Kills} kills, {ended.Info.Sessions.Count} sessions, {torn} torn files, {acknowledged} steps"));
        Assert.That(ended.State, Is.EqualTo(RunState.Finished));
        Assert.That(ended.Info.Sessions.SkipLast(1).Select(session => session.Outcome), Has.All.EqualTo(RunState.Killed));
        Assert.That(AssertWhole(ended, acknowledged), Is.EqualTo((acknowledged, false)));
        AssertTensorBoard(ended, acknowledged);
        AssertWandb(ended);
        string report = folder["report.html"];
        HtmlReport.Write(report, [ended]);
        Assert.That(File.ReadAllText(report), Does.Contain(ended.Info.Id));
    }

    [Test]
    public void TwoProcessesWriteTwoRunsOfOneProjectAtOnce()
    {
        using var folder = new TemporaryFolder();
        using Process one = LoggingProcess.Start(folder.Name, null, 0, 2_000), two = LoggingProcess.Start(folder.Name, null, 0, 2_000);
        ConcurrentQueue<string>[] lines = [new(), new()];
        Task.WaitAll(Task.Run(() => ReadLines(one, lines[0])), Task.Run(() => ReadLines(two, lines[1])));
        foreach (Process process in new[] { one, two })
        {
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero);
        }

        Assert.That(lines[0].First(), Is.Not.EqualTo(lines[1].First()));
        IReadOnlyList<RunDirectory> runs = new RunsFolder(folder.Name).Runs;
        Assert.That(runs.Select(run => run.FolderPath), Is.EquivalentTo(lines.Select(written => written.First())));
        foreach (RunDirectory run in runs)
        {
            Assert.That(run.State, Is.EqualTo(RunState.Finished));
            Assert.That(AssertWhole(run, 2_000), Is.EqualTo((2_000L, false)));
        }

        Assert.That(Directory.GetDirectories(folder.Name), Has.Length.EqualTo(1), "one project");
    }

    // Everything up to a step is there, once, in order, and whatever follows is as it was written.
    private static (long Whole, bool IsTorn) AssertWhole(RunDirectory run, long acknowledged)
    {
        long step = 0, notes = 0;
        foreach (MetricRecord record in MetricsFile.Read(run.MetricsPath))
        {
            if (record.Kind == MetricKind.Scalar)
            {
                if (record.Step != ++step || record.Value != LoggingProcess.ValueAt(step)) Assert.Fail($"the record of step {step} is {record}");
            }
            else
            {
                notes += LoggingProcess.BetweenNotes;
                if (record.Step != notes || record.Text != LoggingProcess.NoteAt(notes)) Assert.Fail($"the note of step {notes} is {record}");
            }
        }

        IReadOnlyList<EpisodeRow> episodes = EpisodesFile.Read(run.EpisodesPath);
        for (int i = 0; i < episodes.Count; i++)
            if (episodes[i] != new EpisodeRow(i + 1, 0, i + 1, 1)) Assert.Fail($"the episode of step {i + 1} is {episodes[i]}");
        Assert.That((step, (long)episodes.Count, notes), Is.EqualTo((Math.Max(step, acknowledged), Math.Max(episodes.Count, acknowledged), Math.Max(notes, acknowledged / LoggingProcess.BetweenNotes * LoggingProcess.BetweenNotes))));
        Assert.That(run.ReadConfiguration()["seed"], Is.EqualTo(1L));
        Assert.That(MetricsFile.Read(run.SystemPath).Select(record => record.Time), Is.Ordered);
        if (acknowledged > 0 && File.Exists(run.ConsolePath)) Assert.That(File.ReadLines(run.ConsolePath), Has.All.StartsWith("step "));
        return (step, File.Exists(run.MetricsPath) && new FileInfo(run.MetricsPath).Length > MetricsFile.Contents(run.MetricsPath).Sum(content => (long)content.Length + MetricsFile.FrameLength) + MetricsFile.HeaderLength);
    }

    private static void AssertTensorBoard(RunDirectory run, long last)
    {
        var points = new SortedSet<long>();
        foreach (string file in Directory.GetFiles(run.FolderPath, "events.out.tfevents.*").Order(StringComparer.Ordinal))
        {
            foreach (EventRecord record in EventFileReader.ReadAll(file))
            {
                if (record.Session == SessionStatus.Start) points.RemoveWhere(step => step >= record.Step);
                if (record.Values.Any(value => value.Tag == LoggingProcess.Value)) points.Add(record.Step);
            }
        }

        Assert.That((points.Count, points.Min, points.Max), Is.EqualTo(((int)last, 1L, last)), "TensorBoard's steps");
    }

    private static void AssertWandb(RunDirectory run)
    {
        long last = 0;
        foreach (string file in Directory.GetFiles(run.FolderPath, "*.wandb", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var reader = new WandbFileReader(file);
            while (reader.Read() is { } record)
                if (record.Kind == "history") last++;
        }

        Assert.That(last, Is.GreaterThan(0));
    }

    // A line is written at once: what is read is never a part of one.
    private static void ReadLines(Process process, ConcurrentQueue<string> lines)
    {
        while (process.StandardOutput.ReadLine() is { } line) lines.Enqueue(line);
    }
}
