using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>max(x, 0).</summary>
internal readonly struct Relu : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.MaxNative(S.Broadcast(0), x);
}

/// <summary>x above 0, else slope x.</summary>
internal readonly struct LeakyRelu(float slope) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Select(S.GreaterThan(x, S.Broadcast(0)), x, S.Multiply(x, S.Broadcast(slope)));
}

/// <summary>e to the x.</summary>
internal readonly struct Exp : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        Functions.Exp<S, V>(x);
}

/// <summary>The natural logarithm.</summary>
internal readonly struct Log : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        Functions.Log<S, V>(x);
}

/// <summary>The hyperbolic tangent.</summary>
internal readonly struct Tanh : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        Functions.Tanh<S, V>(x);
}

/// <summary>1 / (1 + exp(-x)).</summary>
internal readonly struct Sigmoid : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        Functions.Sigmoid<S, V>(x);
}

/// <summary>x sigmoid(x).</summary>
internal readonly struct Silu : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Divide(x, S.Add(S.Broadcast(1), Functions.Exp<S, V>(S.Subtract(S.Broadcast(0), x))));
}

/// <summary>x above 0, else alpha (exp(x) - 1).</summary>
internal readonly struct Elu(float alpha) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var negative = S.Multiply(S.Broadcast(alpha), Functions.ExpM1Negative<S, V>(S.MinNative(S.Broadcast(0), x)));
        return S.Select(S.GreaterThan(x, S.Broadcast(0)), x, negative);
    }
}

/// <summary>log(1 + exp(beta x)) / beta; x itself where beta x is above the threshold.</summary>
internal readonly struct Softplus(float beta, float threshold) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var scaled = S.Multiply(x, S.Broadcast(beta));
        var soft = S.Divide(Functions.Softplus<S, V>(scaled), S.Broadcast(beta));
        return S.Select(S.GreaterThan(scaled, S.Broadcast(threshold)), x, soft);
    }
}

/// <summary>The square root.</summary>
internal readonly struct Sqrt : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Sqrt(x);
}

/// <summary>x x.</summary>
internal readonly struct Square : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(x, x);
}

/// <summary>factor x.</summary>
internal readonly struct Scaled(float factor) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(x, S.Broadcast(factor));
}

/// <summary>x + offset.</summary>
internal readonly struct Shifted(float offset) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.Add(x, S.Broadcast(offset));
}

/// <summary>scale x + offset.</summary>
internal readonly struct Affine(float scale, float offset) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        S.MultiplyAdd(x, S.Broadcast(scale), S.Broadcast(offset));
}

/// <summary>The error function.</summary>
internal readonly struct Erf : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged =>
        Functions.Erf<S, V>(x);
}

/// <summary>x Φ(x) with the error function.</summary>
internal readonly struct Gelu : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var twice = S.Add(S.Broadcast(1), Functions.Erf<S, V>(S.Multiply(x, S.Broadcast(0.707106781f))));
        return S.Multiply(S.Multiply(S.Broadcast(0.5f), x), twice);
    }
}

/// <summary>x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))).</summary>
internal readonly struct GeluTanh : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : unmanaged
    {
        var inner = S.MultiplyAdd(S.Multiply(S.Multiply(x, x), x), S.Broadcast(0.044715f), x);
        var tanh = Functions.Tanh<S, V>(S.Multiply(inner, S.Broadcast(0.797884561f)));
        return S.Multiply(S.Multiply(S.Broadcast(0.5f), x), S.Add(S.Broadcast(1), tanh));
    }
}
