using RlKit.Tensors.Kernels;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public class ElementwiseTests
{
    [Test]
    public void EveryLengthIsWorkedToItsEndAndNoFurther()
    {
        for (var length = 0; length < 140; length++)
        {
            float[] x = Numbers(length, 1), y = Numbers(length, 2), z = Numbers(length + 3, 3), before = (float[])z.Clone();

            Elementwise.Apply(new Affine(2, 1), x, z.AsSpan(0, length));
            Assert.That(z, Is.EqualTo(x.Select(v => 2 * v + 1).Concat(before[length..])).Within(1e-6));

            Elementwise.Apply(new Multiply(), x, y, z.AsSpan(0, length));
            Assert.That(z, Is.EqualTo(x.Zip(y, (a, b) => a * b).Concat(before[length..])));

            Elementwise.Apply(new Multiply(), x, y, z.AsSpan(0, length), accumulate: true);
            Assert.That(z, Is.EqualTo(x.Zip(y, (a, b) => a * b + a * b).Concat(before[length..])));

            Elementwise.FromBytes([.. x.Select(v => (byte)(100 + 100 * v))], 0.5f, z.AsSpan(0, length));
            Assert.That(z, Is.EqualTo(x.Select(v => 0.5f * (byte)(100 + 100 * v)).Concat(before[length..])));

            // In place.
            Elementwise.Apply(new Relu(), x, x);
            Assert.That(x, Is.All.GreaterThanOrEqualTo(0));
        }
    }

    [Test]
    public void SpansOfDifferentLengthAreRefused() =>
        Assert.That(() => Elementwise.Apply(new Add(), new float[3], new float[4], new float[4]), Throws.ArgumentException.With.Message.Contains("3").And.Message.Contains("4"));

    [Test]
    public void GradientsAreThoseOfTheFunctions()
    {
        Check(new Tanh(), new TanhGradient(), fromResult: true);
        Check(new Sigmoid(), new SigmoidGradient(), fromResult: true);
        Check(new Relu(), new ReluGradient(), fromResult: true);
        Check(new Elu(0.7f), new EluGradient(0.7f), fromResult: true);
        Check(new LeakyRelu(0.1f), new LeakyReluGradient(0.1f), fromResult: false);
        Check(new Silu(), new SiluGradient(), fromResult: false);
        Check(new Gelu(), new GeluGradient(), fromResult: false);
        Check(new GeluTanh(), new GeluTanhGradient(), fromResult: false);
        Check(new Erf(), new ErfGradient(), fromResult: false);
        Check(new Square(), new SquareGradient(), fromResult: false);
        Check(new Softplus(2, 20), new SoftplusGradient(2, 20), fromResult: false);
    }

    private static void Check<TFunction, TGradient>(TFunction function, TGradient gradient, bool fromResult)
        where TFunction : struct, IUnaryOperator
        where TGradient : struct, IBinaryOperator
    {
        const float Step = 1e-2f;
        float[] x = [.. Numbers(50, 4).Select(v => 3 * v).Where(v => Math.Abs(v) > 2 * Step)], dy = Numbers(x.Length, 5);
        float[] y = new float[x.Length], above = new float[x.Length], below = new float[x.Length], dx = new float[x.Length];
        Elementwise.Apply(function, x, y);
        Elementwise.Apply(function, [.. x.Select(v => v + Step)], above);
        Elementwise.Apply(function, [.. x.Select(v => v - Step)], below);
        Elementwise.Apply(gradient, fromResult ? y : x, dy, dx);
        for (var i = 0; i < x.Length; i++)
            Assert.That(dx[i], Is.EqualTo(dy[i] * (above[i] - below[i]) / (2 * Step)).Within(2e-3), $"{typeof(TFunction).Name} at {x[i]}");
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
