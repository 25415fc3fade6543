using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors.Kernels;

/// <summary>128 bits: NEON on ARM, SSE on x86.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static int Width => 4;

    public static int TileRows => AdvSimd.IsSupported ? 8 : 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector128<float> value) => value.Store(destination);

    public static Vector128<float> LoadFirst(float* source, int count)
    {
        if (count >= 4)
            return Load(source);
        var value = Vector128<float>.Zero;
        for (var i = 0; i < count; i++)
            ((float*)&value)[i] = source[i];
        return value;
    }

    public static Vector128<float> LoadFirst(float* source, int count, Vector128<float> rest)
    {
        if (count >= 4)
            return Load(source);
        for (var i = 0; i < count; i++)
            ((float*)&rest)[i] = source[i];
        return rest;
    }

    public static void StoreFirst(float* destination, Vector128<float> value, int count)
    {
        if (count >= 4)
        {
            Store(destination, value);
            return;
        }
        for (var i = 0; i < count; i++)
            destination[i] = ((float*)&value)[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(byte* source)
    {
        var four = Vector128.CreateScalarUnsafe(*(uint*)source).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeFour(float* source, nint stride, float* destination, nint width)
    {
        var x0 = Vector128.Load(source);
        var x1 = Vector128.Load(source + stride);
        var x2 = Vector128.Load(source + 2 * stride);
        var x3 = Vector128.Load(source + 3 * stride);
        var t0 = InterleaveLow(x0, x2);
        var t1 = InterleaveHigh(x0, x2);
        var t2 = InterleaveLow(x1, x3);
        var t3 = InterleaveHigh(x1, x3);
        InterleaveLow(t0, t2).Store(destination);
        InterleaveHigh(t0, t2).Store(destination + width);
        InterleaveLow(t1, t3).Store(destination + 2 * width);
        InterleaveHigh(t1, t3).Store(destination + 3 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Even(Vector128<float> low, Vector128<float> high) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(low, high) : Sse.IsSupported ? Sse.Shuffle(low, high, 0b10_00_10_00) : Vector128.Create(low[0], low[2], high[0], high[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Odd(Vector128<float> low, Vector128<float> high) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(low, high) : Sse.IsSupported ? Sse.Shuffle(low, high, 0b11_01_11_01) : Vector128.Create(low[1], low[3], high[1], high[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> x, Vector128<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> x, Vector128<float> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> x, Vector128<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> x, Vector128<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z) => Vector128.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> x, Vector128<float> y) => Vector128.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MaxNative(Vector128<float> x, Vector128<float> y) => Vector128.MaxNative(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MinNative(Vector128<float> x, Vector128<float> y) => Vector128.MinNative(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sqrt(Vector128<float> x) => Vector128.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> x) => Vector128.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> CopySign(Vector128<float> x, Vector128<float> sign) => Vector128.ConditionalSelect(Vector128.Create(int.MinValue).AsSingle(), sign, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> GreaterThan(Vector128<float> x, Vector128<float> y) => Vector128.GreaterThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LessThan(Vector128<float> x, Vector128<float> y) => Vector128.LessThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> whenSet, Vector128<float> whenNot) => Vector128.ConditionalSelect(mask, whenSet, whenNot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(Vector128<float> x, Vector128<float> n)
    {
        // In two steps, because 2^n itself may be out of range.
        var whole = Vector128.ConvertToInt32(n);
        var half = Vector128.ShiftRightArithmetic(whole, 1);
        var bias = Vector128.Create(127);
        return x * Vector128.ShiftLeft(half + bias, 23).AsSingle() * Vector128.ShiftLeft(whole - half + bias, 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Round(Vector128<float> x) => Vector128.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mantissa(Vector128<float> x, out Vector128<float> exponent)
    {
        // Subtracting the bits of sqrt(1/2) makes the exponent field round to the nearest power of two.
        var bits = x.AsInt32() - Vector128.Create(0x3F3504F3);
        exponent = Vector128.ConvertToSingle(Vector128.ShiftRightArithmetic(bits, 23));
        return ((Vector128.Create(0x007FFFFF) & bits) + Vector128.Create(0x3F3504F3)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> x) => SumEach(x, x, x, x).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumEach(Vector128<float> x0, Vector128<float> x1, Vector128<float> x2, Vector128<float> x3)
    {
        // [x0, x2, x0, x2] and [x1, x3, x1, x3], each a sum of halves, interleave into the four sums.
        var t0 = InterleaveLow(x0, x2) + InterleaveHigh(x0, x2);
        var t1 = InterleaveLow(x1, x3) + InterleaveHigh(x1, x3);
        return InterleaveLow(t0, t1) + InterleaveHigh(t0, t1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxElement(Vector128<float> x) => MathF.Max(MathF.Max(x[0], x[2]), MathF.Max(x[1], x[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InterleaveLow(Vector128<float> even, Vector128<float> odd) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(even, odd) : Sse.IsSupported ? Sse.UnpackLow(even, odd) : Vector128.Create(even[0], odd[0], even[1], odd[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InterleaveHigh(Vector128<float> even, Vector128<float> odd) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(even, odd) : Sse.IsSupported ? Sse.UnpackHigh(even, odd) : Vector128.Create(even[2], odd[2], even[3], odd[3]);
}
