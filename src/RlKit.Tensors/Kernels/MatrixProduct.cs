using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// C = act(op(A) op(B) + bias) or C += op(A) op(B), row-major, op = transpose or not. Every element of C is one chain of
/// multiply-adds over the inner dimension, cut in the same places whatever the number of threads.
/// </summary>
internal static unsafe class MatrixProduct
{
    // A panel of B this deep stays in the first-level cache beside the rows of A.
    private const int PanelDepth = 512;

    // Up to here dot products beat a tile that is mostly empty, or a panel packed for few rows.
    private const int FewColumns = 8;
    private const int FewRows = 4;

    // Rows of B this far apart compete for the same cache lines and pages; copying them pays from this many rows of A.
    private const int FarRows = 768;
    private const int ManyRows = 128;

    // Multiply-adds below which waking another thread costs more than it gives.
    private const long ParallelWork = 1 << 21;

    /// <summary>Computes the product.</summary>
    /// <param name="pool">Threads that may help; null for the calling thread alone.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A), rows of op(B).</param>
    /// <param name="a">A: m x k, or k x m if transposed.</param>
    /// <param name="lda">Elements between rows of A as stored.</param>
    /// <param name="transposeA">Whether op(A) is A's transpose.</param>
    /// <param name="b">B: k x n, or n x k if transposed (a linear layer's weight).</param>
    /// <param name="ldb">Elements between rows of B as stored.</param>
    /// <param name="transposeB">Whether op(B) is B's transpose.</param>
    /// <param name="c">C: m x n; must not overlap A or B.</param>
    /// <param name="ldc">Elements between rows of C.</param>
    /// <param name="accumulate">Whether the product is added to what C holds; excludes bias and activation.</param>
    /// <param name="bias">One number per column of C, or empty.</param>
    /// <param name="activation">Applied last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        WorkerPool? pool, int m, int n, int k,
        ReadOnlySpan<float> a, int lda, bool transposeA,
        ReadOnlySpan<float> b, int ldb, bool transposeB,
        Span<float> c, int ldc, bool accumulate = false,
        ReadOnlySpan<float> bias = default, Activation activation = Activation.None)
    {
        Check(transposeA ? k : m, transposeA ? m : k, a.Length, lda, nameof(a));
        Check(transposeB ? n : k, transposeB ? k : n, b.Length, ldb, nameof(b));
        Check(m, n, c.Length, ldc, nameof(c));
        if (!bias.IsEmpty && bias.Length != n)
            throw new ArgumentException($"The bias has {bias.Length} elements for {n} columns.", nameof(bias));
        if (accumulate && (!bias.IsEmpty || activation != Activation.None))
            throw new ArgumentException("An accumulated product takes neither bias nor activation.", nameof(accumulate));
        if (m == 0 || n == 0)
            return;

        fixed (float* pa = a, pb = b, pc = c, pbias = bias)
        {
            var job = new Job
            {
                M = m, N = n, K = k,
                A = pa, ARow = transposeA ? 1 : lda, AStep = transposeA ? lda : 1,
                B = pb, Ldb = ldb, TransposeB = transposeB,
                C = pc, Ldc = ldc, Bias = pbias,
                Accumulate = accumulate, Activation = activation,
            };
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Run<Simd512, Vector512<float>>(pool, ref job);
            else if (Vector256.IsHardwareAccelerated)
                Run<Simd256, Vector256<float>>(pool, ref job);
            else if (Vector128.IsHardwareAccelerated)
                Run<Simd128, Vector128<float>>(pool, ref job);
            else
                Run<SimdScalar, float>(pool, ref job);
        }
    }

    private static void Check(int rows, int columns, int length, int stride, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows, name);
        ArgumentOutOfRangeException.ThrowIfNegative(columns, name);
        if (rows > 0 && columns > 0 && (stride < columns || length < (long)(rows - 1) * stride + columns))
            throw new ArgumentException($"{rows} x {columns} with {stride} between rows does not fit {length} elements.", name);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<S, V>(WorkerPool? pool, ref Job job) where S : struct, ISimd<V> where V : unmanaged
    {
        job.RowParts = job.ColumnParts = 1;
        if (pool is { Threads: > 1 } && (long)job.M * job.N * job.K >= 2 * ParallelWork)
            Partition<S, V>(pool, ref job);

        fixed (Job* p = &job)
        {
            var parts = job.RowParts * job.ColumnParts;
            if (parts == 1)
                Part<S, V>(p, 0);
            else
                pool!.Run(parts, &Part<S, V>, p);
        }
    }

    /// <summary>Cuts C into blocks of whole tiles, by columns first: a thread then packs only the part of B that it uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Partition<S, V>(WorkerPool pool, ref Job job) where S : struct, ISimd<V> where V : unmanaged
    {
        var wanted = (int)Math.Min(pool.Threads, (long)job.M * job.N * job.K / ParallelWork);
        var columns = (job.N + 2 * S.Width - 1) / (2 * S.Width);
        var rows = (job.M + S.TileRows - 1) / S.TileRows;
        job.ColumnParts = Math.Min(wanted, columns);
        job.RowParts = Math.Clamp(wanted / job.ColumnParts, 1, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Part<S, V>(void* context, int part) where S : struct, ISimd<V> where V : unmanaged
    {
        ref var job = ref *(Job*)context;
        var (i0, i1) = Slice(job.M, S.TileRows, part / job.ColumnParts, job.RowParts);
        var (j0, j1) = Slice(job.N, 2 * S.Width, part % job.ColumnParts, job.ColumnParts);
        if (job.TransposeB && job.AStep == 1 && (job.N <= FewColumns || job.M <= FewRows))
            Dots<S, V>(job, i0, i1, j0, j1);
        else if (!job.TransposeB && job.ARow == 1 && job.N < S.Width && job.M > 2 * job.N && job.Bias == null && job.Activation == Activation.None)
            Swapped<S, V>(job, i0, i1, j0, j1);
        else
            Block<S, V>(job, i0, i1, j0, j1);
        if (job.Activation is not (Activation.None or Activation.Relu))
        {
            for (var i = i0; i < i1; i++)
            {
                var row = new Span<float>(job.C + (nint)i * job.Ldc + j0, j1 - j0);
                Activations.Apply(job.Activation, row, row);
            }
        }
    }

    private static (int Start, int End) Slice(int count, int unit, int part, int parts)
    {
        var units = (count + unit - 1) / unit;
        return (Math.Min(count, (int)((long)units * part / parts) * unit), Math.Min(count, (int)((long)units * (part + 1) / parts) * unit));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots<S, V>(in Job job, int i0, int i1, int j0, int j1) where S : struct, ISimd<V> where V : unmanaged
    {
        var a = job.A + i0 * job.ARow;
        var b = job.B + (nint)j0 * job.Ldb;
        var c = job.C + (nint)i0 * job.Ldc + j0;
        var bias = job.Bias == null ? null : job.Bias + j0;
        var relu = job.Activation == Activation.Relu;
        if (i1 - i0 < j1 - j0)
            Dot<S, V>.Rows(b, job.Ldb, j1 - j0, a, job.ARow, i1 - i0, job.K, c, 1, job.Ldc, bias, 1, 0, job.Accumulate, relu);
        else
            Dot<S, V>.Rows(a, job.ARow, i1 - i0, b, job.Ldb, j1 - j0, job.K, c, job.Ldc, 1, bias, 0, 1, job.Accumulate, relu);
    }

    /// <summary>A' B with few columns as the transpose of B' A, whose rows fill the vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Swapped<S, V>(in Job job, int i0, int i1, int j0, int j1) where S : struct, ISimd<V> where V : unmanaged
    {
        var (rows, columns) = (j1 - j0, i1 - i0);
        var swapped = new Job
        {
            M = rows, N = columns, K = job.K,
            A = job.B + j0, ARow = 1, AStep = job.Ldb,
            B = job.A + i0, Ldb = (int)job.AStep,
            C = Workspace.Get(Workspace.Slot.Result, (long)rows * columns), Ldc = columns,
        };
        Block<S, V>(swapped, 0, rows, 0, columns);
        for (var i = 0; i < columns; i++)
        {
            var c = job.C + (nint)(i0 + i) * job.Ldc + j0;
            for (var j = 0; j < rows; j++)
                c[j] = job.Accumulate ? c[j] + swapped.C[(nint)j * columns + i] : swapped.C[(nint)j * columns + i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<S, V>(in Job job, int i0, int i1, int j0, int j1) where S : struct, ISimd<V> where V : unmanaged
    {
        var t = new TileArguments { ARow = job.ARow * sizeof(float), AStep = job.AStep * sizeof(float), CRow = job.Ldc };
        var k0 = 0;
        do
        {
            var depth = Math.Min(PanelDepth, job.K - k0);
            t.K = depth;
            t.Accumulate = job.Accumulate || k0 > 0;
            t.Relu = job.Activation == Activation.Relu && k0 + depth == job.K;
            for (var j = j0; j < j1;)
            {
                var width = PanelWidth<S, V>(j1 - j);
                t.Columns = Math.Min(width, j1 - j);
                t.Bias = job.Bias == null || k0 > 0 ? null : job.Bias + j;
                if (job.TransposeB || t.Columns < width || (job.Ldb >= FarRows && i1 - i0 >= ManyRows))
                {
                    t.B = Workspace.Get(Workspace.Slot.Panel, (long)Math.Max(depth, 1) * width);
                    t.BStep = width * sizeof(float);
                    if (job.TransposeB)
                        Pack.Transposed<S, V>(job.B + (nint)j * job.Ldb + k0, job.Ldb, t.Columns, depth, t.B, width);
                    else
                        Pack.Rows<S, V>(job.B + (nint)k0 * job.Ldb + j, job.Ldb, t.Columns, depth, t.B, width);
                }
                else
                {
                    t.B = job.B + (nint)k0 * job.Ldb + j;
                    t.BStep = (nint)job.Ldb * sizeof(float);
                }

                if (width == S.Width)
                    Rows<S, V, Columns1<S, V>>(job, ref t, i0, i1, j, k0);
                else if (width == 2 * S.Width)
                    Rows<S, V, Columns2<S, V>>(job, ref t, i0, i1, j, k0);
                else
                    Rows<S, V, Columns3<S, V>>(job, ref t, i0, i1, j, k0);
                j += width;
            }
            k0 += PanelDepth;
        }
        while (k0 < job.K);
    }

    /// <summary>Elements side by side in the next panel when <paramref name="columns"/> are left: a lone vector only when nothing else is.</summary>
    internal static int PanelWidth<S, V>(int columns) where S : struct, ISimd<V> where V : unmanaged
    {
        var vectors = (columns + S.Width - 1) / S.Width;
        if (vectors == 1)
            return S.Width;
        return S.TileRows == 8 && vectors is not (2 or 4) ? 3 * S.Width : 2 * S.Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<S, V, TColumns>(in Job job, ref TileArguments t, int i0, int i1, int j, int k0)
        where S : struct, ISimd<V>
        where V : unmanaged
        where TColumns : unmanaged, IColumns<TColumns, V>
    {
        for (var i = i0; i < i1;)
        {
            t.A = job.A + i * job.ARow + k0 * job.AStep;
            t.C = job.C + (nint)i * job.Ldc + j;
            i += Tile<S, V, TColumns, EvenWalk, EvenWalk>.Rows(t, i1 - i);
        }
    }

    private struct Job
    {
        public int M, N, K, Ldb, Ldc, RowParts, ColumnParts;
        public nint ARow, AStep;
        public float* A, B, C, Bias;
        public bool TransposeB, Accumulate;
        public Activation Activation;
    }
}
