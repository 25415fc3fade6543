using RlKit.Tensors;
using RlKit.Tensors.Kernels;

namespace RlKit.Tests.Tensors.Kernels;

[TestFixture]
public class MatrixProductTests
{
    [Test]
    public void EverySizeAroundTheTilesMatchesDoublePrecision([Values] bool transposeA, [Values] bool transposeB)
    {
        var random = new Random(1);
        int[] rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 17, 23];
        int[] columns = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 96, 100];
        int[] inner = [1, 2, 3, 4, 5, 7, 8, 16, 17, 31, 33, 64, 65];
        foreach (var m in rows)
            foreach (var n in columns)
                Compare(random, m, n, inner[random.Next(inner.Length)], transposeA, transposeB, null, random.Next(4));
    }

    [Test]
    public void DeepAndWideProductsMatchDoublePrecision([Values] bool transposeA, [Values] bool transposeB)
    {
        var random = new Random(2);
        (int, int, int)[] shapes = [(128, 120, 4), (128, 84, 120), (128, 2, 84), (1, 64, 64), (3, 10, 1000), (5, 33, 1537), (70, 70, 385), (33, 129, 768), (120, 84, 128), (84, 2, 128), (4, 120, 128), (1, 6, 512), (256, 256, 32)];
        foreach (var (m, n, k) in shapes)
            for (var kind = 0; kind < 4; kind++)
                Compare(random, m, n, k, transposeA, transposeB, null, kind);
    }

    [Test]
    public void TheResultDoesNotDependOnTheNumberOfThreads([Values] bool transposeA, [Values] bool transposeB)
    {
        using var two = new WorkerPool(2);
        using var three = new WorkerPool(3);
        using var seven = new WorkerPool(7);
        foreach (var (m, n, k) in new[] { (64, 512, 800), (512, 16, 400), (130, 130, 130), (1, 2000, 1500), (2000, 3, 700), (97, 211, 501) })
        {
            var alone = Compare(new Random(3), m, n, k, transposeA, transposeB, null, 1);
            foreach (var pool in new[] { two, three, seven })
                Assert.That(Compare(new Random(3), m, n, k, transposeA, transposeB, pool, 1), Is.EqualTo(alone));
        }
    }

    [Test]
    public void AnEmptyInnerDimensionGivesTheBias()
    {
        var c = new float[6];
        MatrixProduct.Multiply(null, 2, 3, 0, [], 1, false, [], 3, false, c, 3, bias: [1, -2, 3], activation: Activation.Relu);
        Assert.That(c, Is.EqualTo(new float[] { 1, 0, 3, 1, 0, 3 }));
    }

    [Test]
    public void NothingIsAllocated()
    {
        using var pool = new WorkerPool(2);
        float[] a = new float[128 * 84], b = new float[84 * 120], c = new float[128 * 120];
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                MatrixProduct.Multiply(pool, 128, 120, 84, a, 84, false, b, 84, true, c, 120, activation: Activation.Tanh);
                MatrixProduct.Multiply(pool, 128, 2, 84, a, 84, false, b, 84, true, c, 2);
                MatrixProduct.Multiply(pool, 120, 4, 84, a, 128, true, b, 4, false, c, 4);
            }
            if (round > 0)
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        }
    }

    [Test]
    public void AReluKeepsNaN()
    {
        var c = new float[2];
        MatrixProduct.Multiply(null, 1, 2, 1, [float.NaN], 1, false, [1, 1], 2, false, c, 2, activation: Activation.Relu);
        Assert.That(c, Is.All.NaN);
    }

    [Test]
    public void AMatrixThatDoesNotFitItsSpanIsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(null, 2, 2, 3, new float[5], 3, false, new float[6], 2, false, new float[4], 2));
        Assert.That(error!.Message, Does.Contain("2 x 3").And.Contain("5 elements"));
        Assert.That(error.ParamName, Is.EqualTo("a"));
    }

    private static float[] Compare(Random random, int m, int n, int k, bool transposeA, bool transposeB, WorkerPool? pool, int kind)
    {
        var lda = (transposeA ? m : k) + random.Next(3);
        var ldb = (transposeB ? k : n) + random.Next(3);
        var ldc = n + random.Next(3);
        var a = Numbers(random, (transposeA ? k : m) * lda);
        var b = Numbers(random, (transposeB ? n : k) * ldb);
        var bias = kind is 1 or 2 ? Numbers(random, n) : [];
        var c = Numbers(random, m * ldc);
        var before = (float[])c.Clone();
        var activation = kind switch { 1 => Activation.Relu, 2 => Activation.Tanh, _ => Activation.None };

        MatrixProduct.Multiply(pool, m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, kind == 3, bias, activation);

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < ldc; j++)
            {
                if (j >= n)
                {
                    Assert.That(c[i * ldc + j], Is.EqualTo(before[i * ldc + j]), "padding");
                    continue;
                }
                double sum = kind == 3 ? before[i * ldc + j] : bias.Length > 0 ? bias[j] : 0, size = Math.Abs(sum);
                for (var p = 0; p < k; p++)
                {
                    var term = (double)a[transposeA ? p * lda + i : i * lda + p] * b[transposeB ? j * ldb + p : p * ldb + j];
                    sum += term;
                    size += Math.Abs(term);
                }
                sum = activation switch { Activation.Relu => Math.Max(sum, 0), Activation.Tanh => Math.Tanh(sum), _ => sum };
                if (!(Math.Abs(c[i * ldc + j] - sum) <= 1e-6 * size + 2e-7))
                    Assert.Fail($"{m}x{n}x{k} kind {kind}: C[{i},{j}] = {c[i * ldc + j]}, expected {sum}");
            }
        }
        return c;
    }

    private static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
