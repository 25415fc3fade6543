using RlKit.Tensors.Kernels;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public class ReductionsTests
{
    [Test]
    public void SumsMatchDoublePrecisionAtEveryLength()
    {
        var random = new Random(1);
        for (var length = 0; length < 200; length++)
        {
            var x = new float[length];
            for (var i = 0; i < length; i++)
                x[i] = random.NextSingle() * 2 - 1;
            Assert.That(Reductions.Sum(x), Is.EqualTo(x.Sum(v => (double)v)).Within(1e-5), $"length {length}");
            Assert.That(Reductions.SumOfSquares(x), Is.EqualTo(x.Sum(v => (double)v * v)).Within(1e-5), $"length {length}");
        }
    }

    [Test]
    public void SumsOverRowsAndColumnsMatchDoublePrecision([Values(1, 3, 4, 15, 16, 17, 33, 63, 64, 65, 129)] int columns, [Values(1, 2, 7)] int rows, [Values] bool accumulate)
    {
        var random = new Random(2);
        var x = new float[rows * columns];
        for (var i = 0; i < x.Length; i++)
            x[i] = random.NextSingle() * 2 - 1;
        float[] byColumn = new float[columns], byRow = new float[rows];
        Array.Fill(byColumn, 3);
        Array.Fill(byRow, 3);

        Reductions.ColumnSums(x, rows, columns, byColumn, accumulate);
        Reductions.RowSums(x, rows, columns, byRow, accumulate);

        for (var c = 0; c < columns; c++)
            Assert.That(byColumn[c], Is.EqualTo((accumulate ? 3 : 0) + Enumerable.Range(0, rows).Sum(r => (double)x[r * columns + c])).Within(1e-5));
        for (var r = 0; r < rows; r++)
            Assert.That(byRow[r], Is.EqualTo((accumulate ? 3 : 0) + Enumerable.Range(0, columns).Sum(c => (double)x[r * columns + c])).Within(1e-5));
    }
}
