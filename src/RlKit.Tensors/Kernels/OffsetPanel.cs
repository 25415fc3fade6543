using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Rows wherever a table of offsets (in elements, with one more entry than rows) says: a convolution's shifted images.</summary>
internal readonly unsafe struct OffsetPanel : IPanel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next(ref float* row, float* origin, nint step, ref nint* offsets) => row = origin + *++offsets;
}
