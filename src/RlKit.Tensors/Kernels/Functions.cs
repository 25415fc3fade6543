using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>The elementary functions that kernels are built from, for any width of SIMD; within 2 units in the last place.</summary>
internal static class Functions
{
    /// <summary>e to the x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        x = S.MaxNative(S.Broadcast(-105f), S.MinNative(S.Broadcast(89f), x));
        var r = Reduce<S, V>(x, out var n);
        return S.Scale(S.Add(ExpM1Reduced<S, V>(r), S.Broadcast(1)), n);
    }

    /// <summary>e to the x for x up to 0; what is below the smallest normal number becomes 0, because denormal arithmetic is slow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpNormal<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var limit = S.Broadcast(-87.3f);
        var r = Reduce<S, V>(S.MaxNative(limit, x), out var n);
        var result = S.Scale(S.Add(ExpM1Reduced<S, V>(r), S.Broadcast(1)), n);
        return S.Select(S.LessThan(x, limit), S.Broadcast(0), result);
    }

    /// <summary>e to the x, less 1, for x up to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpM1Negative<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        x = S.MaxNative(S.Broadcast(-30f), x);
        var r = Reduce<S, V>(x, out var n);
        var power = S.Scale(S.Broadcast(1), n);
        return S.MultiplyAdd(power, ExpM1Reduced<S, V>(r), S.Subtract(power, S.Broadcast(1)));
    }

    /// <summary>The natural logarithm; of 0 minus infinity, of a negative number NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var zero = S.Broadcast(0);
        var tiny = S.LessThan(x, S.Broadcast(1.17549435e-38f));
        var m = S.Mantissa(S.Select(tiny, S.Multiply(x, S.Broadcast(8388608f)), x), out var e);
        e = S.Select(tiny, S.Subtract(e, S.Broadcast(23)), e);
        var result = S.MultiplyAdd(e, S.Broadcast(0.693359375f), LogMantissa<S, V>(S.Subtract(m, S.Broadcast(1)), S.Multiply(e, S.Broadcast(-2.12194440e-4f))));

        result = S.Select(S.LessThan(x, zero), S.Broadcast(float.NaN), result);
        result = S.Select(S.GreaterThan(S.Abs(x), zero), result, S.Add(x, S.Broadcast(float.NegativeInfinity)));
        return S.Select(S.LessThan(x, S.Broadcast(float.PositiveInfinity)), result, x);
    }

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1PUnit<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        // What rounding 1 + x lost goes back in, divided by the sum.
        var sum = S.Add(x, S.Broadcast(1));
        var lost = S.Divide(S.Subtract(x, S.Subtract(sum, S.Broadcast(1))), sum);
        var large = S.GreaterThan(sum, S.Broadcast(1.41421354f));
        var m = S.Select(large, S.Multiply(sum, S.Broadcast(0.5f)), sum);
        var e = S.Select(large, S.Broadcast(1), S.Broadcast(0));
        return S.MultiplyAdd(e, S.Broadcast(0.693147182f), LogMantissa<S, V>(S.Subtract(m, S.Broadcast(1)), lost));
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        // With q = exp(-2 |x|) and e = q - 1: tanh |x| = -e / (1 + q) where |x| is small, 1 - 2 q / (1 + q) where it is large.
        var t = S.MaxNative(S.Broadcast(-30f), S.Multiply(S.Abs(x), S.Broadcast(-2f)));
        var p = ExpM1Reduced<S, V>(Reduce<S, V>(t, out var n));
        var power = S.Scale(S.Broadcast(1), n);
        var e = S.MultiplyAdd(power, p, S.Subtract(power, S.Broadcast(1)));
        var q = S.MultiplyAdd(power, p, power);
        var large = S.LessThan(t, S.Broadcast(-1));
        var numerator = S.Select(large, S.Add(q, q), e);
        var quotient = S.Divide(numerator, S.Add(q, S.Broadcast(1)));
        return S.CopySign(S.Subtract(S.Select(large, S.Broadcast(1), S.Broadcast(0)), quotient), x);
    }

    /// <summary>The error function; minimax polynomials of erf(x) / x - 1 in x², and of the logarithm of 1 - erf(x) where that is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var square = S.Multiply(x, x);
        var near = S.MultiplyAdd(S.Broadcast(8.31685829e-05f), square, S.Broadcast(-0.000813003629f));
        near = S.MultiplyAdd(near, square, S.Broadcast(0.00519990921f));
        near = S.MultiplyAdd(near, square, S.Broadcast(-0.0268589426f));
        near = S.MultiplyAdd(near, square, S.Broadcast(0.112836875f));
        near = S.MultiplyAdd(near, square, S.Broadcast(-0.376126319f));
        near = S.MultiplyAdd(near, square, S.Broadcast(0.128379166f));
        near = S.MultiplyAdd(near, x, x);

        // Beyond 4 it is 1 to the last bit.
        var t = S.MinNative(S.Broadcast(4), S.Abs(x));
        var far = S.MultiplyAdd(S.Broadcast(0.000194778942f), t, S.Broadcast(-0.0030318317f));
        far = S.MultiplyAdd(far, t, S.Broadcast(0.0221814308f));
        far = S.MultiplyAdd(far, t, S.Broadcast(-0.103836998f));
        far = S.MultiplyAdd(far, t, S.Broadcast(-0.637290299f));
        far = S.MultiplyAdd(far, t, S.Broadcast(-1.12761128f));
        far = S.MultiplyAdd(far, t, S.Broadcast(-0.000211300023f));
        var result = S.CopySign(S.Subtract(S.Broadcast(1), ExpNormal<S, V>(far)), x);
        return S.Select(S.LessThan(t, S.Broadcast(0.93f)), near, result);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Divide(S.Broadcast(1), S.Add(S.Broadcast(1), Exp<S, V>(S.Subtract(S.Broadcast(0), x))));

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Add(S.MaxNative(S.Broadcast(0), x), Log1PUnit<S, V>(Exp<S, V>(S.Subtract(S.Broadcast(0), S.Abs(x)))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce<S, V>(V x, out V n) where S : struct, ISimd<V> where V : unmanaged
    {
        // x = n log 2 + r, with log 2 in two parts so that r keeps its digits.
        n = S.Round(S.Multiply(x, S.Broadcast(1.44269504f)));
        var r = S.MultiplyAdd(n, S.Broadcast(-0.693359375f), x);
        return S.MultiplyAdd(n, S.Broadcast(2.12194440e-4f), r);
    }

    /// <summary>exp(r) - 1 for |r| up to log(2) / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpM1Reduced<S, V>(V r) where S : struct, ISimd<V> where V : unmanaged
    {
        var p = S.MultiplyAdd(S.Broadcast(1f / 5040), r, S.Broadcast(1f / 720));
        p = S.MultiplyAdd(p, r, S.Broadcast(1f / 120));
        p = S.MultiplyAdd(p, r, S.Broadcast(1f / 24));
        p = S.MultiplyAdd(p, r, S.Broadcast(1f / 6));
        p = S.MultiplyAdd(p, r, S.Broadcast(0.5f));
        return S.MultiplyAdd(S.Multiply(r, r), p, r);
    }

    /// <summary>log(1 + f) + extra for 1 + f in [sqrt(1/2), sqrt(2)); the polynomial is Cephes's logf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogMantissa<S, V>(V f, V extra) where S : struct, ISimd<V> where V : unmanaged
    {
        var p = S.MultiplyAdd(S.Broadcast(7.0376836292e-2f), f, S.Broadcast(-1.1514610310e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(1.1676998740e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(-1.2420140846e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(1.4249322787e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(-1.6668057665e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(2.0000714765e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(-2.4999993993e-1f));
        p = S.MultiplyAdd(p, f, S.Broadcast(3.3333331174e-1f));
        var square = S.Multiply(f, f);
        var tail = S.MultiplyAdd(S.Multiply(square, f), p, extra);
        return S.Add(f, S.MultiplyAdd(square, S.Broadcast(-0.5f), tail));
    }
}
