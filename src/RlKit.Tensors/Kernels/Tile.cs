using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// The register tiles of the matrix product: some rows of A times one panel of B, accumulated in registers over the inner
/// dimension. Every element is the same chain of multiply-adds in every tile, so that the result does not depend on the tiling.
/// </summary>
/// <remarks>Rows are addressed from every third pointer with one or two row steps: that keeps eight rows in five registers.</remarks>
internal static unsafe class Tile<S, V, TColumns, TPanel>
    where S : struct, ISimd<V>
    where V : unmanaged
    where TColumns : unmanaged, IColumns<TColumns, V>
    where TPanel : struct, IPanel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start, r2 = start, r3 = start, r4 = start, r5 = start, r6 = start, r7 = start;

        var row1 = t.ARow;
        var row2 = 2 * t.ARow;
        var step = t.AStep;
        var a0 = (byte*)t.A;
        var a3 = a0 + 3 * row1;
        var a6 = a0 + 6 * row1;
        var b = t.B;
        var origin = b;
        var bStep = t.BStep;
        var offsets = t.BOffsets;
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load(b);
            TPanel.Next(ref b, origin, bStep, ref offsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            r2 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row2)), y, r2);
            r3 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a3), y, r3);
            r4 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row1)), y, r4);
            r5 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row2)), y, r5);
            r6 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a6), y, r6);
            r7 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a6 + row1)), y, r7);
            a0 += step;
            a3 += step;
            a6 += step;
        }

        Finish(t, 0, r0);
        Finish(t, 1, r1);
        Finish(t, 2, r2);
        Finish(t, 3, r3);
        Finish(t, 4, r4);
        Finish(t, 5, r5);
        Finish(t, 6, r6);
        Finish(t, 7, r7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start, r2 = start, r3 = start, r4 = start, r5 = start;

        var row1 = t.ARow;
        var row2 = 2 * t.ARow;
        var step = t.AStep;
        var a0 = (byte*)t.A;
        var a3 = a0 + 3 * row1;
        var b = t.B;
        var origin = b;
        var bStep = t.BStep;
        var offsets = t.BOffsets;
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load(b);
            TPanel.Next(ref b, origin, bStep, ref offsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            r2 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row2)), y, r2);
            r3 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a3), y, r3);
            r4 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row1)), y, r4);
            r5 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row2)), y, r5);
            a0 += step;
            a3 += step;
        }

        Finish(t, 0, r0);
        Finish(t, 1, r1);
        Finish(t, 2, r2);
        Finish(t, 3, r3);
        Finish(t, 4, r4);
        Finish(t, 5, r5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start, r2 = start, r3 = start;

        var row1 = t.ARow;
        var row2 = 2 * t.ARow;
        var step = t.AStep;
        var a0 = (byte*)t.A;
        var a3 = a0 + 3 * row1;
        var b = t.B;
        var origin = b;
        var bStep = t.BStep;
        var offsets = t.BOffsets;
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load(b);
            TPanel.Next(ref b, origin, bStep, ref offsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            r2 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row2)), y, r2);
            r3 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a3), y, r3);
            a0 += step;
            a3 += step;
        }

        Finish(t, 0, r0);
        Finish(t, 1, r1);
        Finish(t, 2, r2);
        Finish(t, 3, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start;

        var row1 = t.ARow;
        var step = t.AStep;
        var a0 = (byte*)t.A;
        var b = t.B;
        var origin = b;
        var bStep = t.BStep;
        var offsets = t.BOffsets;
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load(b);
            TPanel.Next(ref b, origin, bStep, ref offsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            a0 += step;
        }

        Finish(t, 0, r0);
        Finish(t, 1, r1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start;

        var step = t.AStep;
        var a0 = (byte*)t.A;
        var b = t.B;
        var origin = b;
        var bStep = t.BStep;
        var offsets = t.BOffsets;
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load(b);
            TPanel.Next(ref b, origin, bStep, ref offsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            a0 += step;
        }

        Finish(t, 0, r0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TColumns Start(in TileArguments t)
    {
        if (t.Bias == null)
            return TColumns.Zero();
        return t.Columns == TColumns.Count * S.Width ? TColumns.Load(t.Bias) : TColumns.LoadFirst(t.Bias, t.Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(in TileArguments t, int row, TColumns value)
    {
        var c = t.C + row * t.CRow;
        if (t.Columns == TColumns.Count * S.Width)
        {
            if (t.Accumulate)
                value = TColumns.Add(TColumns.Load(c), value);
            if (t.Relu)
                value = TColumns.MaxZero(value);
            TColumns.Store(c, value);
        }
        else
        {
            if (t.Accumulate)
                value = TColumns.Add(TColumns.LoadFirst(c, t.Columns), value);
            if (t.Relu)
                value = TColumns.MaxZero(value);
            TColumns.StoreFirst(c, value, t.Columns);
        }
    }
}
