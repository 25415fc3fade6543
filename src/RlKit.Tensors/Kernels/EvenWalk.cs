using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Steps of one length: a matrix.</summary>
internal readonly unsafe struct EvenWalk : IWalk
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* First(byte* origin, nint* offsets) => origin;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next(ref byte* at, byte* origin, nint step, ref nint* offsets) => at += step;
}
