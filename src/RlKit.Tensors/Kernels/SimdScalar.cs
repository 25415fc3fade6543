using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RlKit.Tensors.Kernels;

/// <summary>No SIMD at all: a vector of one float.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Width => 1;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, float value) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadFirst(float* source, int count) => count > 0 ? *source : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadFirst(float* source, int count, float rest) => count > 0 ? *source : rest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(float* destination, float value, int count)
    {
        if (count > 0)
            *destination = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadBytes(byte* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeFour(float* source, nint stride, float* destination, nint width)
    {
        destination[0] = source[0];
        destination[width] = source[1];
        destination[2 * width] = source[2];
        destination[3 * width] = source[3];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Even(float low, float high) => low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Odd(float low, float high) => high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float InterleaveLow(float even, float odd) => even;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float InterleaveHigh(float even, float odd) => odd;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float x, float y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float x, float y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float x, float y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float x, float y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float x, float y, float z) => x * y + z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float x, float y) => MathF.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxNative(float x, float y) => x > y ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MinNative(float x, float y) => x < y ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float x) => MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float x) => MathF.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float CopySign(float x, float sign) => MathF.CopySign(x, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float GreaterThan(float x, float y) => Mask(x > y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LessThan(float x, float y) => Mask(x < y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Select(float mask, float whenSet, float whenNot) =>
        BitConverter.SingleToInt32Bits(mask) != 0 ? whenSet : whenNot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(float x, float n) => MathF.ScaleB(x, (int)n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Round(float x) => MathF.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Mantissa(float x, out float exponent)
    {
        var bits = BitConverter.SingleToInt32Bits(x) - 0x3F3504F3;
        exponent = bits >> 23;
        return BitConverter.Int32BitsToSingle((bits & 0x007FFFFF) + 0x3F3504F3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumEach(float x0, float x1, float x2, float x3) => Vector128.Create(x0, x1, x2, x3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxElement(float x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Mask(bool set) => BitConverter.Int32BitsToSingle(set ? -1 : 0);
}
