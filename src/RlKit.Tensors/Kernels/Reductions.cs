using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>Sums. The order of additions depends on the length and the width of SIMD only.</summary>
internal static unsafe class Reductions
{
    /// <summary>The sum of all elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(ReadOnlySpan<float> x)
    {
        fixed (float* px = x)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                return Sum<Simd512, Vector512<float>>(px, x.Length, false);
            if (Vector256.IsHardwareAccelerated)
                return Sum<Simd256, Vector256<float>>(px, x.Length, false);
            return Vector128.IsHardwareAccelerated ? Sum<Simd128, Vector128<float>>(px, x.Length, false) : Sum<SimdScalar, float>(px, x.Length, false);
        }
    }

    /// <summary>The sum of the squares of all elements.</summary>
    public static float SumOfSquares(ReadOnlySpan<float> x)
    {
        fixed (float* px = x)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                return Sum<Simd512, Vector512<float>>(px, x.Length, true);
            if (Vector256.IsHardwareAccelerated)
                return Sum<Simd256, Vector256<float>>(px, x.Length, true);
            return Vector128.IsHardwareAccelerated ? Sum<Simd128, Vector128<float>>(px, x.Length, true) : Sum<SimdScalar, float>(px, x.Length, true);
        }
    }

    /// <summary>sums[c] = sum over rows of x[r, c], or added to it: a bias's gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums(ReadOnlySpan<float> x, int rows, int columns, Span<float> sums, bool accumulate)
    {
        if (x.Length != (long)rows * columns || sums.Length != columns)
            throw new ArgumentException($"{rows} x {columns} does not fit {x.Length} elements and {sums.Length} sums.", nameof(x));
        fixed (float* px = x, ps = sums)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                ColumnSums<Simd512, Vector512<float>>(px, rows, columns, ps, accumulate);
            else if (Vector256.IsHardwareAccelerated)
                ColumnSums<Simd256, Vector256<float>>(px, rows, columns, ps, accumulate);
            else if (Vector128.IsHardwareAccelerated)
                ColumnSums<Simd128, Vector128<float>>(px, rows, columns, ps, accumulate);
            else
                ColumnSums<SimdScalar, float>(px, rows, columns, ps, accumulate);
        }
    }

    /// <summary>sums[r] = sum over columns of x[r, c], or added to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowSums(ReadOnlySpan<float> x, int rows, int columns, Span<float> sums, bool accumulate)
    {
        if (x.Length != (long)rows * columns || sums.Length != rows)
            throw new ArgumentException($"{rows} x {columns} does not fit {x.Length} elements and {sums.Length} sums.", nameof(x));
        for (var r = 0; r < rows; r++)
        {
            var sum = Sum(x.Slice(r * columns, columns));
            sums[r] = accumulate ? sums[r] + sum : sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum<S, V>(float* x, nint length, bool squares) where S : struct, ISimd<V> where V : unmanaged
    {
        // Four chains hide the latency of the additions.
        V s0 = S.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        nint i = 0;
        if (squares)
        {
            for (; i <= length - 4 * S.Width; i += 4 * S.Width)
            {
                var x0 = S.Load(x + i);
                var x1 = S.Load(x + i + S.Width);
                var x2 = S.Load(x + i + 2 * S.Width);
                var x3 = S.Load(x + i + 3 * S.Width);
                s0 = S.MultiplyAdd(x0, x0, s0);
                s1 = S.MultiplyAdd(x1, x1, s1);
                s2 = S.MultiplyAdd(x2, x2, s2);
                s3 = S.MultiplyAdd(x3, x3, s3);
            }
        }
        else
        {
            for (; i <= length - 4 * S.Width; i += 4 * S.Width)
            {
                s0 = S.Add(S.Load(x + i), s0);
                s1 = S.Add(S.Load(x + i + S.Width), s1);
                s2 = S.Add(S.Load(x + i + 2 * S.Width), s2);
                s3 = S.Add(S.Load(x + i + 3 * S.Width), s3);
            }
        }
        for (; i < length; i += S.Width)
        {
            var last = S.LoadFirst(x + i, (int)Math.Min(length - i, S.Width));
            s0 = squares ? S.MultiplyAdd(last, last, s0) : S.Add(last, s0);
        }
        return S.Sum(S.Add(S.Add(s0, s1), S.Add(s2, s3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ColumnSums<S, V>(float* x, int rows, int columns, float* sums, bool accumulate) where S : struct, ISimd<V> where V : unmanaged
    {
        for (var c = 0; c < columns; c += 4 * S.Width)
        {
            var left = columns - c;
            var s0 = accumulate ? S.LoadFirst(sums + c, left) : S.Broadcast(0);
            var s1 = accumulate ? S.LoadFirst(sums + c + S.Width, left - S.Width) : S.Broadcast(0);
            var s2 = accumulate ? S.LoadFirst(sums + c + 2 * S.Width, left - 2 * S.Width) : S.Broadcast(0);
            var s3 = accumulate ? S.LoadFirst(sums + c + 3 * S.Width, left - 3 * S.Width) : S.Broadcast(0);
            var row = x + c;
            for (var r = 0; r < rows; r++)
            {
                if (left >= 4 * S.Width)
                {
                    s0 = S.Add(s0, S.Load(row));
                    s1 = S.Add(s1, S.Load(row + S.Width));
                    s2 = S.Add(s2, S.Load(row + 2 * S.Width));
                    s3 = S.Add(s3, S.Load(row + 3 * S.Width));
                }
                else
                {
                    s0 = S.Add(s0, S.LoadFirst(row, left));
                    s1 = S.Add(s1, S.LoadFirst(row + S.Width, left - S.Width));
                    s2 = S.Add(s2, S.LoadFirst(row + 2 * S.Width, left - 2 * S.Width));
                    s3 = S.Add(s3, S.LoadFirst(row + 3 * S.Width, left - 3 * S.Width));
                }
                row += columns;
            }
            S.StoreFirst(sums + c, s0, left);
            S.StoreFirst(sums + c + S.Width, s1, left - S.Width);
            S.StoreFirst(sums + c + 2 * S.Width, s2, left - 2 * S.Width);
            S.StoreFirst(sums + c + 3 * S.Width, s3, left - 3 * S.Width);
        }
    }
}
