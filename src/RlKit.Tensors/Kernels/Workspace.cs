using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Scratch memory of one thread: aligned to 64 bytes, grown when a larger piece is asked for, never returned.</summary>
internal sealed unsafe class Workspace
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static Workspace? _current;

    private readonly float[]?[] _arrays = new float[]?[Enum.GetValues<Slot>().Length];

    /// <summary>What a piece is for; each has its own memory, so that they can be in use together.</summary>
    public enum Slot
    {
        /// <summary>A packed panel of a product's right operand.</summary>
        Panel,

        /// <summary>A packed left operand.</summary>
        Left,

        /// <summary>An image's planes.</summary>
        Stage,

        /// <summary>One row of an image.</summary>
        Row,

        /// <summary>A result before it goes to its place.</summary>
        Result,

        /// <summary>Tables of offsets.</summary>
        Offsets,

        /// <summary>Sums of parts, before they are added in order.</summary>
        Partial,
    }

    /// <summary>This thread's memory for <paramref name="slot"/>, at least <paramref name="count"/> floats, contents unspecified.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float* Get(Slot slot, long count)
    {
        var arrays = (_current ??= new Workspace())._arrays;
        var array = arrays[(int)slot];
        if (array is null || array.Length < count + Alignment / sizeof(float))
            arrays[(int)slot] = array = Grow(count);

        // The array is pinned for life.
        var address = (nint)Unsafe.AsPointer(ref array[0]);
        return (float*)((address + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    private static float[] Grow(long count) =>
        GC.AllocateUninitializedArray<float>(checked((int)((count + count / 4 + 1023) / 1024 * 1024 + Alignment / sizeof(float))), pinned: true);
}
