using BenchmarkDotNet.Attributes;
using RlKit.Tensors.Kernels;

namespace RlKit.Benchmarks;

/// <summary>
/// The matrix product on one thread, between a straightforward loop and as many multiply-adds in registers as the product has.
/// `dotnet run -c Release -- matmul` prints the shares of the limit in seconds.
/// </summary>
[MemoryDiagnoser]
public class MatrixProductBenchmarks
{
    private float[] _a = [], _b = [], _c = [];
    private int _limitTurns;

    /// <summary>Rows, inner dimension and columns; B is stored transposed, as a linear layer's weight is.</summary>
    [ParamsSource(nameof(Shapes))]
    public (int M, int K, int N) Shape { get; set; }

    public static IEnumerable<(int, int, int)> Shapes =>
    [
        (64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024),
        (128, 4, 120), (128, 120, 84), (1, 64, 64), (32, 3136, 512),
    ];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _a = Array.ConvertAll(new float[Shape.M * Shape.K], _ => random.NextSingle());
        _b = Array.ConvertAll(new float[Shape.N * Shape.K], _ => random.NextSingle());
        _c = new float[Shape.M * Shape.N];
        _limitTurns = (int)Math.Ceiling(2.0 * Shape.M * Shape.K * Shape.N / FmaLimit.FlopsPerTurn);
    }

    [Benchmark]
    public void Loop()
    {
        var (m, k, n) = Shape;
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0f;
                for (var p = 0; p < k; p++)
                    sum += _a[i * k + p] * _b[j * k + p];
                _c[i * n + j] = sum;
            }
        }
    }

    [Benchmark(Baseline = true)]
    public float Limit() => FmaLimit.Loop(_limitTurns);

    [Benchmark]
    public void Product()
    {
        var (m, k, n) = Shape;
        MatrixProduct.Multiply(null, m, n, k, _a, k, false, _b, k, true, _c, n);
    }
}
