using System.Runtime.Intrinsics;

namespace RlKit.Tensors.Kernels;

/// <summary>
/// One width of SIMD over float32, from 512 bits to a lone float: kernels are written once against it and the
/// JIT compiles one specialised copy for each width. Masks are values of <typeparamref name="V"/> with all bits set or none.
/// </summary>
internal unsafe interface ISimd<V> where V : unmanaged
{
    static abstract int Width { get; }

    /// <summary>Rows of the matrix product's register tile; two columns of vectors must fit the registers beside them.</summary>
    static abstract int TileRows { get; }

    static abstract V Load(float* source);
    static abstract void Store(float* destination, V value);

    /// <summary>Reads the first <paramref name="count"/> elements (none below 1, all above Width); the rest are 0 and their memory is not touched.</summary>
    static abstract V LoadFirst(float* source, int count);

    /// <summary>Like <see cref="LoadFirst(float*, int)"/>, with <paramref name="rest"/> in place of zeros.</summary>
    static abstract V LoadFirst(float* source, int count, V rest);

    /// <summary>Writes the first <paramref name="count"/> elements (none below 1, all above Width); memory behind them is not touched.</summary>
    static abstract void StoreFirst(float* destination, V value, int count);

    /// <summary>Reads bytes and converts them to float.</summary>
    static abstract V LoadBytes(byte* source);

    /// <summary>Writes four vectors, <paramref name="width"/> elements apart: the transpose of Width rows of four elements, <paramref name="stride"/> apart.</summary>
    static abstract void TransposeFour(float* source, nint stride, float* destination, nint width);

    /// <summary>The elements at even places of two vectors side by side.</summary>
    static abstract V Even(V low, V high);

    /// <summary>The elements at odd places of two vectors side by side.</summary>
    static abstract V Odd(V low, V high);

    /// <summary>The lower half of the vectors' elements in turn.</summary>
    static abstract V InterleaveLow(V even, V odd);

    /// <summary>The upper half of the vectors' elements in turn.</summary>
    static abstract V InterleaveHigh(V even, V odd);

    static abstract V Broadcast(float value);
    static abstract V Add(V x, V y);
    static abstract V Subtract(V x, V y);
    static abstract V Multiply(V x, V y);
    static abstract V Divide(V x, V y);

    /// <summary>x y + z, fused where the processor fuses it.</summary>
    static abstract V MultiplyAdd(V x, V y, V z);

    /// <summary>The larger; NaN when either is.</summary>
    static abstract V Max(V x, V y);

    /// <summary>The larger; NaN when <paramref name="y"/> is, unspecified when only <paramref name="x"/> is.</summary>
    static abstract V MaxNative(V x, V y);

    /// <summary>The smaller; NaN when <paramref name="y"/> is, unspecified when only <paramref name="x"/> is.</summary>
    static abstract V MinNative(V x, V y);

    static abstract V Sqrt(V x);
    static abstract V Abs(V x);

    /// <summary>The magnitude of <paramref name="x"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract V CopySign(V x, V sign);

    static abstract V GreaterThan(V x, V y);
    static abstract V LessThan(V x, V y);
    static abstract V Select(V mask, V whenSet, V whenNot);

    /// <summary>x 2^n for integral n in [-250, 250], overflowing and underflowing as a product does.</summary>
    static abstract V Scale(V x, V n);

    /// <summary>The nearest whole number, to even.</summary>
    static abstract V Round(V x);

    /// <summary>Splits a positive normal x into m 2^e with m in [sqrt(1/2), sqrt(2)).</summary>
    static abstract V Mantissa(V x, out V exponent);

    /// <summary>Sum of the elements, always in the same order.</summary>
    static abstract float Sum(V x);

    /// <summary>The four vectors' sums, each in the order of <see cref="Sum"/>.</summary>
    static abstract Vector128<float> SumEach(V x0, V x1, V x2, V x3);

    static abstract float MaxElement(V x);
}
