using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// The register tiles of the matrix product: some rows of A times one panel of B, accumulated in registers over the inner
/// dimension. Every element is the same chain of multiply-adds in every tile, so that the result does not depend on the tiling.
/// </summary>
/// <remarks>Rows are addressed from every third pointer with one or two row steps: that keeps eight rows in five registers.</remarks>
internal static unsafe class Tile<S, V, TColumns, TLeft, TRight>
    where S : struct, ISimd<V>
    where V : unmanaged
    where TColumns : unmanaged, IColumns<TColumns, V>
    where TLeft : struct, IWalk
    where TRight : struct, IWalk
{
    /// <summary>Computes the largest tile of at most <paramref name="left"/> rows and returns how many rows it has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows(in TileArguments t, int left)
    {
        var rows = Height(left);
        switch (rows)
        {
            case 8:
                Rows8(t);
                break;
            case 6:
                Rows6(t);
                break;
            case 4:
                Rows4(t);
                break;
            case 2:
                Rows2(t);
                break;
            default:
                Rows1(t);
                break;
        }
        return rows;
    }

    /// <summary>The rows of the largest tile of at most <paramref name="left"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Height(int left) => left >= S.TileRows ? S.TileRows : left >= 4 ? 4 : left >= 2 ? 2 : 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start, r2 = start, r3 = start, r4 = start, r5 = start, r6 = start, r7 = start;

        var row1 = t.ARow;
        var row2 = 2 * t.ARow;
        var row3 = 3 * t.ARow;
        var aStep = t.AStep;
        var aOffsets = t.AOffsets;
        var aOrigin = (byte*)t.A;
        var a0 = TLeft.First(aOrigin, aOffsets);
        var bStep = t.BStep;
        var bOffsets = t.BOffsets;
        var bOrigin = (byte*)t.B;
        var b = TRight.First(bOrigin, bOffsets);
        for (var k = t.K; k > 0; k--)
        {
            var a3 = a0 + row3;
            var a6 = a3 + row3;
            var y = TColumns.Load((float*)b);
            TRight.Next(ref b, bOrigin, bStep, ref bOffsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            r2 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row2)), y, r2);
            r3 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a3), y, r3);
            r4 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row1)), y, r4);
            r5 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row2)), y, r5);
            r6 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a6), y, r6);
            r7 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a6 + row1)), y, r7);
            TLeft.Next(ref a0, aOrigin, aStep, ref aOffsets);
        }

        var last = new Last(t);
        last.Finish(0, r0);
        last.Finish(1, r1);
        last.Finish(2, r2);
        last.Finish(3, r3);
        last.Finish(4, r4);
        last.Finish(5, r5);
        last.Finish(6, r6);
        last.Finish(7, r7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start, r2 = start, r3 = start, r4 = start, r5 = start;

        var row1 = t.ARow;
        var row2 = 2 * t.ARow;
        var row3 = 3 * t.ARow;
        var aStep = t.AStep;
        var aOffsets = t.AOffsets;
        var aOrigin = (byte*)t.A;
        var a0 = TLeft.First(aOrigin, aOffsets);
        var bStep = t.BStep;
        var bOffsets = t.BOffsets;
        var bOrigin = (byte*)t.B;
        var b = TRight.First(bOrigin, bOffsets);
        for (var k = t.K; k > 0; k--)
        {
            var a3 = a0 + row3;
            var y = TColumns.Load((float*)b);
            TRight.Next(ref b, bOrigin, bStep, ref bOffsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            r2 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row2)), y, r2);
            r3 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a3), y, r3);
            r4 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row1)), y, r4);
            r5 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a3 + row2)), y, r5);
            TLeft.Next(ref a0, aOrigin, aStep, ref aOffsets);
        }

        var last = new Last(t);
        last.Finish(0, r0);
        last.Finish(1, r1);
        last.Finish(2, r2);
        last.Finish(3, r3);
        last.Finish(4, r4);
        last.Finish(5, r5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start, r2 = start, r3 = start;

        var row1 = t.ARow;
        var row2 = 2 * t.ARow;
        var row3 = 3 * t.ARow;
        var aStep = t.AStep;
        var aOffsets = t.AOffsets;
        var aOrigin = (byte*)t.A;
        var a0 = TLeft.First(aOrigin, aOffsets);
        var bStep = t.BStep;
        var bOffsets = t.BOffsets;
        var bOrigin = (byte*)t.B;
        var b = TRight.First(bOrigin, bOffsets);
        for (var k = t.K; k > 0; k--)
        {
            var a3 = a0 + row3;
            var y = TColumns.Load((float*)b);
            TRight.Next(ref b, bOrigin, bStep, ref bOffsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            r2 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row2)), y, r2);
            r3 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a3), y, r3);
            TLeft.Next(ref a0, aOrigin, aStep, ref aOffsets);
        }

        var last = new Last(t);
        last.Finish(0, r0);
        last.Finish(1, r1);
        last.Finish(2, r2);
        last.Finish(3, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start, r1 = start;

        var row1 = t.ARow;
        var aStep = t.AStep;
        var aOffsets = t.AOffsets;
        var aOrigin = (byte*)t.A;
        var a0 = TLeft.First(aOrigin, aOffsets);
        var bStep = t.BStep;
        var bOffsets = t.BOffsets;
        var bOrigin = (byte*)t.B;
        var b = TRight.First(bOrigin, bOffsets);
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load((float*)b);
            TRight.Next(ref b, bOrigin, bStep, ref bOffsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            r1 = TColumns.MultiplyAdd(S.Broadcast(*(float*)(a0 + row1)), y, r1);
            TLeft.Next(ref a0, aOrigin, aStep, ref aOffsets);
        }

        var last = new Last(t);
        last.Finish(0, r0);
        last.Finish(1, r1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(in TileArguments t)
    {
        var start = Start(t);
        TColumns r0 = start;

        var aStep = t.AStep;
        var aOffsets = t.AOffsets;
        var aOrigin = (byte*)t.A;
        var a0 = TLeft.First(aOrigin, aOffsets);
        var bStep = t.BStep;
        var bOffsets = t.BOffsets;
        var bOrigin = (byte*)t.B;
        var b = TRight.First(bOrigin, bOffsets);
        for (var k = t.K; k > 0; k--)
        {
            var y = TColumns.Load((float*)b);
            TRight.Next(ref b, bOrigin, bStep, ref bOffsets);
            r0 = TColumns.MultiplyAdd(S.Broadcast(*(float*)a0), y, r0);
            TLeft.Next(ref a0, aOrigin, aStep, ref aOffsets);
        }

        var last = new Last(t);
        last.Finish(0, r0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TColumns Start(in TileArguments t)
    {
        if (t.Bias == null)
            return TColumns.Zero();
        return t.Columns == TColumns.Count * S.Width ? TColumns.Load(t.Bias) : TColumns.LoadFirst(t.Bias, t.Columns);
    }

    /// <summary>What is done with the sums of a row: copied from the arguments once, because stores hide them from the JIT.</summary>
    private readonly ref struct Last
    {
        private readonly float* _c;
        private readonly nint _row;
        private readonly int _columns;
        private readonly bool _accumulate;
        private readonly bool _relu;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Last(in TileArguments t)
        {
            _c = t.C;
            _row = t.CRow;
            _columns = t.Columns;
            _accumulate = t.Accumulate;
            _relu = t.Relu;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Finish(int row, TColumns value)
        {
            var c = _c + row * _row;
            var whole = _columns == TColumns.Count * S.Width;
            if (_accumulate)
                value = TColumns.Add(whole ? TColumns.Load(c) : TColumns.LoadFirst(c, _columns), value);
            if (_relu)
                value = TColumns.MaxZero(value);
            if (whole)
                TColumns.Store(c, value);
            else
                TColumns.StoreFirst(c, value, _columns);
        }
    }
}
