namespace RlKit.Tensors.Kernels;

/// <summary>Copies pieces of a matrix into panels: rows of a fixed width, filled up with zeros.</summary>
internal static unsafe class Pack
{
    /// <summary>Copies <paramref name="rows"/> rows of <paramref name="columns"/> elements.</summary>
    public static void Rows<S, V>(float* source, nint stride, int columns, int rows, float* panel, int width)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < width; c += S.Width)
                S.Store(panel + c, S.LoadFirst(source + c, columns - c));
            source += stride;
            panel += width;
        }
    }

    /// <summary>Copies the transpose of <paramref name="columns"/> rows of <paramref name="rows"/> elements.</summary>
    public static void Transposed<S, V>(float* source, nint stride, int columns, int rows, float* panel, int width)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (var c = 0; c < width; c++)
        {
            if (c < columns)
            {
                for (var r = 0; r < rows; r++)
                    panel[(nint)r * width + c] = source[c * stride + r];
            }
            else
            {
                for (var r = 0; r < rows; r++)
                    panel[(nint)r * width + c] = 0;
            }
        }
    }
}
