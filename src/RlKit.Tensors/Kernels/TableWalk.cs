using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Steps from a table of offsets in bytes, with one entry more than there are inner indices: a convolution's shifted images.</summary>
internal readonly unsafe struct TableWalk : IWalk
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* First(byte* origin, nint* offsets) => origin + *offsets;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next(ref byte* at, byte* origin, nint step, ref nint* offsets) => at = origin + *++offsets;
}
