using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// The product of a matrix and a transposed one as dot products of rows: for one vector at a time, and wherever one side has too
/// few rows to fill a register tile. Nothing is packed.
/// </summary>
internal static unsafe class Dot<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    /// <summary>
    /// c[i * cx + j * cy] = sum over p of x[i * ldx + p] y[j * ldy + p], plus bias[i * biasX + j * biasY]; four x at a time,
    /// so that the side with more rows belongs there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float* x, nint ldx, int countX, float* y, nint ldy, int countY, nint k, float* c, nint cx, nint cy,
        float* bias, nint biasX, nint biasY, bool accumulate, bool relu)
    {
        for (var j = 0; j < countY; j += 2)
        {
            var two = j + 1 < countY;
            var y0 = y + j * ldy;
            var y1 = two ? y0 + ldy : y0;
            for (var i = 0; i < countX; i += 4)
            {
                // Rows beyond the last repeat it; their sums are not stored.
                var last = countX - 1 - i;
                var x0 = x + i * ldx;
                var x1 = x0 + Math.Min(1, last) * ldx;
                var x2 = x0 + Math.Min(2, last) * ldx;
                var x3 = x0 + Math.Min(3, last) * ldx;
                V s0 = S.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
                nint p = 0;
                if (two)
                {
                    for (; p <= k - S.Width; p += S.Width)
                    {
                        V u = S.Load(y0 + p), v = S.Load(y1 + p), w = S.Load(x0 + p);
                        s0 = S.MultiplyAdd(u, w, s0);
                        t0 = S.MultiplyAdd(v, w, t0);
                        w = S.Load(x1 + p);
                        s1 = S.MultiplyAdd(u, w, s1);
                        t1 = S.MultiplyAdd(v, w, t1);
                        w = S.Load(x2 + p);
                        s2 = S.MultiplyAdd(u, w, s2);
                        t2 = S.MultiplyAdd(v, w, t2);
                        w = S.Load(x3 + p);
                        s3 = S.MultiplyAdd(u, w, s3);
                        t3 = S.MultiplyAdd(v, w, t3);
                    }
                }
                else
                {
                    for (; p <= k - S.Width; p += S.Width)
                    {
                        var u = S.Load(y0 + p);
                        s0 = S.MultiplyAdd(u, S.Load(x0 + p), s0);
                        s1 = S.MultiplyAdd(u, S.Load(x1 + p), s1);
                        s2 = S.MultiplyAdd(u, S.Load(x2 + p), s2);
                        s3 = S.MultiplyAdd(u, S.Load(x3 + p), s3);
                    }
                }
                if (p < k)
                {
                    var left = (int)(k - p);
                    V u = S.LoadFirst(y0 + p, left), v = S.LoadFirst(y1 + p, left), w = S.LoadFirst(x0 + p, left);
                    s0 = S.MultiplyAdd(u, w, s0);
                    t0 = S.MultiplyAdd(v, w, t0);
                    w = S.LoadFirst(x1 + p, left);
                    s1 = S.MultiplyAdd(u, w, s1);
                    t1 = S.MultiplyAdd(v, w, t1);
                    w = S.LoadFirst(x2 + p, left);
                    s2 = S.MultiplyAdd(u, w, s2);
                    t2 = S.MultiplyAdd(v, w, t2);
                    w = S.LoadFirst(x3 + p, left);
                    s3 = S.MultiplyAdd(u, w, s3);
                    t3 = S.MultiplyAdd(v, w, t3);
                }

                var b = bias + (bias == null ? 0 : i * biasX + j * biasY);
                Finish(S.SumEach(s0, s1, s2, s3), c + i * cx + j * cy, cx, Math.Min(4, last + 1), b, biasX, accumulate, relu);
                if (two)
                    Finish(S.SumEach(t0, t1, t2, t3), c + i * cx + (j + 1) * cy, cx, Math.Min(4, last + 1), b + (bias == null ? 0 : biasY), biasX, accumulate, relu);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector128<float> sums, float* c, nint stride, int count, float* bias, nint biasStride, bool accumulate, bool relu)
    {
        if (stride == 1 && biasStride == 1 && count == 4)
        {
            if (bias != null)
                sums += Vector128.Load(bias);
            if (accumulate)
                sums += Vector128.Load(c);
            if (relu)
                sums = Vector128.MaxNative(Vector128<float>.Zero, sums);
            sums.Store(c);
            return;
        }
        for (var i = 0; i < count; i++)
        {
            var value = sums.ToScalar();
            if (bias != null)
                value += bias[i * biasStride];
            if (accumulate)
                value += c[i * stride];
            if (relu)
                value = SimdScalar.MaxNative(0, value);
            c[i * stride] = value;
            sums = Vector128.Create(sums[1], sums[2], sums[3], 0);
        }
    }
}
