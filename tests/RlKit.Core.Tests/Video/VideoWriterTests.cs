using System.Diagnostics;
using RlKit.Drawing;
using RlKit.Video;

namespace RlKit.Tests.Video;

internal sealed class VideoWriterTests
{
    [Test]
    public void AnAnimatedPngIsReadBackFrameByFrame()
    {
        using var folder = new TemporaryFolder();
        Frame[] frames = MovingBall(20, 61, 43);
        // Frames that are equal, that differ in one pixel, in the last pixel, and in everything.
        frames = [.. frames, frames[^1], OnePixel(frames[^1], 30, 20), OnePixel(frames[^1], 60, 42), new Canvas(61, 43, Color.FromRgb(0x123456)).Frame];

        Write(folder.File("ball.png"), VideoFormat.AnimatedPng, 25, frames);

        byte[] file = File.ReadAllBytes(folder.File("ball.png"));
        PngDecoder.Animation animation = PngDecoder.Decode(file);
        Assert.That((animation.Width, animation.Height, animation.Plays), Is.EqualTo((61, 43, 0)));
        Assert.That(animation.Frames, Has.Count.EqualTo(frames.Length));
        for (int i = 0; i < frames.Length; i++) Assert.That(animation.Frames[i], Is.EqualTo(frames[i].Pixels), $"frame {i}");
        Assert.That(animation.Seconds, Is.All.EqualTo(1 / 25.0).Within(1e-9));
        Assert.That(animation.Chunks.IndexOf("acTL"), Is.LessThan(animation.Chunks.IndexOf("IDAT")));
    }

    [Test]
    public void AFrameTakesOnlyTheRectangleThatChanged()
    {
        using var folder = new TemporaryFolder();
        Frame[] frames = MovingBall(50, 600, 400);

        Write(folder.File("ball.png"), VideoFormat.AnimatedPng, 50, frames);

        Assert.That(new FileInfo(folder.File("ball.png")).Length, Is.LessThan(50 * 1000));
    }

    [Test]
    public void TheFileHasItsNameOnlyWhenItIsFinished([Values] VideoFormat format)
    {
        if (format == VideoFormat.Mp4) RequireFfmpeg();
        using var folder = new TemporaryFolder();
        string path = folder.File("video" + VideoWriter.Extension(format));
        using VideoWriter writer = VideoWriter.Create(path, 10, format);
        foreach (Frame frame in MovingBall(5, 40, 40)) writer.Add(frame);
        Assert.That(File.Exists(path), Is.False);

        writer.Finish();

        Assert.That(folder.Names(), Is.EqualTo(new[] { Path.GetFileName(path) }));
        Assert.That(writer.FrameCount, Is.EqualTo(5));
        Assert.That(() => writer.Add(new Frame(40, 40)), Throws.InvalidOperationException.With.Message.Contains("finished"));
        Assert.That(writer.Finish, Throws.InvalidOperationException.With.Message.Contains("finished"));
    }

    [Test]
    public void AVideoThatIsNotFinishedIsDiscarded([Values] VideoFormat format)
    {
        if (format == VideoFormat.Mp4) RequireFfmpeg();
        using var folder = new TemporaryFolder();
        using (VideoWriter writer = VideoWriter.Create(folder.File("video"), 10, format)) writer.Add(new Frame(40, 40));

        Assert.That(folder.Names(), Is.Empty);
    }

    [Test]
    public void BadInputIsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("video.png");
        Assert.That(() => new AnimatedPngWriter(path, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 1000"));
        Assert.That(() => new AnimatedPngWriter("", 10), Throws.ArgumentException);
        Assert.That(() => VideoWriter.Create(path, 10, (VideoFormat)9), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("9"));
        using var writer = new AnimatedPngWriter(path, 10);
        Assert.That(writer.Finish, Throws.InvalidOperationException.With.Message.Contains("no frame"));
        writer.Add(new Frame(4, 3));
        Assert.That(() => writer.Add(new Frame(3, 4)), Throws.ArgumentException.With.Message.Contains("3 x 4").And.Message.Contains("4 x 3"));
    }

    [Test]
    [NonParallelizable]
    public void AMissingFfmpegIsToldBeforeTheFirstFrame()
    {
        using var folder = new TemporaryFolder();
        string? path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", folder.Path);
            Assert.That(() => VideoWriter.Create(folder.File("a.mp4"), 10, VideoFormat.Mp4), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("install ffmpeg").And.Message.Contains("AnimatedPng"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [TestCase(60, 40)]
    [TestCase(61, 43)]
    public void AnMp4IsH264InYuv420pWithTheFramesOfTheVideo(int width, int height)
    {
        RequireFfmpeg();
        using var folder = new TemporaryFolder();
        Frame[] frames = MovingBall(12, width, height);

        Write(folder.File("ball.mp4"), VideoFormat.Mp4, 25, frames);

        int evenWidth = (width + 1) / 2 * 2, evenHeight = (height + 1) / 2 * 2;
        Assert.That(
            Probe(folder.File("ball.mp4")),
            Is.EqualTo(FormattableString.Invariant($"h264,{evenWidth},{evenHeight},yuv420p,25/1,{frames.Length}")));
        byte[] decoded = Decode(folder.File("ball.mp4"), folder.File("raw"));
        Assert.That(decoded, Has.Length.EqualTo(frames.Length * 3 * evenWidth * evenHeight));
        for (int i = 0; i < frames.Length; i++)
        {
            double difference = 0;
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    difference += Math.Abs(decoded[3 * ((i * evenHeight + y) * evenWidth + x)] - frames[i][x, y].Red);
            Assert.That(difference / (width * height), Is.LessThan(4), $"mean difference of frame {i}");
        }
    }

    [Test]
    public void FfmpegsOwnMessageIsToldWhenItFails()
    {
        RequireFfmpeg();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "no", "such", "folder.mp4");
        using var writer = new Mp4Writer(path, 10);
        Assert.That(
            () =>
            {
                for (int i = 0; i < 100; i++) writer.Add(new Frame(600, 400));
                writer.Finish();
            },
            Throws.InstanceOf<IOException>().With.Message.Contains("No such file or directory"));
    }

    private static void Write(string path, VideoFormat format, int framesPerSecond, Frame[] frames)
    {
        using VideoWriter writer = VideoWriter.Create(path, framesPerSecond, format);
        foreach (Frame frame in frames) writer.Add(frame);
        writer.Finish();
    }

    private static Frame[] MovingBall(int count, int width, int height) => Enumerable.Range(0, count).Select(i =>
    {
        var canvas = new Canvas(width, height, Color.White);
        canvas.FillCircle(new(10 + i, 20), 8, Color.FromRgb(0x8184CB));
        return canvas.Frame;
    }).ToArray();

    private static Frame OnePixel(Frame frame, int x, int y)
    {
        var copy = new Frame(frame.Width, frame.Height);
        frame.Pixels.CopyTo(copy.Pixels, 0);
        copy.Pixels[3 * (y * frame.Width + x) + 1] ^= 0x55;
        return copy;
    }

    private static string Probe(string path) => Run(
        "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames", "-of", "csv=p=0", path).Trim();

    private static byte[] Decode(string path, string output)
    {
        Run("ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", output);
        return File.ReadAllBytes(output);
    }

    private static void RequireFfmpeg()
    {
        foreach (string program in new[] { "ffmpeg", "ffprobe" })
        {
            string name = OperatingSystem.IsWindows() ? program + ".exe" : program;
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))))
                Assert.Ignore($"There is no {program} on this machine, so MP4 cannot be tested here.");
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }
}
