using RlKit.Tensors.Kernels;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public class SoftmaxTests
{
    [Test]
    public void RowsAndTheirGradientsMatchDoublePrecision([Values(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100)] int columns, [Values] bool accumulate)
    {
        const int Rows = 5;
        var random = new Random(columns);
        float[] x = new float[Rows * columns], dy = new float[Rows * columns];
        for (var i = 0; i < x.Length; i++)
            (x[i], dy[i]) = (random.NextSingle() * 20 - 10, random.NextSingle() * 2 - 1);
        float[] soft = new float[x.Length], logarithm = new float[x.Length], dx = new float[x.Length], dxLog = new float[x.Length];
        Array.Fill(dx, 0.5f);
        Array.Fill(dxLog, 0.5f);

        Softmax.Rows(x, columns, soft);
        Softmax.LogRows(x, columns, logarithm);
        Softmax.RowsGradient(soft, dy, columns, dx, accumulate);
        Softmax.LogRowsGradient(logarithm, dy, columns, dxLog, accumulate);

        for (var r = 0; r < Rows; r++)
        {
            double sum = 0, total = 0, dot = 0;
            for (var i = r * columns; i < (r + 1) * columns; i++)
                sum += Math.Exp(x[i]);
            for (var i = r * columns; i < (r + 1) * columns; i++)
                (total, dot) = (total + dy[i], dot + dy[i] * Math.Exp(x[i]) / sum);
            for (var i = r * columns; i < (r + 1) * columns; i++)
            {
                var p = Math.Exp(x[i]) / sum;
                var start = accumulate ? 0.5 : 0;
                Assert.That(soft[i], Is.EqualTo(p).Within(2e-6 * p));
                Assert.That(logarithm[i], Is.EqualTo(x[i] - Math.Log(sum)).Within(3e-6));
                Assert.That(dx[i], Is.EqualTo(start + p * (dy[i] - dot)).Within(1e-6));
                Assert.That(dxLog[i], Is.EqualTo(start + dy[i] - p * total).Within(3e-6));
            }
        }
    }

    [Test]
    public void AMaskedEntryHasNoProbabilityAndANaNSpoilsItsRowOnly([Values(3, 40)] int columns)
    {
        var x = new float[2 * columns];
        x[1] = float.NegativeInfinity;
        x[columns] = float.NaN;
        Softmax.Rows(x, columns, x);
        Assert.That(x[1], Is.Zero);
        Assert.That(x[0], Is.EqualTo(1f / (columns - 1)).Within(1e-7));
        Assert.That(x.Skip(columns), Is.All.NaN);
    }

    [Test]
    public void RowsThatDoNotFitAreRefused() =>
        Assert.That(() => Softmax.Rows(new float[7], 3, new float[7]), Throws.ArgumentException.With.Message.Contains("Rows of 3"));
}
