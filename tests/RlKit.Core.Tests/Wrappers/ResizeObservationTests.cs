using RlKit.Tests.Environments;

namespace RlKit.Tests.Wrappers;

public class ResizeObservationTests
{
    [Test]
    public void Halves_AreMeansOfFour_WithOneHalfRoundedUp()
    {
        byte[] resized = Resize([1, 2, 10, 10, 3, 4, 10, 11, 0, 0, 255, 255, 0, 1, 255, 254], [4, 4], 2, 2);
        Assert.That(resized, Is.EqualTo(new byte[] { 3, 10, 0, 255 }));
    }

    [Test]
    public void Thirds_CountByThePartThatIsCovered() =>
        Assert.That(Resize([30, 60, 90], [1, 3], 1, 2), Is.EqualTo(new byte[] { 40, 80 }));

    [Test]
    public void Enlarging_MixesOnlyWhereANewPixelCrossesAnEdge() =>
        Assert.That(Resize([10, 20], [1, 2], 1, 3), Is.EqualTo(new byte[] { 10, 15, 20 }));

    [Test]
    public void Channels_AreKeptApart() =>
        Assert.That(Resize([0, 100, 200, 50, 150, 250], [1, 2, 3], 1, 1), Is.EqualTo(new byte[] { 25, 125, 225 }));

    [TestCase(210, 160, 1, 84, 84)]
    [TestCase(7, 5, 3, 3, 2)]
    [TestCase(5, 9, 2, 5, 4)]
    [TestCase(4, 4, 1, 7, 9)]
    [TestCase(6, 3, 1, 2, 5)]
    public void EveryPixel_IsTheMeanOfTheAreaUnderIt(int height, int width, int channels, int newHeight, int newWidth)
    {
        var random = new Pcg64(9);
        byte[] picture = new byte[height * width * channels];
        random.Integers(picture, 0, 256);
        byte[] resized = Resize(picture, [height, width, channels], newHeight, newWidth);

        for (int y = 0; y < newHeight; y++)
        {
            for (int x = 0; x < newWidth; x++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    // The mean over the rectangle, cut into pieces so small that each lies in one old pixel.
                    double sum = 0;
                    for (int i = 0; i < height; i++)
                    {
                        for (int j = 0; j < width; j++)
                        {
                            int row = ((y * height) + i) / newHeight, column = ((x * width) + j) / newWidth;
                            sum += picture[(((row * width) + column) * channels) + channel];
                        }
                    }

                    double mean = sum / (height * width);
                    Assert.That((double)resized[(((y * newWidth) + x) * channels) + channel], Is.EqualTo(mean).Within(0.5001), $"({y}, {x}, {channel})");
                }
            }
        }
    }

    [Test]
    public void Shapes_AreChecked()
    {
        Assert.That(
            () => new Echo<byte>(new Box<byte>(0, 255, [4])).WithResizeObservation(2, 2),
            Throws.ArgumentException.With.Message.StartsWith("Pictures of shape (height, width) or (height, width, channels) are resized, but the observations are Box(0, 255, (4,), uint8)."));
        Assert.That(() => new Echo<byte>(new Box<byte>(0, 255, [4, 4])).WithResizeObservation(0, 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The new height is 0; give 1 or more."));
        Assert.That(() => new Echo<byte>(new Box<byte>(0, 255, [4, 4])).WithResizeObservation(2, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The new width is -1; give 1 or more."));
        Assert.That(new Echo<byte>(new Box<byte>(0, 255, [4, 6, 3])).WithResizeObservation(2, 3).ObservationSpace, Is.EqualTo(new Box<byte>(0, 255, [2, 3, 3])));
    }

    private static byte[] Resize(byte[] picture, int[] shape, int height, int width)
    {
        using ResizeObservation<byte[]> environment = new Echo<byte>(new Box<byte>(0, 255, shape)).WithResizeObservation(height, width);
        environment.Reset(seed: 0);
        return environment.Step(picture).Observation;
    }
}
