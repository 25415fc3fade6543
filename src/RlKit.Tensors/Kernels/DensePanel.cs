using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Rows at a constant distance.</summary>
internal readonly unsafe struct DensePanel : IPanel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next(ref float* row, float* origin, nint step, ref nint* offsets) => row = (float*)((byte*)row + step);
}
