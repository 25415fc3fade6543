using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// Drives an operator over spans with the widest SIMD there is. A destination may be one of its sources; otherwise they must not overlap.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>z = f(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TOperator>(TOperator f, ReadOnlySpan<float> x, Span<float> z) where TOperator : struct, IUnaryOperator
    {
        Check(x.Length, z.Length);
        fixed (float* px = x, pz = z)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Unary<Simd512, Vector512<float>, TOperator>(f, px, pz, z.Length);
            else if (Vector256.IsHardwareAccelerated)
                Unary<Simd256, Vector256<float>, TOperator>(f, px, pz, z.Length);
            else if (Vector128.IsHardwareAccelerated)
                Unary<Simd128, Vector128<float>, TOperator>(f, px, pz, z.Length);
            else
                Unary<SimdScalar, float, TOperator>(f, px, pz, z.Length);
        }
    }

    /// <summary>z = f(x, y), or z += f(x, y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TOperator>(TOperator f, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z, bool accumulate = false)
        where TOperator : struct, IBinaryOperator
    {
        Check(x.Length, z.Length);
        Check(y.Length, z.Length);
        fixed (float* px = x, py = y, pz = z)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Binary<Simd512, Vector512<float>, TOperator>(f, px, py, pz, z.Length, accumulate);
            else if (Vector256.IsHardwareAccelerated)
                Binary<Simd256, Vector256<float>, TOperator>(f, px, py, pz, z.Length, accumulate);
            else if (Vector128.IsHardwareAccelerated)
                Binary<Simd128, Vector128<float>, TOperator>(f, px, py, pz, z.Length, accumulate);
            else
                Binary<SimdScalar, float, TOperator>(f, px, py, pz, z.Length, accumulate);
        }
    }

    /// <summary>z = scale x for bytes x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromBytes(ReadOnlySpan<byte> x, float scale, Span<float> z)
    {
        Check(x.Length, z.Length);
        fixed (byte* px = x)
        fixed (float* pz = z)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Bytes<Simd512, Vector512<float>>(px, scale, pz, z.Length);
            else if (Vector256.IsHardwareAccelerated)
                Bytes<Simd256, Vector256<float>>(px, scale, pz, z.Length);
            else if (Vector128.IsHardwareAccelerated)
                Bytes<Simd128, Vector128<float>>(px, scale, pz, z.Length);
            else
                Bytes<SimdScalar, float>(px, scale, pz, z.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unary<S, V, TOperator>(TOperator f, float* x, float* z, nint length)
        where S : struct, ISimd<V>
        where V : unmanaged
        where TOperator : struct, IUnaryOperator
    {
        nint i = 0;
        for (; i <= length - 2 * S.Width; i += 2 * S.Width)
        {
            var first = f.Invoke<S, V>(S.Load(x + i));
            var second = f.Invoke<S, V>(S.Load(x + i + S.Width));
            S.Store(z + i, first);
            S.Store(z + i + S.Width, second);
        }
        for (; i < length; i += S.Width)
        {
            var left = (int)Math.Min(length - i, S.Width);
            S.StoreFirst(z + i, f.Invoke<S, V>(S.LoadFirst(x + i, left)), left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Binary<S, V, TOperator>(TOperator f, float* x, float* y, float* z, nint length, bool accumulate)
        where S : struct, ISimd<V>
        where V : unmanaged
        where TOperator : struct, IBinaryOperator
    {
        nint i = 0;
        if (accumulate)
        {
            for (; i <= length - S.Width; i += S.Width)
                S.Store(z + i, S.Add(S.Load(z + i), f.Invoke<S, V>(S.Load(x + i), S.Load(y + i))));
        }
        else
        {
            for (; i <= length - S.Width; i += S.Width)
                S.Store(z + i, f.Invoke<S, V>(S.Load(x + i), S.Load(y + i)));
        }
        if (i < length)
        {
            var left = (int)(length - i);
            var value = f.Invoke<S, V>(S.LoadFirst(x + i, left), S.LoadFirst(y + i, left));
            if (accumulate)
                value = S.Add(S.LoadFirst(z + i, left), value);
            S.StoreFirst(z + i, value, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bytes<S, V>(byte* x, float scale, float* z, nint length) where S : struct, ISimd<V> where V : unmanaged
    {
        var factor = S.Broadcast(scale);
        nint i = 0;
        for (; i <= length - S.Width; i += S.Width)
            S.Store(z + i, S.Multiply(S.LoadBytes(x + i), factor));
        for (; i < length; i++)
            z[i] = x[i] * scale;
    }

    private static void Check(int source, int destination)
    {
        if (source != destination)
            throw new ArgumentException($"The source has {source} elements, the destination {destination}; they must be equally long.");
    }
}
