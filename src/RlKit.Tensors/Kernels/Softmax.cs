using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>Softmax and log-softmax over the rows of a matrix, and their gradients. Source and destination may be the same.</summary>
internal static unsafe class Softmax
{
    /// <summary>y[r, c] = exp(x[r, c]) / sum over c of exp(x[r, c]).</summary>
    public static void Rows(ReadOnlySpan<float> x, int columns, Span<float> y) => Forward(x, columns, y, logarithm: false);

    /// <summary>y[r, c] = x[r, c] - log of the sum over c of exp(x[r, c]).</summary>
    public static void LogRows(ReadOnlySpan<float> x, int columns, Span<float> y) => Forward(x, columns, y, logarithm: true);

    /// <summary>dx = y (dy - sum over the row of dy y) from softmax's result y.</summary>
    public static void RowsGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int columns, Span<float> dx, bool accumulate) =>
        Backward(y, dy, columns, dx, logarithm: false, accumulate);

    /// <summary>dx = dy - exp(y) times the sum over the row of dy, from log-softmax's result y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogRowsGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int columns, Span<float> dx, bool accumulate) =>
        Backward(y, dy, columns, dx, logarithm: true, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(ReadOnlySpan<float> x, int columns, Span<float> y, bool logarithm)
    {
        Check(x.Length, columns, y.Length);
        fixed (float* px = x, py = y)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Forward<Simd512, Vector512<float>>(px, x.Length, columns, py, logarithm);
            else if (Vector256.IsHardwareAccelerated)
                Forward<Simd256, Vector256<float>>(px, x.Length, columns, py, logarithm);
            else if (Vector128.IsHardwareAccelerated)
                Forward<Simd128, Vector128<float>>(px, x.Length, columns, py, logarithm);
            else
                Forward<SimdScalar, float>(px, x.Length, columns, py, logarithm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<S, V>(float* x, nint length, int columns, float* y, bool logarithm) where S : struct, ISimd<V> where V : unmanaged
    {
        var end = x + length;
        var least = S.Broadcast(float.NegativeInfinity);
        if (columns <= S.Width)
        {
            for (; x < end; x += columns, y += columns)
            {
                // The rest of the vector holds minus infinity, whose exponential adds nothing.
                var shifted = S.LoadFirst(x, columns, least);
                shifted = S.Subtract(shifted, S.Broadcast(S.MaxElement(shifted)));
                var power = Functions.ExpNormal<S, V>(shifted);
                var sum = S.Broadcast(S.Sum(power));
                S.StoreFirst(y, logarithm ? S.Subtract(shifted, Functions.Log<S, V>(sum)) : S.Divide(power, sum), columns);
            }
            return;
        }

        for (; x < end; x += columns, y += columns)
        {
            var largest = least;
            for (var c = 0; c < columns; c += S.Width)
                largest = S.MaxNative(largest, S.LoadFirst(x + c, columns - c, least));
            largest = S.Broadcast(S.MaxElement(largest));

            var total = S.Broadcast(0);
            for (var c = 0; c < columns; c += S.Width)
            {
                var power = Functions.ExpNormal<S, V>(S.Subtract(S.LoadFirst(x + c, columns - c, least), largest));
                total = S.Add(total, power);
                if (!logarithm)
                    S.StoreFirst(y + c, power, columns - c);
            }
            total = S.Broadcast(S.Sum(total));

            if (logarithm)
            {
                total = Functions.Log<S, V>(total);
                for (var c = 0; c < columns; c += S.Width)
                    S.StoreFirst(y + c, S.Subtract(S.Subtract(S.LoadFirst(x + c, columns - c), largest), total), columns - c);
            }
            else
            {
                total = S.Divide(S.Broadcast(1), total);
                for (var c = 0; c < columns; c += S.Width)
                    S.StoreFirst(y + c, S.Multiply(S.LoadFirst(y + c, columns - c), total), columns - c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int columns, Span<float> dx, bool logarithm, bool accumulate)
    {
        Check(y.Length, columns, dx.Length);
        Check(dy.Length, columns, dx.Length);
        fixed (float* py = y, pdy = dy, pdx = dx)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Backward<Simd512, Vector512<float>>(py, pdy, y.Length, columns, pdx, logarithm, accumulate);
            else if (Vector256.IsHardwareAccelerated)
                Backward<Simd256, Vector256<float>>(py, pdy, y.Length, columns, pdx, logarithm, accumulate);
            else if (Vector128.IsHardwareAccelerated)
                Backward<Simd128, Vector128<float>>(py, pdy, y.Length, columns, pdx, logarithm, accumulate);
            else
                Backward<SimdScalar, float>(py, pdy, y.Length, columns, pdx, logarithm, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<S, V>(float* y, float* dy, nint length, int columns, float* dx, bool logarithm, bool accumulate)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (nint start = 0; start < length; start += columns, y += columns, dy += columns, dx += columns)
        {
            var total = S.Broadcast(0);
            for (var c = 0; c < columns; c += S.Width)
            {
                var gradient = S.LoadFirst(dy + c, columns - c);
                total = logarithm ? S.Add(total, gradient) : S.MultiplyAdd(gradient, S.LoadFirst(y + c, columns - c), total);
            }
            total = S.Broadcast(S.Sum(total));

            for (var c = 0; c < columns; c += S.Width)
            {
                var result = S.LoadFirst(y + c, columns - c);
                var gradient = S.LoadFirst(dy + c, columns - c);
                var value = logarithm
                    ? S.Subtract(gradient, S.Multiply(Functions.ExpNormal<S, V>(result), total))
                    : S.Multiply(result, S.Subtract(gradient, total));
                if (accumulate)
                    value = S.Add(S.LoadFirst(dx + c, columns - c), value);
                S.StoreFirst(dx + c, value, columns - c);
            }
        }
    }

    private static void Check(int length, int columns, int other)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (length != other || (columns == 0 ? length != 0 : length % columns != 0))
            throw new ArgumentException($"Rows of {columns} do not fit {length} and {other} elements.", nameof(columns));
    }
}
