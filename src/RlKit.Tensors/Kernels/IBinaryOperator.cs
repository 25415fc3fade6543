namespace RlKit.Tensors.Kernels;

/// <summary>A function of two numbers, written once for every width of SIMD; its fields are its parameters.</summary>
internal interface IBinaryOperator
{
    V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged;
}
