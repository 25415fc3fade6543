using RlKit.Tensors;
using RlKit.Tensors.Kernels;
using Conv2d = RlKit.Tensors.Kernels.Conv2d;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public class Conv2dTests
{
    // The Atari and MinAtar layers at small batch, then strides, paddings, odd kernels and pixels that no tap reaches.
    private static readonly Conv2dShape[] Shapes =
    [
        new(2, 4, 84, 84, 32, 8, 8, 4, 4, 0, 0), new(3, 32, 20, 20, 64, 4, 4, 2, 2, 0, 0), new(9, 64, 9, 9, 64, 3, 3, 1, 1, 0, 0),
        new(19, 4, 10, 10, 16, 3, 3, 1, 1, 0, 0), new(3, 10, 10, 10, 16, 3, 3, 1, 1, 0, 0), new(1, 1, 5, 5, 1, 1, 1, 1, 1, 0, 0),
        new(2, 3, 11, 13, 5, 3, 3, 2, 2, 1, 1), new(2, 5, 9, 8, 7, 3, 2, 1, 1, 2, 1), new(1, 2, 17, 19, 33, 5, 5, 3, 3, 2, 2),
        new(2, 1, 12, 12, 3, 2, 2, 3, 3, 0, 0), new(1, 3, 7, 40, 6, 1, 7, 1, 4, 0, 3), new(2, 2, 6, 6, 4, 1, 1, 1, 1, 1, 1), new(1, 9, 16, 50, 17, 4, 9, 2, 1, 1, 4),
    ];

    [Test]
    public void ResultAndGradientsMatchDoublePrecision([Range(0, 12)] int index)
    {
        var s = Shapes[index];
        var random = new Random(1);
        float[] x = Numbers(random, s.Batch * s.InputSize), w = Numbers(random, s.Filters * s.FilterSize), b = Numbers(random, s.Filters), dy = Numbers(random, s.Batch * s.OutputSize);
        double[] y = new double[dy.Length], dx = new double[x.Length], dw = new double[w.Length], db = new double[b.Length];
        Reference(s, x, w, b, dy, y, dx, dw, db);

        var result = new float[y.Length];
        Conv2d.Forward(null, s, x, w, b, Activation.None, result);
        Compare(result, y, s.FilterSize);
        Conv2d.Forward(null, s, x, w, b, Activation.Relu, result);
        Compare(result, [.. y.Select(v => Math.Max(v, 0))], s.FilterSize);
        Conv2d.Forward(null, s, x, w, b, Activation.Tanh, result);
        Compare(result, [.. y.Select(Math.Tanh)], s.FilterSize);

        foreach (var accumulate in new[] { false, true })
        {
            double[] Start(double[] values) => accumulate ? [.. values.Select(v => v + 1)] : values;
            float[] gx = Ones(x.Length), gw = Ones(w.Length), gb = Ones(b.Length);
            Conv2d.InputGradient(null, s, dy, w, gx, accumulate);
            Compare(gx, Start(dx), s.Filters * s.KernelHeight * s.KernelWidth);
            Conv2d.WeightGradient(null, s, x, dy, gw, accumulate);
            Compare(gw, Start(dw), s.Batch * s.OutputHeight * s.OutputWidth);
            Conv2d.BiasGradient(s, dy, gb, accumulate);
            Compare(gb, Start(db), s.Batch * s.OutputHeight * s.OutputWidth);
        }
    }

    [Test]
    public void BytesAreScaledAsTheyAreRead([Values(0, 3, 6, 8)] int index)
    {
        var s = Shapes[index];
        var random = new Random(2);
        var bytes = new byte[s.Batch * s.InputSize];
        random.NextBytes(bytes);
        float[] x = [.. bytes.Select(v => v * (1f / 255))], w = Numbers(random, s.Filters * s.FilterSize), dy = Numbers(random, s.Batch * s.OutputSize);
        float[] fromFloats = new float[dy.Length], fromBytes = new float[dy.Length], gradientFromFloats = new float[w.Length], gradientFromBytes = new float[w.Length];

        Conv2d.Forward(null, s, x, w, default, Activation.None, fromFloats);
        Conv2d.Forward(null, s, bytes, 1f / 255, w, default, Activation.None, fromBytes);
        Conv2d.WeightGradient(null, s, x, dy, gradientFromFloats, false);
        Conv2d.WeightGradient(null, s, bytes, 1f / 255, dy, gradientFromBytes, false);

        Assert.That(fromBytes, Is.EqualTo(fromFloats));
        Assert.That(gradientFromBytes, Is.EqualTo(gradientFromFloats));
    }

    [Test]
    public void TheResultDoesNotDependOnTheNumberOfThreads()
    {
        Conv2dShape s = new(13, 32, 20, 20, 64, 4, 4, 2, 2, 0, 0);
        using var two = new WorkerPool(2);
        using var five = new WorkerPool(5);
        var random = new Random(3);
        float[] x = Numbers(random, s.Batch * s.InputSize), w = Numbers(random, s.Filters * s.FilterSize), dy = Numbers(random, s.Batch * s.OutputSize);
        float[][] All(WorkerPool? pool)
        {
            float[] y = new float[dy.Length], dx = new float[x.Length], dw = new float[w.Length];
            Conv2d.Forward(pool, s, x, w, default, Activation.Relu, y);
            Conv2d.InputGradient(pool, s, dy, w, dx, false);
            Conv2d.WeightGradient(pool, s, x, dy, dw, false);
            return [y, dx, dw];
        }

        var alone = All(null);
        Assert.That(All(two), Is.EqualTo(alone));
        Assert.That(All(five), Is.EqualTo(alone));
    }

    [Test]
    public void NothingIsAllocated()
    {
        Conv2dShape s = new(2, 4, 10, 10, 16, 3, 3, 1, 1, 0, 0);
        float[] x = new float[s.Batch * s.InputSize], w = new float[s.Filters * s.FilterSize], y = new float[s.Batch * s.OutputSize];
        for (var i = 0; i < 2; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var turn = 0; turn < 20; turn++)
            {
                Conv2d.Forward(null, s, x, w, default, Activation.Tanh, y);
                Conv2d.InputGradient(null, s, y, w, x, true);
                Conv2d.WeightGradient(null, s, x, y, w, true);
            }
            if (i > 0)
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        }
    }

    [Test]
    public void BuffersThatDoNotFitAndKernelsThatAreTooLargeAreRefused()
    {
        Assert.That(() => Conv2d.Forward(null, new(1, 1, 4, 4, 1, 3, 3, 1, 1, 0, 0), new float[15], new float[9], default, Activation.None, new float[4]),
            Throws.ArgumentException.With.Message.Contains("Input 15"));
        Assert.That(() => Conv2d.Forward(null, new(1, 1, 2, 2, 1, 3, 3, 1, 1, 0, 0), new float[4], new float[9], default, Activation.None, []),
            Throws.ArgumentException.With.Message.Contains("larger than the padded image"));
    }

    private static void Compare(float[] actual, double[] expected, int terms)
    {
        var tolerance = 3e-7 * (2 + Math.Sqrt(terms) * 4);
        for (var i = 0; i < actual.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]))))
                Assert.Fail($"[{i}] = {actual[i]}, expected {expected[i]}");
        }
    }

    private static void Reference(Conv2dShape s, float[] input, float[] weight, float[] bias, float[] dy, double[] output, double[] dx, double[] dw, double[] db)
    {
        for (var n = 0; n < s.Batch; n++)
        for (var o = 0; o < s.Filters; o++)
        for (var y = 0; y < s.OutputHeight; y++)
        for (var x = 0; x < s.OutputWidth; x++)
        {
            var at = n * s.OutputSize + (o * s.OutputHeight + y) * s.OutputWidth + x;
            double sum = bias[o];
            db[o] += dy[at];
            for (var c = 0; c < s.Channels; c++)
            for (var ky = 0; ky < s.KernelHeight; ky++)
            for (var kx = 0; kx < s.KernelWidth; kx++)
            {
                var (iy, ix) = (y * s.StrideY + ky - s.PaddingY, x * s.StrideX + kx - s.PaddingX);
                if (iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width)
                    continue;
                var i = n * s.InputSize + (c * s.Height + iy) * s.Width + ix;
                var k = o * s.FilterSize + (c * s.KernelHeight + ky) * s.KernelWidth + kx;
                sum += (double)input[i] * weight[k];
                dx[i] += (double)dy[at] * weight[k];
                dw[k] += (double)dy[at] * input[i];
            }
            output[at] = sum;
        }
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
