using RlKit.Tensors;

namespace RlKit.Tests.Networks;

[TestFixture]
public sealed class ObservationReaderTests
{
    [TestCase(new[] { 4, 84, 84 }, 4, 84, 84, false)]
    [TestCase(new[] { 84, 84, 3 }, 3, 84, 84, true)]
    [TestCase(new[] { 10, 10, 4 }, 4, 10, 10, true)]
    [TestCase(new[] { 10, 10, 10 }, 10, 10, 10, true, Description = "MinAtar's Seaquest")]
    [TestCase(new[] { 3, 5, 7 }, 3, 5, 7, false)]
    [TestCase(new[] { 7, 3, 5 }, 5, 7, 3, true)]
    [TestCase(new[] { 4, 4, 84 }, 4, 4, 84, false)]
    public void TheShorterOfTheOuterAxesIsTheChannels(int[] shape, int channels, int height, int width, bool last) =>
        Assert.That(PictureLayout.Of(shape), Is.EqualTo(new PictureLayout(channels, height, width, last)));

    [TestCase(new[] { 10, 10, 4 }, NetworkKind.MinAtar)]
    [TestCase(new[] { 4, 10, 10 }, NetworkKind.MinAtar)]
    [TestCase(new[] { 84, 84, 4 }, NetworkKind.NatureCnn)]
    [TestCase(new[] { 4, 84, 84 }, NetworkKind.NatureCnn)]
    [TestCase(new[] { 400 }, NetworkKind.Mlp)]
    public void TheNetworkFitsThePictures(int[] shape, NetworkKind expected)
    {
        var space = new Box<byte>(0, 255, shape);
        Assert.That(NetworkDescription.Choose(NetworkKind.Auto, space), Is.EqualTo(expected));
        Layer network = new NetworkDescription(expected, [8], Activation.Relu, 3).Build(space, new Generator(0));
        using var scope = new TensorScope();
        Tensor outputs = network.Forward(new ObservationReader(space, expected).Read(new byte[2 * space.FlatSize]));
        Assert.That(outputs.Shape, Is.EqualTo(new Shape(2, 3)));
    }

    [TestCase(NetworkKind.MinAtar, new[] { 10, 10, 4 }, (16 * 4 * 9 + 16) + (16 * 64 * 128 + 128) + (128 * 3 + 3))]
    [TestCase(NetworkKind.NatureCnn, new[] { 84, 84, 4 }, (32 * 4 * 64 + 32) + (64 * 32 * 16 + 64) + (64 * 64 * 9 + 64) + (3136 * 512 + 512) + (512 * 3 + 3))]
    [TestCase(NetworkKind.SpaceInvaders, new[] { 84, 84, 4 }, (32 * 4 * 64 + 32) + (64 * 32 * 16 + 64) + (64 * 64 * 9 + 64) + (3136 * 512 + 512) + (512 * 256 + 256) + (256 * 3 + 3))]
    [TestCase(NetworkKind.SpaceInvaders, new[] { 10, 10, 6 }, (32 * 6 * 9 + 32) + (64 * 32 * 9 + 64) + (64 * 64 * 9 + 64) + (1024 * 512 + 512) + (512 * 256 + 256) + (256 * 3 + 3))]
    public void TheNetworksAreThoseOfThePapers(NetworkKind kind, int[] shape, int parameters)
    {
        Layer network = new NetworkDescription(kind, [], Activation.Relu, 3).Build(new Box<byte>(0, 255, shape), new Generator(0));
        Assert.That(network.Parameters.Length, Is.EqualTo(parameters));
    }

    [Test]
    public void PicturesHaveTheirChannelsFirstWhicheverWayTheyCome([Values] bool bytes)
    {
        (int count, int height, int width, int channels) = (3, 6, 5, 2);
        var random = new Pcg64(1);
        byte[] last = new byte[count * height * width * channels];
        random.Integers(last, 0, 256);
        byte[] first = new byte[last.Length];
        for (int i = 0; i < last.Length; i++)
        {
            int channel = i % channels, x = i / channels % width, y = i / channels / width % height, picture = i / channels / width / height;
            first[((picture * channels + channel) * height + y) * width + x] = last[i];
        }

        using var scope = new TensorScope();
        Assert.That(Read(last, [height, width, channels]), Is.EqualTo(Read(first, [channels, height, width])));

        float[] Read(byte[] values, int[] shape)
        {
            Space space = bytes ? new Box<byte>(0, 255, shape) : new Box<float>(0, 255, shape);
            var reader = new ObservationReader(space, NetworkKind.MinAtar);
            Tensor tensor = bytes ? reader.Read(values) : reader.Read(Array.ConvertAll(values, value => (float)value));
            Assert.That(tensor.Shape, Is.EqualTo(new Shape(count, channels, height, width)));
            return tensor.ToArray();
        }
    }

    [TestCase((byte)255, 51, 0.2f)]
    [TestCase((byte)1, 1, 1f)]
    [TestCase((byte)15, 3, 0.2f)]
    [TestCase((byte)0, 0, 0f)]
    public void BytesAreDividedByTheirBound(byte high, byte value, float expected)
    {
        using var scope = new TensorScope();
        foreach (NetworkKind kind in new[] { NetworkKind.Mlp, NetworkKind.MinAtar })
        {
            foreach (Space space in new Space[] { new Box<byte>(0, high, [4, 4, 2]), new StackedBox<byte>(new Box<byte>(0, high, [4, 2]), 4) })
            {
                byte[] values = new byte[32];
                Array.Fill(values, value);
                Assert.That(new ObservationReader(space, kind).Read(values).ToArray(), Is.All.EqualTo(expected).Within(1e-7f));
            }
        }
    }

    [ManagedEngine("nothing is allocated")]
    [Test]
    public void ReadingAllocatesNothing()
    {
        var reader = new ObservationReader(new Box<byte>(0, 1, [10, 10, 4]), NetworkKind.MinAtar);
        byte[] values = new byte[32 * 400];
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            using var scope = new TensorScope();
            reader.Read(values);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
