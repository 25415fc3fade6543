namespace RlKit.Tensors.Kernels;

/// <summary>A function of one number, written once for every width of SIMD; its fields are its parameters.</summary>
internal interface IUnaryOperator
{
    V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged;
}
