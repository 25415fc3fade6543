namespace RlKit.Tensors.Kernels;

/// <summary>The product of packed weights and an image's planes, whose rows a table of offsets finds: a convolution without copying its patches.</summary>
internal static unsafe class Correlation<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    /// <summary>Columns that <see cref="Run"/> writes for <paramref name="columns"/> wanted.</summary>
    public static int Round(int columns) => (columns + S.Width - 1) / S.Width * S.Width;

    /// <summary>result[row, column] = sum over k of left[row, k] start[offsets[k] + column], for whole vectors of columns.</summary>
    public static void Run(float* left, int rows, int k, float* start, nint* offsets, int columns, float* result)
    {
        var t = new TileArguments { K = k, BOffsets = offsets, CRow = columns };
        for (var j = 0; j < columns;)
        {
            var width = MatrixProduct.PanelWidth<S, V>(columns - j);
            t.Columns = width;
            t.B = start + j;
            if (width == S.Width)
                Panel<Columns1<S, V>>(ref t, left, rows, result + j);
            else if (width == 2 * S.Width)
                Panel<Columns2<S, V>>(ref t, left, rows, result + j);
            else
                Panel<Columns3<S, V>>(ref t, left, rows, result + j);
            j += width;
        }
    }

    /// <summary>
    /// Turns absolute offsets in elements into a table for <see cref="TableWalk"/> and returns the first of them, which the start moves by.
    /// </summary>
    public static nint Close(nint* offsets, int count)
    {
        var first = offsets[0];
        for (var k = 0; k < count; k++)
            offsets[k] = (offsets[k] - first) * sizeof(float);
        offsets[count] = 0;
        return first;
    }

    private static void Panel<TColumns>(ref TileArguments t, float* left, int rows, float* result) where TColumns : unmanaged, IColumns<TColumns, V>
    {
        for (var i = 0; i < rows;)
        {
            var height = Tile<S, V, TColumns, EvenWalk, TableWalk>.Height(rows - i);
            t.A = left + i * t.K;
            t.ARow = sizeof(float);
            t.AStep = height * sizeof(float);
            t.C = result + i * t.CRow;
            i += Tile<S, V, TColumns, EvenWalk, TableWalk>.Rows(t, rows - i);
        }
    }
}
