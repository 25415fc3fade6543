using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Tracking;

internal sealed class SystemMonitorTests
{
    private static readonly SystemMonitorOptions Often = new() { Interval = TimeSpan.FromMilliseconds(20), NvidiaSmi = "/none/nvidia-smi" };

    [Test]
    public void ItMeasuresAtOnceAndAtTheEnd()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new Listener();
        using (new SystemMonitor(tracker, folder.Name, Often with { Interval = TimeSpan.FromHours(1) }))
        {
            Assert.That(() => tracker.Samples.Count, Is.EqualTo(1).After(10_000, 5));
            Thread.Sleep(150);
        }

        Assert.That(tracker.Samples, Has.Count.EqualTo(2));
        Assert.That(tracker.Samples[0].Keys, Does.Not.Contain(Metrics.SystemProcessProcessor), "a share needs a time");
        Assert.That(tracker.Samples[1].Keys, Does.Contain(Metrics.SystemProcessProcessor));
    }

    [Test]
    public void WhatItMeasuresIsTrue()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new Listener();
        using (var monitor = new SystemMonitor(tracker, folder.Name, Often with { Interval = TimeSpan.FromMilliseconds(400) }))
        {
            Assert.That(() => tracker.Samples.Count, Is.EqualTo(1).After(10_000, 5));
            byte[] held = new byte[64 << 20];
            held.AsSpan().Fill(1);
            GC.Collect();
            // One thread that works.
            while (tracker.Samples.Count < 2) Thread.SpinWait(1000);
            GC.KeepAlive(held);
            Assert.That(monitor.Error, Is.Null);
        }

        (Dictionary<string, double> first, Dictionary<string, double> second) = (tracker.Samples[0], tracker.Samples[1]);
        Assert.That(second[Metrics.SystemProcessProcessor], Is.InRange(10.0 / System.Environment.ProcessorCount, 100));
        Assert.That(second[Metrics.SystemProcessMemory], Is.GreaterThan(64));
        Assert.That(second[Metrics.SystemAllocated] - first[Metrics.SystemAllocated], Is.GreaterThanOrEqualTo(64));
        Assert.That(second[Metrics.SystemHeap], Is.GreaterThan(64));
        Assert.That(second[Metrics.SystemCollections2], Is.GreaterThan(first[Metrics.SystemCollections2]));
        Assert.That(second[Metrics.SystemCollections0], Is.GreaterThanOrEqualTo(second[Metrics.SystemCollections1]));
        Assert.That(second[Metrics.SystemCollectionPause], Is.GreaterThan(0));
        Assert.That(second[Metrics.SystemProcessThreads], Is.GreaterThan(2));
        Assert.That(second[Metrics.SystemMemoryPercent], Is.InRange(0.1, 100));
        Assert.That(second[Metrics.SystemMemoryAvailable], Is.GreaterThan(1));
        Assert.That(second[Metrics.SystemDiskFree], Is.EqualTo(new DriveInfo(folder.Name).AvailableFreeSpace / (double)(1 << 30)).Within(5));
        Assert.That(second[Metrics.SystemDiskPercent], Is.InRange(0.001, 100));
        Assert.That(second.Keys.Any(name => name.StartsWith("system/gpu", StringComparison.Ordinal)), Is.False);
        if (!OperatingSystem.IsLinux()) return;
        Assert.That(second[Metrics.SystemProcessor], Is.InRange(0.1, 100));
        Assert.That(second[Metrics.SystemDiskWritten], Is.GreaterThanOrEqualTo(first[Metrics.SystemDiskWritten]));
    }

    [Test]
    public void GpusAreThoseOfNvidiaSmi()
    {
        using var folder = new TemporaryFolder();
        using var tracker = new Listener();
        string program = Program(folder, "echo '0, 87, 20480, 81920, 61, 301.25'; echo '1, 0, [N/A], 81920, 35, [Not Supported]'; echo \"$@\" > '" + folder["asked"] + "'");
        using (var monitor = new SystemMonitor(tracker, folder.Name, Often with { NvidiaSmi = program }))
        {
            Assert.That(() => tracker.Samples.Count, Is.GreaterThan(2).After(20_000, 5));
            Assert.That(monitor.Error, Is.Null);
        }

        Assert.That(tracker.Samples[0].Where(pair => pair.Key.StartsWith("system/gpu", StringComparison.Ordinal)), Is.EquivalentTo(new Dictionary<string, double>
        {
            [Metrics.SystemGpuPercent] = 87, [Metrics.SystemGpuMemory] = 20480, [Metrics.SystemGpuMemoryPercent] = 25, [Metrics.SystemGpuTemperature] = 61, [Metrics.SystemGpuPower] = 301.25,
            ["system/gpu_1_percent"] = 0, ["system/gpu_1_temperature"] = 35,
        }));
        Assert.That(File.ReadAllText(folder["asked"]), Does.Contain("--query-gpu=index,utilization.gpu").And.Contain("--format=csv,noheader,nounits"));
    }

    [TestCase("echo 'No devices were found'", "No devices were found")]
    [TestCase("echo 'driver mismatch' >&2; exit 9", "ended with 9; GPUs are not measured: driver mismatch")]
    public void GpusThatCannotBeMeasuredAreToldOnceAndLeftOut(string script, string message)
    {
        using var folder = new TemporaryFolder();
        using var tracker = new Listener();
        var errors = new List<Exception>();
        using (new SystemMonitor(tracker, folder.Name, Often with { NvidiaSmi = Program(folder, script), OnError = errors.Add }))
            Assert.That(() => tracker.Samples.Count, Is.GreaterThan(3).After(20_000, 5));

        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].Message, Does.Contain(message));
        Assert.That(tracker.Samples[^1].Keys, Does.Contain(Metrics.SystemMemoryPercent));
    }

    [Test]
    public void TheMachinesTimesAndMemoryAreReadFromLinux()
    {
        Assert.That(ProcessorUse.MachineTime("cpu  100 5 50 800 40 3 2 10 7 0\ncpu0 1 2 3 4\n"), Is.EqualTo((170L, 1010L)));
        Assert.That(MemoryUse.OfLinux("MemTotal:       2097152 kB\nMemFree: 1 kB\nMemAvailable:   524288 kB\n"), Is.EqualTo((2048.0, 512.0)));
        Assert.That(() => MemoryUse.Number("a: 1\n", "b:"), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => ProcessorUse.MachineTime("intr 5\n"), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void MeasurementsAreInTheRunsDirectoryAndInTheTrackers()
    {
        using var folder = new TemporaryFolder();
        using RunDirectory run = new RunsFolder(folder.Name).Create(new RunIdentity("dqn", "CartPole-v1", "test", 1), new Dictionary<string, object?>());
        string events, wandb;
        for (int session = 1; session <= 2; session++)
        {
            TensorBoardTracker board = new(folder["board"]);
            WandbTracker weights = new(folder["wandb"]);
            using var tracker = new CompositeTracker(new RunTracker(run), board, weights);
            tracker.Begin(100 * (2 - session));
            tracker.Scalar("a", 1, 500 / session);
            tracker.SystemMetrics(new Dictionary<string, double> { [Metrics.SystemProcessor] = session, [Metrics.SystemProcessMemory] = 300 });
            // Nobody needs to ask for it.
            Assert.That(() => MetricsFile.Scalars(run.SystemPath, Metrics.SystemProcessMemory).Count, Is.EqualTo(session).After(20_000, 20));
            tracker.Flush();
            (events, wandb) = (board.FilePath!, weights.FilePath!);
            Assert.That(EventFileReader.ReadAll(events).SelectMany(record => record.Values.Select(value => (value.Tag, value.Scalar, record.Step))), Does.Contain((Metrics.SystemProcessor, (float)session, 500L / session)));
            Assert.That(File.ReadAllText(wandb), Does.Contain("cpu_machine").And.Contain("proc.memory.rssMB"));
            tracker.Finish(RunOutcome.Finished);
        }

        Assert.That(MetricsFile.Scalars(run.SystemPath, Metrics.SystemProcessor), Is.EqualTo(new[] { (500L, 1.0), (250L, 2.0) }), "what was measured before a resume stays");
        Assert.That(MetricsFile.Read(run.SystemPath).Select(record => record.Time), Is.Ordered);
        Assert.That(MetricsFile.Read(run.MetricsPath).Select(record => record.Name), Has.None.StartsWith("system/"));
    }

    [Test]
    public void AnIntervalOfNothingIsRefused() =>
        Assert.That(() => new SystemMonitor(new NullTracker(), "x", new SystemMonitorOptions { Interval = TimeSpan.Zero }), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static string Program(TemporaryFolder folder, string script)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("The program is a script of a shell.");
        string path = folder["nvidia-smi"];
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }

    private sealed class Listener : ITracker
    {
        private readonly List<Dictionary<string, double>> _samples = [];
        private readonly NullTracker _rest = new();

        public IReadOnlyList<Dictionary<string, double>> Samples
        {
            get
            {
                lock (_samples) return [.. _samples];
            }
        }

        public void SystemMetrics(IReadOnlyDictionary<string, double> values)
        {
            lock (_samples) _samples.Add(new Dictionary<string, double>(values));
        }

        public void Begin(long step) => _rest.Begin(step);

        public void Configure(IReadOnlyDictionary<string, object?> configuration) => _rest.Configure(configuration);

        public void Scalar(string name, double value, long step) => _rest.Scalar(name, value, step);

        public void Histogram(string name, ReadOnlySpan<float> values, long step) => _rest.Histogram(name, values, step);

        public void Text(string name, string text, long step) => _rest.Text(name, text, step);

        public void Image(string name, Frame frame, long step) => _rest.Image(name, frame, step);

        public void Video(string name, string path, long step) => _rest.Video(name, path, step);

        public void Artifact(string name, string path) => _rest.Artifact(name, path);

        public void Summary(string name, object? value) => _rest.Summary(name, value);

        public void Episode(long step, int environment, double episodeReturn, int length) => _rest.Episode(step, environment, episodeReturn, length);

        public void Flush() => _rest.Flush();

        public void Finish(RunOutcome outcome, Exception? error = null) => _rest.Finish(outcome, error);

        public void Dispose() => _rest.Dispose();
    }
}
