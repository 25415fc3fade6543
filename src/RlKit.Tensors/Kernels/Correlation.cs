using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>The product of packed weights and an image's planes, whose rows a table of offsets finds: a convolution without copying its patches.</summary>
internal static unsafe class Correlation<S, V> where S : struct, ISimd<V> where V : unmanaged
{
    // The pixels that this many taps read, and the weights of a few tiles, stay in the first-level cache.
    private const int Depth = 192;

    /// <summary>Columns that <see cref="Run"/> writes for <paramref name="columns"/> wanted.</summary>
    public static int Round(int columns) => (columns + S.Width - 1) / S.Width * S.Width;

    /// <summary>Brings a matrix of <paramref name="rows"/> x <paramref name="k"/> into the order that <see cref="Run"/> reads: by blocks of taps, tile by tile, tap by tap.</summary>
    public static void Pack(float* weights, nint stride, int rows, int k, float* left)
    {
        for (var k0 = 0; k0 < k; k0 += Depth)
        {
            var depth = Math.Min(Depth, k - k0);
            for (var row = 0; row < rows;)
            {
                var height = Tile<S, V, Columns1<S, V>, EvenWalk, TableWalk>.Height(rows - row);
                Kernels.Pack.Transposed<S, V>(weights + row * stride + k0, stride, height, depth, left, height);
                left += (nint)height * depth;
                row += height;
            }
        }
    }

    /// <summary>result[row, column] = sum over k of left[row, k] image[offsets[k] + column], for whole vectors of columns; offsets in bytes.</summary>
    public static void Run(float* left, int rows, int k, float* image, nint* offsets, int columns, float* result)
    {
        var t = new TileArguments { CRow = columns };
        for (var k0 = 0; k0 < k; k0 += Depth)
        {
            t.K = Math.Min(Depth, k - k0);
            t.BOffsets = offsets + k0;
            t.Accumulate = k0 > 0;
            for (var j = 0; j < columns;)
            {
                var width = MatrixProduct.PanelWidth<S, V>(columns - j);
                t.Columns = width;
                t.B = image + j;
                if (width == S.Width)
                    Panel<Columns1<S, V>>(ref t, left, rows, result + j);
                else if (width == 2 * S.Width)
                    Panel<Columns2<S, V>>(ref t, left, rows, result + j);
                else
                    Panel<Columns3<S, V>>(ref t, left, rows, result + j);
                j += width;
            }
            left += t.K * rows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
