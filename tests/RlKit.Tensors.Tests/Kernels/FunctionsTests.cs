using RlKit.Tensors.Kernels;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public class FunctionsTests
{
    private static readonly float[] Special =
        [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, 1.17549435e-38f, float.MaxValue, float.MinValue, 88.72f, 88.73f, -87.3f, -87.4f, -103.9f, -104.1f, 1, -1];

    [Test]
    public void ExpIsAccurate() => Measure(new Exp(), Math.Exp, -104, 89, 1.5);

    [Test]
    public void LogIsAccurate()
    {
        Measure(new Log(), Math.Log, 0, 4, 1.5);
        Measure(new Log(), Math.Log, 0, 1e-36f, 1.5);
        Measure(new Log(), Math.Log, 0, 1e-39f, 1.5);
        Measure(new Log(), Math.Log, 0, 1e38f, 1.5);
    }

    [Test]
    public void TanhIsAccurate()
    {
        Measure(new Tanh(), Math.Tanh, -12, 12, 2.5);
        Measure(new Tanh(), Math.Tanh, -0.5f, 0.5f, 2.5);
        Measure(new Tanh(), Math.Tanh, -1e-3f, 1e-3f, 2);
    }

    [Test]
    public void SigmoidIsAccurate() => Measure(new Sigmoid(), x => 1 / (1 + Math.Exp(-x)), -86, 90, 2.5);

    [Test]
    public void SiluIsAccurate() => Measure(new Silu(), x => double.IsInfinity(x) ? Math.Max(x, double.NaN) : x / (1 + Math.Exp(-x)), -80, 90, 3, 3e-37);

    [Test]
    public void EluIsAccurate() => Measure(new Elu(1), x => x > 0 ? x : ExpM1(x), -20, 20, 2);

    [Test]
    public void SoftplusIsAccurate() => Measure(new Softplus(1, 20), x => x > 20 ? x : Log1P(Math.Exp(x)), -80, 25, 3);

    [Test]
    public void ErfIsAccurate()
    {
        Measure(new Erf(), ErrorFunction, -5, 5, 2);
        Measure(new Erf(), ErrorFunction, -1e-3f, 1e-3f, 2);
    }

    // For negative x, 1 + erf loses digits relative to the small result, as PyTorch's does: the error is small beside 1.
    [Test]
    public void GeluIsAccurate() => Measure(new Gelu(), x => x is double.NegativeInfinity ? double.NaN : 0.5 * x * (1 + ErrorFunction(x * Math.Sqrt(0.5))), -6, 6, 3, 4e-7);

    [Test]
    public void GeluTanhIsAccurate() =>
        Measure(new GeluTanh(), x => x is double.NegativeInfinity ? double.NaN : 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), -6, 6, 3, 5e-7);

    [Test]
    public void TheReferencesAreAccurate()
    {
        Assert.That(ErrorFunction(0.5), Is.EqualTo(0.5204998778130465).Within(1e-15));
        Assert.That(ErrorFunction(-2.5), Is.EqualTo(-0.9995930479825550).Within(1e-15));
        Assert.That(ErrorFunction(1e-10), Is.EqualTo(1.1283791670955126e-10).Within(1e-24));
        Assert.That(ExpM1(-1e-20), Is.EqualTo(-1e-20));
        Assert.That(ExpM1(-0.5), Is.EqualTo(-0.3934693402873666).Within(1e-15));
        Assert.That(Log1P(1e-20), Is.EqualTo(1e-20));
        Assert.That(Log1P(0.5), Is.EqualTo(0.4054651081081644).Within(1e-15));
    }

    // double.ExpM1 and double.LogP1 lose the digits of small arguments.
    private static double ExpM1(double x) => Math.Abs(x) < 1e-5 ? x * (1 + x / 2 * (1 + x / 3)) : Math.Tanh(x / 2) * (Math.Exp(x) + 1);

    private static double Log1P(double x) => x < 1e-5 ? x * (1 - x * (1.0 / 2 - x / 3)) : Math.Log(1 + x);

    /// <summary>Abramowitz and Stegun 7.1.6 within 3, 7.1.14 beyond.</summary>
    private static double ErrorFunction(double x)
    {
        var a = Math.Abs(x);
        if (!(a < 6))
            return double.IsNaN(x) ? x : Math.Sign(x);
        var value = 0.0;
        if (a < 3)
        {
            double term = a, sum = a;
            for (var n = 1; n < 80; n++)
                sum += term *= 2 * a * a / (2 * n + 1);
            value = 2 / Math.Sqrt(Math.PI) * Math.Exp(-a * a) * sum;
        }
        else
        {
            var fraction = a;
            for (var n = 60; n > 0; n--)
                fraction = a + 0.5 * n / fraction;
            value = 1 - Math.Exp(-a * a) / Math.Sqrt(Math.PI) / fraction;
        }
        return Math.CopySign(value, x);
    }

    private static void Measure<TOperator>(TOperator f, Func<double, double> exact, float low, float high, double limit, double small = 0) where TOperator : struct, IUnaryOperator
    {
        const int Count = 200_003;
        var x = new float[Count + Special.Length];
        for (var i = 0; i < Count; i++)
            x[i] = low + (high - low) * (i / (float)(Count - 1));
        Special.CopyTo(x, Count);
        var y = new float[x.Length];
        Elementwise.Apply(f, x, y);

        var worst = 0.0;
        var where = 0f;
        for (var i = 0; i < x.Length; i++)
        {
            var expected = exact(x[i]);
            if (double.IsNaN(expected))
            {
                if (i < Count || float.IsNaN(x[i]))
                    Assert.That(y[i], Is.NaN, $"f({x[i]})");
                continue;
            }
            if (float.IsInfinity((float)expected) || (float)expected == 0)
            {
                Assert.That(y[i], Is.EqualTo((float)expected).Within(float.Epsilon), $"f({x[i]})");
                continue;
            }
            var magnitude = (float)Math.Abs(expected);
            var unit = (double)MathF.BitIncrement(Math.Max(magnitude, 1.17549435e-38f)) - Math.Max(magnitude, 1.17549435e-38f);
            var error = Math.Max(Math.Abs(y[i] - expected) - small, 0) / unit;
            if (!(error <= worst))
                (worst, where) = (error, x[i]);
        }
        TestContext.Out.WriteLine($"{typeof(TOperator).Name} in [{low}, {high}]: {worst:F2} ulp at {where}");
        Assert.That(worst, Is.LessThanOrEqualTo(limit), $"at {where}");
    }
}
