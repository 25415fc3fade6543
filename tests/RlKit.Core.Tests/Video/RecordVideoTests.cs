using RlKit.Drawing;
using RlKit.Video;

namespace RlKit.Tests.Video;

internal sealed class RecordVideoTests
{
    [Test]
    public void AnEpisodeIsRecordedFromItsFirstStateToItsLast()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 5), folder.Path);

        Play(environment, episodes: 1);

        Assert.That(folder.Names(), Is.EqualTo(new[] { "rl-video-episode-0.png" }), "the file is there before the next reset");
        Assert.That(Shown(folder.File("rl-video-episode-0.png")), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
        Assert.That(environment.Videos, Is.EqualTo(new[] { folder.File("rl-video-episode-0.png") }));
    }

    [Test]
    public void TheUsualEpisodesAreCubesAndThenEveryThousandth()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 1), folder.Path);

        Play(environment, episodes: 2002);

        int[] expected = [0, 1, 8, 27, 64, 125, 216, 343, 512, 729, 1000, 2000];
        Assert.That(folder.Names(), Is.EquivalentTo(expected.Select(episode => FormattableString.Invariant($"rl-video-episode-{episode}.png"))));
    }

    [Test]
    public void AStepTriggerStartsWithTheStateAfterTheStepAndStopsAtTheEpisodesEnd()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 4), folder.Path, new() { StepTrigger = step => step % 6 == 0, NamePrefix = "walk" });

        Play(environment, episodes: 3);

        Assert.That(folder.Names(), Is.EqualTo(new[] { "walk-step-0.png", "walk-step-6.png" }));
        Assert.That(Shown(folder.File("walk-step-0.png")), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(Shown(folder.File("walk-step-6.png")), Is.EqualTo(new[] { 3, 4 }));
    }

    [Test]
    public void AVideoOfGivenLengthSpansEpisodes()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 2), folder.Path, new() { EpisodeTrigger = episode => episode == 1, VideoLength = 5, FramesPerSecond = 7 });

        Play(environment, episodes: 6);

        Assert.That(folder.Names(), Is.EqualTo(new[] { "rl-video-episode-1.png" }));
        Assert.That(Shown(folder.File("rl-video-episode-1.png")), Is.EqualTo(new[] { 0, 1, 2, 0, 1 }));
        Assert.That(PngDecoder.Decode(File.ReadAllBytes(folder.File("rl-video-episode-1.png"))).Seconds, Is.All.EqualTo(1 / 7.0).Within(1e-9));
    }

    [Test]
    public void ANewTriggerEndsTheVideoBeforeIt()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 9), folder.Path, new() { StepTrigger = step => step is 1 or 4 });

        Play(environment, episodes: 1);

        Assert.That(Shown(folder.File("rl-video-step-1.png")), Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That(Shown(folder.File("rl-video-step-4.png")), Is.EqualTo(new[] { 5, 6, 7, 8, 9 }));
    }

    [Test]
    public void DisposingFinishesTheVideo()
    {
        using var folder = new TemporaryFolder();
        var inner = new Counter(length: 9);
        var environment = new RecordVideo<int, int>(inner, folder.Path);
        environment.Reset(1);
        environment.Step(0);
        Assert.That(folder.Names(), Is.EqualTo(new[] { "rl-video-episode-0.png" + VideoWriter.PartialSuffix }));

        environment.Dispose();
        environment.Dispose();

        Assert.That(Shown(folder.File("rl-video-episode-0.png")), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(inner.IsDisposed, Is.True);
    }

    [Test]
    public void AResetInTheMiddleEndsTheVideo()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 9), folder.Path, new() { EpisodeTrigger = _ => true });
        environment.Reset(1);
        environment.Step(0);
        environment.Reset();

        Assert.That(Shown(folder.File("rl-video-episode-0.png")), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void AVideoThatExistsIsNotReplaced()
    {
        using var folder = new TemporaryFolder();
        for (int run = 1; run <= 3; run++)
        {
            using var environment = new RecordVideo<int, int>(new Counter(length: run), folder.Path, new() { EpisodeTrigger = episode => episode == 0 });
            Play(environment, episodes: 1);
        }

        Assert.That(folder.Names(), Is.EqualTo(new[] { "rl-video-episode-0-1.png", "rl-video-episode-0-2.png", "rl-video-episode-0.png" }));
        Assert.That(Shown(folder.File("rl-video-episode-0.png")), Has.Length.EqualTo(2));
    }

    [Test]
    public void AResumedRunGoesOnCounting()
    {
        using var folder = new TemporaryFolder();
        var options = new RecordVideoOptions { EpisodeTrigger = _ => true };
        using var first = new RecordVideo<int, int>(new Counter(length: 3), folder.Path, options);
        Play(first, episodes: 2);
        var state = new MemoryStream();
        first.SaveState(new BinaryWriter(state));

        using var second = new RecordVideo<int, int>(new Counter(length: 3), folder.Path, options);
        state.Position = 0;
        second.LoadState(new BinaryReader(state));
        Play(second, episodes: 1);

        Assert.That(folder.Names(), Is.EqualTo(new[] { "rl-video-episode-0.png", "rl-video-episode-1.png", "rl-video-episode-2.png" }));
    }

    [Test]
    public void AnEnvironmentThatDoesNotDrawSaysSoAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var environment = new RecordVideo<int, int>(new Counter(length: 3, draws: false), folder.Path);

        Assert.That(() => environment.Reset(1), Throws.TypeOf<NotSupportedException>().With.Message.Contains("does not draw"));
        Assert.That(folder.Names(), Is.Empty);
    }

    [Test]
    [NonParallelizable]
    public void AMissingFfmpegIsToldWhenTheWrapperIsMade()
    {
        using var folder = new TemporaryFolder();
        string? path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", folder.Path);
            Assert.That(() => new RecordVideo<int, int>(new Counter(length: 3), folder.Path, new() { Format = VideoFormat.Mp4 }), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("install ffmpeg"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Test]
    public void BadOptionsAreRefused()
    {
        using var folder = new TemporaryFolder();
        using var environment = new Counter(length: 3);
        Assert.That(() => Make(new() { VideoLength = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-1"));
        Assert.That(() => Make(new() { FramesPerSecond = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 1000"));
        Assert.That(() => Make(new() { NamePrefix = "a/b" }), Throws.ArgumentException.With.Message.Contains("a/b"));
        Assert.That(() => Make(new() { Format = (VideoFormat)7 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RecordVideo<int, int>(environment, ""), Throws.ArgumentException);

        RecordVideo<int, int> Make(RecordVideoOptions options) => new(environment, folder.Path, options);
    }

    // In same-step mode the last state of an episode cannot be drawn; in next-step mode the step that resets is no step.
    [TestCase(AutoresetMode.SameStep, new[] { 0, 1, 2 }, new[] { 0, 1, 2 })]
    [TestCase(AutoresetMode.NextStep, new[] { 0, 1, 2, 3 }, new[] { 0, 1, 2, 3 })]
    [TestCase(AutoresetMode.Disabled, new[] { 0, 1, 2, 3 }, new[] { 0, 1, 2, 3 })]
    public void TheEpisodesOfCopy0OfAVectorAreRecorded(AutoresetMode mode, int[] first, int[] third)
    {
        using var folder = new TemporaryFolder();
        int made = 0;
        // Copy 1 has longer episodes than copy 0.
        using var environment = new VectorRecordVideo(new VectorAdaptor<int, int>(() => new Counter(length: 3 + 2 * made++), 2, mode), folder.Path, new() { EpisodeTrigger = episode => episode % 2 == 0 });
        environment.Reset(seed: 1);
        for (int step = 0; step < 20; step++)
        {
            environment.Step([0, 0]);
            if (mode != AutoresetMode.Disabled) continue;
            bool[] ended = [environment.Terminated[0], environment.Terminated[1]];
            if (ended.Contains(true)) environment.ResetWhere(ended);
        }

        Assert.That(environment.Videos, Has.Count.GreaterThanOrEqualTo(2));
        Assert.That(Shown(folder.File("rl-video-episode-0.png")), Is.EqualTo(first));
        Assert.That(Shown(folder.File("rl-video-episode-2.png")), Is.EqualTo(third));
        Assert.That(File.Exists(folder.File("rl-video-episode-1.png")), Is.False);
    }

    private static void Play(IEnvironment<int, int> environment, int episodes)
    {
        for (int episode = 0; episode < episodes; episode++)
        {
            environment.Reset();
            while (!environment.Step(0).Done)
            {
            }
        }
    }

    private static int[] Shown(string path) => PngDecoder.Decode(File.ReadAllBytes(path)).Frames.Select(frame => (int)frame[0]).ToArray();

    /// <summary>Counts its steps and shows the count as the color of its picture.</summary>
    private sealed class Counter(int length, bool draws = true) : Environment<int, int>(new Discrete(1000), new Discrete(1)), IStateful
    {
        private int _count;

        public bool IsDisposed { get; private set; }

        public override Frame Render() => draws ? new Canvas(3, 2, new Color((byte)_count, 0, 0)).Frame : base.Render();

        public void SaveState(BinaryWriter writer) => writer.Write(_count);

        public void LoadState(BinaryReader reader) => _count = reader.ReadInt32();

        protected override int OnReset(EnvironmentOptions? options) => _count = 0;

        protected override StepResult<int> OnStep(int action) => Result(++_count, 1, terminated: _count == length);

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
