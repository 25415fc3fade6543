using RlKit.Tracking.Videos;
using RlKit.Video;

namespace RlKit.Tests.Videos;

[TestFixture]
public sealed class AnimatedGifTests
{
    [Test]
    public void Frames_of_up_to_256_colours_are_exact([Values(1, 2, 3, 17, 256)] int colors, [Values(1, 7, 120)] int width)
    {
        var random = new Random(colors);
        List<Frame> frames = [.. Enumerable.Range(0, 4).Select(_ => Noise(width, 90, colors, random))];
        frames.Add(frames[^1]);

        List<(byte[] Pixels, int Hundredths)> decoded = GifDecoder.Decode(AnimatedGif.Encode(frames.Select(frame => (frame, 0.05))), out int columns, out int rows);

        Assert.That((columns, rows), Is.EqualTo((width, 90)));
        Assert.That(decoded.Select(frame => frame.Hundredths), Is.All.EqualTo(5));
        Assert.That(decoded, Has.Count.EqualTo(frames.Count));
        for (int i = 0; i < frames.Count; i++) Assert.That(decoded[i].Pixels, Is.EqualTo(frames[i].Pixels), $"frame {i}");
    }

    [Test]
    public void More_colours_are_shown_by_near_ones()
    {
        var frame = new Frame(64, 64);
        for (int i = 0; i < 64 * 64; i++) (frame.Pixels[3 * i], frame.Pixels[3 * i + 1], frame.Pixels[3 * i + 2]) = ((byte)(4 * (i % 64)), (byte)(4 * (i / 64)), 128);

        byte[] decoded = GifDecoder.Decode(AnimatedGif.Encode([(frame, 1)]), out _, out _).Single().Pixels;

        Assert.That(decoded.Zip(frame.Pixels, (shown, asked) => Math.Abs(shown - asked)).Max(), Is.LessThanOrEqualTo(17));
    }

    [Test]
    public void Frames_that_follow_too_fast_are_passed_over_and_time_is_kept()
    {
        IEnumerable<(Frame, double)> frames = Enumerable.Range(0, 200).Select(i => (Gray(8, 8, (byte)i), 1.0 / 200));
        List<(byte[] Pixels, int Hundredths)> decoded = GifDecoder.Decode(AnimatedGif.Encode(frames), out _, out _);
        Assert.That(decoded.Sum(frame => frame.Hundredths), Is.InRange(98, 104));
        Assert.That(decoded.Skip(1).Select(frame => frame.Hundredths), Is.All.GreaterThanOrEqualTo(2));
        Assert.That(decoded[^1].Pixels[0], Is.EqualTo(199));
    }

    [Test]
    public void A_recorded_video_is_converted_frame_by_frame()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.png");
        var random = new Random(5);
        List<Frame> frames = [.. Enumerable.Range(0, 12).Select(_ => Noise(33, 21, 9, random))];
        try
        {
            using (VideoWriter video = VideoWriter.Create(path, 25, VideoFormat.AnimatedPng))
            {
                foreach (Frame frame in frames) video.Add(frame);
                video.Finish();
            }

            List<(byte[] Pixels, int Hundredths)> decoded = GifDecoder.Decode(AnimatedGif.FromVideo(path), out _, out _);
            Assert.That(decoded, Has.Count.EqualTo(frames.Count));
            for (int i = 0; i < frames.Count; i++) Assert.That(decoded[i].Pixels, Is.EqualTo(frames[i].Pixels), $"frame {i}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void Another_video_is_converted_by_ffmpeg()
    {
        try
        {
            Mp4Writer.FindFfmpeg();
        }
        catch (FileNotFoundException)
        {
            Assert.Ignore("ffmpeg is not installed.");
        }

        using var folder = new TemporaryFolder();
        using (VideoWriter video = VideoWriter.Create(folder["video.mp4"], 25, VideoFormat.Mp4))
        {
            for (int i = 0; i < 10; i++) video.Add(Gray(64, 48, (byte)(25 * i)));
            video.Finish();
        }

        byte[] gif = AnimatedGif.FromVideo(folder["video.mp4"]);
        Assert.That(AnimatedGif.Size(gif), Is.EqualTo((64, 48)));
        Assert.That(gif[^1], Is.EqualTo(0x3B), "the end of a GIF");
        File.WriteAllText(folder["none.mp4"], "no video");
        Assert.Throws<InvalidDataException>(() => AnimatedGif.FromVideo(folder["none.mp4"]));
    }

    [Test]
    public void What_is_no_video_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => AnimatedGif.Encode([]));
        Assert.Throws<InvalidDataException>(() => _ = AnimatedPngReader.Frames([1, 2, 3]).Count());
    }

    private static Frame Gray(int width, int height, byte level)
    {
        var frame = new Frame(width, height);
        frame.Pixels.AsSpan().Fill(level);
        return frame;
    }

    private static Frame Noise(int width, int height, int colors, Random random)
    {
        var frame = new Frame(width, height);
        for (int i = 0; i < width * height; i++)
        {
            int color = random.Next(colors);
            (frame.Pixels[3 * i], frame.Pixels[3 * i + 1], frame.Pixels[3 * i + 2]) = ((byte)color, (byte)(255 - color), (byte)(color * 7));
        }

        return frame;
    }
}
