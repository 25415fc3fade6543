using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RlKit.Tensors;

/// <summary>The processor's vector instructions that the managed engine computes with.</summary>
public static class VectorInstructions
{
    /// <summary>How many floats one instruction computes: 16, 8, 4, or 1 without vector instructions.</summary>
    public static int Width =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? Vector512<float>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
        : Vector128.IsHardwareAccelerated ? Vector128<float>.Count
        : 1;

    /// <summary>Their name: "AVX-512", "AVX2", "NEON", "SSE", "SIMD" for those of another processor, or "none".</summary>
    public static string Name => Width switch
    {
        16 => "AVX-512",
        8 => "AVX2",
        4 => AdvSimd.IsSupported ? "NEON" : Sse.IsSupported ? "SSE" : "SIMD",
        _ => "none",
    };
}
