using RlKit.Drawing;
using RlKit.Video;

namespace RlKit.Tests.Video;

internal sealed class PngTests
{
    [TestCase(1, 1)]
    [TestCase(3, 2)]
    [TestCase(101, 67)]
    public void APictureOfNoiseIsReadBackAsItWas(int width, int height)
    {
        var frame = new Frame(width, height);
        new Random(1).NextBytes(frame.Pixels);
        var file = new MemoryStream();

        Png.Write(frame, file);

        PngDecoder.Animation picture = PngDecoder.Decode(file.ToArray());
        Assert.That((picture.Width, picture.Height), Is.EqualTo((width, height)));
        Assert.That(picture.Frames.Single(), Is.EqualTo(frame.Pixels));
    }

    [Test]
    public void ADrawingIsReadBackAsItWasAndIsSmall()
    {
        var canvas = new Canvas(300, 200, Color.White);
        canvas.FillRectangle(0, 0, 300, 100, Paint.Gradient(new(0, 0), new(300, 100), Color.FromRgb(0x224466), Color.FromRgb(0xFFEEDD)));
        canvas.FillCircle(new(150, 120), 60, Color.FromRgb(0x8184CB));
        var file = new MemoryStream();

        Png.Write(canvas.Frame, file);

        Assert.That(PngDecoder.Decode(file.ToArray()).Frames.Single(), Is.EqualTo(canvas.Frame.Pixels));
        Assert.That(file.Length, Is.LessThan(canvas.Frame.Pixels.Length / 10));
    }

    [Test]
    public void AFileIsReplacedAsAWhole()
    {
        using var folder = new TemporaryFolder();
        Png.Save(new Canvas(4, 4, Color.Black).Frame, folder.File("a.png"));
        Png.Save(new Canvas(5, 4, Color.White).Frame, folder.File("a.png"));

        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.png" }));
        Assert.That(PngDecoder.Decode(File.ReadAllBytes(folder.File("a.png"))).Width, Is.EqualTo(5));
    }
}
