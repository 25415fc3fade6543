using RlKit.Tensors;
using RlKit.Tensors.Engines;
using RlKit.Tensors.Kernels;

namespace RlKit.Tests;

/// <summary>The passes over flat parameters against plain loops in double precision, for lengths around every vector's width.</summary>
public class OptimiserStepsTests
{
    private const int Guard = 3;
    private const float Untouched = 12345;

    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 257];

    [Test]
    public void Sgd([ValueSource(nameof(Lengths))] int length, [Values] bool momentum, [Values] bool nesterov)
    {
        float[] p = Draw(length, 1), g = Draw(length, 2), b = Draw(length, 3);
        var step = new SgdStep(0.1, momentum ? 0.9 : 0, 0.8, nesterov, 0.01);
        double[] expected = new double[length], velocity = new double[length];
        for (int i = 0; i < length; i++)
        {
            double gradient = g[i] + (0.01 * p[i]);
            velocity[i] = (0.9 * b[i]) + (0.8 * gradient);
            expected[i] = p[i] - (0.1 * (!momentum ? gradient : nesterov ? gradient + (0.9 * velocity[i]) : velocity[i]));
        }

        OptimiserSteps.Sgd(p.AsSpan(0, length), g.AsSpan(0, length), momentum ? b.AsSpan(0, length) : default, step);
        AssertClose(p, expected);
        if (momentum) AssertClose(b, velocity);
    }

    [Test]
    public void RmsProp([ValueSource(nameof(Lengths))] int length, [Values] bool centered, [Values] bool momentum)
    {
        float[] p = Draw(length, 1), g = Draw(length, 2), s = Draw(length, 3), a = Draw(length, 4), b = Draw(length, 5);
        for (int i = 0; i < length; i++) (s[i], a[i]) = (1 + (s[i] * s[i]), a[i] / 4);
        var step = new RmsPropStep(0.1, 0.95, 1e-3, 0.9, 0.01);
        double[] expected = new double[length], square = new double[length], average = new double[length], velocity = new double[length];
        for (int i = 0; i < length; i++)
        {
            double gradient = g[i] + (0.01 * p[i]);
            square[i] = (0.95 * s[i]) + (0.05 * gradient * gradient);
            average[i] = (0.95 * a[i]) + (0.05 * gradient);
            double direction = gradient / (Math.Sqrt(square[i] - (centered ? average[i] * average[i] : 0)) + 1e-3);
            velocity[i] = (0.9 * b[i]) + direction;
            expected[i] = p[i] - (0.1 * (momentum ? velocity[i] : direction));
        }

        OptimiserSteps.RmsProp(p.AsSpan(0, length), g.AsSpan(0, length), s.AsSpan(0, length), centered ? a.AsSpan(0, length) : default, momentum ? b.AsSpan(0, length) : default, step);
        AssertClose(p, expected);
        AssertClose(s, square);
        if (centered) AssertClose(a, average);
        if (momentum) AssertClose(b, velocity);
    }

    [Test]
    public void Adam_by_several_threads_is_the_same_to_the_bit([Values] bool amsgrad)
    {
        const int Length = 300_007;
        float[] g = Draw(Length, 2);
        var step = new AdamStep(3, 0.1, 0.9, 0.99, 1e-3, 0.01, false);
        Assert.That(Run(3), Is.EqualTo(Run(1)));

        float[] Run(int threads)
        {
            using var pool = new WorkerPool(threads);
            float[] p = Draw(Length, 1), m = Draw(Length, 3), v = [.. Draw(Length, 4).Select(Math.Abs)], l = [.. Draw(Length, 5).Select(Math.Abs)];
            OptimiserSteps.Adam(pool, p, g, m, v, amsgrad ? l : default, step);
            return [.. p, .. m, .. v, .. l];
        }
    }

    [Test]
    public void Adam([ValueSource(nameof(Lengths))] int length, [Values] bool decoupled, [Values] bool amsgrad)
    {
        float[] p = Draw(length, 1), g = Draw(length, 2), m = Draw(length, 3), v = Draw(length, 4), l = Draw(length, 5);
        for (int i = 0; i < length; i++) (v[i], l[i]) = (v[i] * v[i], l[i] * l[i]);
        var step = new AdamStep(3, 0.1, 0.9, 0.99, 1e-3, 0.01, decoupled);
        double[] expected = new double[length], first = new double[length], second = new double[length], largest = new double[length];
        for (int i = 0; i < length; i++)
        {
            double gradient = g[i] + (decoupled ? 0 : 0.01 * p[i]);
            first[i] = (0.9 * m[i]) + (0.1 * gradient);
            second[i] = (0.99 * v[i]) + (0.01 * gradient * gradient);
            largest[i] = Math.Max(l[i], second[i]);
            double root = Math.Sqrt(amsgrad ? largest[i] : second[i]) / Math.Sqrt(1 - Math.Pow(0.99, 3));
            expected[i] = (p[i] * (decoupled ? 1 - 0.001 : 1)) - (0.1 / (1 - Math.Pow(0.9, 3)) * first[i] / (root + 1e-3));
        }

        OptimiserSteps.Adam(p.AsSpan(0, length), g.AsSpan(0, length), m.AsSpan(0, length), v.AsSpan(0, length), amsgrad ? l.AsSpan(0, length) : default, step);
        AssertClose(p, expected);
        AssertClose(m, first);
        AssertClose(v, second);
        if (amsgrad) AssertClose(l, largest);
    }

    [Test]
    public void Blend([ValueSource(nameof(Lengths))] int length)
    {
        float[] target = Draw(length, 1), source = Draw(length, 2);
        double[] expected = [.. target.Take(length).Zip(source, (t, s) => (0.005 * s) + (0.995 * t))];
        OptimiserSteps.Blend(target.AsSpan(0, length), source.AsSpan(0, length), 0.005);
        AssertClose(target, expected);
    }

    [Test]
    public void Sum_of_squares([Values(0, 1, 3, 16, 63, 64, 65, 1000, 16384, 16385, 50000)] int length)
    {
        float[] x = Draw(length, 1);
        Assert.That(OptimiserSteps.SumOfSquares(x.AsSpan(0, length)), Is.EqualTo(x.Take(length).Sum(value => (double)value * value)).Within(1e-3).Percent.Or.Zero);
    }

    private static float[] Draw(int length, ulong seed)
    {
        var values = new float[length + Guard];
        new Generator(seed).FillNormal(values);
        values.AsSpan(length).Fill(Untouched);
        return values;
    }

    private static void AssertClose(float[] actual, double[] expected)
    {
        Assert.That(actual[..^Guard], Is.EqualTo(expected).Within(2e-6));
        Assert.That(actual[^Guard..], Is.All.EqualTo(Untouched));
    }
}
