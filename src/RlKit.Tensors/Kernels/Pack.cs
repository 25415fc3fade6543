using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RlKit.Tensors.Kernels;

/// <summary>Copies pieces of a matrix into panels: rows of a fixed width, filled up with zeros.</summary>
internal static unsafe class Pack
{
    /// <summary>Copies <paramref name="rows"/> rows of <paramref name="columns"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<S, V>(float* source, nint stride, int columns, int rows, float* panel, int width)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (var r = 0; r < rows; r++)
        {
            var c = 0;
            for (; c <= columns - S.Width; c += S.Width)
                S.Store(panel + c, S.Load(source + c));
            for (; c < width; c += S.Width)
                S.Store(panel + c, S.LoadFirst(source + c, columns - c));
            source += stride;
            panel += width;
        }
    }

    /// <summary>Copies the transpose of <paramref name="columns"/> rows of <paramref name="rows"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed<S, V>(float* source, nint stride, int columns, int rows, float* panel, int width)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        var whole = rows & ~3;
        var c = 0;
        for (; c <= columns - S.Width; c += S.Width)
        {
            for (var r = 0; r < whole; r += 4)
                S.TransposeFour(source + c * stride + r, stride, panel + (nint)r * width + c, width);
        }
        if (Vector128.IsHardwareAccelerated)
        {
            for (; c <= columns - Vector128<float>.Count; c += Vector128<float>.Count)
            {
                for (var r = 0; r < whole; r += 4)
                    Simd128.TransposeFour(source + c * stride + r, stride, panel + (nint)r * width + c, width);
            }
        }
        for (var r = 0; r < rows; r++)
        {
            var row = panel + (nint)r * width;
            for (var j = r < whole ? c : 0; j < columns; j++)
                row[j] = source[j * stride + r];
            for (var j = columns; j < width; j++)
                row[j] = 0;
        }
    }
}
