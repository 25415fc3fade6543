using System.Diagnostics;
using RlKit.Tests.Video;

namespace RlKit.Tests.Drawing;

internal sealed class CartPoleVideoTests
{
    [Test]
    public void TheAnimatedPngOfAnEpisodeHasEveryFrameAsItWasDrawn()
    {
        using var folder = new TemporaryFolder();
        List<Frame> frames = Record(folder, VideoFormat.AnimatedPng);

        byte[] file = File.ReadAllBytes(folder.File("rl-video-episode-0.png"));
        PngDecoder.Animation video = PngDecoder.Decode(file);
        Assert.That(video.Frames, Has.Count.EqualTo(frames.Count));
        for (int i = 0; i < frames.Count; i++) Assert.That(video.Frames[i].AsSpan().SequenceEqual(frames[i].Pixels), Is.True, $"frame {i}");
        Assert.That(video.Seconds, Is.All.EqualTo(0.02).Within(1e-9), "50 frames per second");
        Assert.That(file, Has.Length.LessThan(4000 * frames.Count));
        TestContext.Out.WriteLine($"{frames.Count} frames in {file.Length} bytes");
    }

    [Test]
    public void FfmpegReadsTheSameFramesFromTheAnimatedPng()
    {
        RequireFfmpeg();
        using var folder = new TemporaryFolder();
        List<Frame> frames = Record(folder, VideoFormat.AnimatedPng);

        byte[] decoded = Decode(folder.File("rl-video-episode-0.png"), folder.File("raw"), "-f", "apng");
        Assert.That(decoded, Has.Length.EqualTo(frames.Count * 3 * 600 * 400));
        for (int i = 0; i < frames.Count; i++) Assert.That(decoded.AsSpan(i * 720000, 720000).SequenceEqual(frames[i].Pixels), Is.True, $"frame {i}");
    }

    [Test]
    public void TheMp4OfAnEpisodeHasEveryFrameAlmostAsItWasDrawn()
    {
        RequireFfmpeg();
        using var folder = new TemporaryFolder();
        List<Frame> frames = Record(folder, VideoFormat.Mp4);

        string streams = Run("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames", "-of", "csv=p=0", folder.File("rl-video-episode-0.mp4"));
        Assert.That(streams.Trim(), Is.EqualTo(FormattableString.Invariant($"h264,600,400,yuv420p,50/1,{frames.Count}")));
        byte[] decoded = Decode(folder.File("rl-video-episode-0.mp4"), folder.File("raw"));
        Assert.That(decoded, Has.Length.EqualTo(frames.Count * 720000));
        for (int i = 0; i < frames.Count; i++)
        {
            long difference = 0;
            ReadOnlySpan<byte> shown = decoded.AsSpan(i * 720000, 720000), drawn = frames[i].Pixels;
            for (int j = 0; j < drawn.Length; j++) difference += Math.Abs(shown[j] - drawn[j]);
            Assert.That(difference / 720000.0, Is.LessThan(3), $"mean difference of frame {i}");
        }
    }

    private static List<Frame> Record(TemporaryFolder folder, VideoFormat format)
    {
        var frames = new List<Frame>();
        using IEnvironment<float[], int> environment = Environments.Make<float[], int>("CartPole-v1").WithVideo(folder.Path, new() { Format = format });
        environment.Reset(seed: 4);
        frames.Add(environment.Render());
        bool isDone = false;
        for (int step = 0; !isDone; step++)
        {
            isDone = environment.Step(step / 3 % 2).Done;
            frames.Add(environment.Render());
        }

        Assert.That(frames, Has.Count.GreaterThan(15));
        return frames;
    }

    private static void RequireFfmpeg()
    {
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (string program in new[] { "ffmpeg", "ffprobe" })
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, program + suffix)))) Assert.Ignore($"There is no {program} on this machine, so this cannot be tested here.");
    }

    private static byte[] Decode(string video, string output, params string[] options)
    {
        Run("ffmpeg", ["-v", "error", .. options, "-i", video, "-f", "rawvideo", "-pix_fmt", "rgb24", output]);
        return File.ReadAllBytes(output);
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }
}
