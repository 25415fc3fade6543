using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>y alone: copies, or adds when it accumulates.</summary>
internal readonly struct Second : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        y;
}

/// <summary>x + y.</summary>
internal readonly struct Add : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Add(x, y);
}

/// <summary>x - y.</summary>
internal readonly struct Subtract : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Subtract(x, y);
}

/// <summary>x / y.</summary>
internal readonly struct Divide : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Divide(x, y);
}

/// <summary>scale y, whatever x is.</summary>
internal readonly struct ScaledSecond(float scale) : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(S.Broadcast(scale), y);
}

/// <summary>x y.</summary>
internal readonly struct Multiply : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(x, y);
}

/// <summary>dy where relu's result x is above 0.</summary>
internal readonly struct ReluGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Select(S.GreaterThan(x, S.Broadcast(0)), y, S.Broadcast(0));
}

/// <summary>dy (1 - x x) from tanh's result x.</summary>
internal readonly struct TanhGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(y, S.Subtract(S.Broadcast(1), S.Multiply(x, x)));
}

/// <summary>dy x (1 - x) from sigmoid's result x.</summary>
internal readonly struct SigmoidGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(y, S.Multiply(x, S.Subtract(S.Broadcast(1), x)));
}

/// <summary>dy times 1 above 0, else slope, from the input x.</summary>
internal readonly struct LeakyReluGradient(float slope) : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Select(S.GreaterThan(x, S.Broadcast(0)), y, S.Multiply(y, S.Broadcast(slope)));
}

/// <summary>dy times 1 above 0, else result + alpha, from elu's result x.</summary>
internal readonly struct EluGradient(float alpha) : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Select(S.GreaterThan(x, S.Broadcast(0)), y, S.Multiply(y, S.Add(x, S.Broadcast(alpha))));
}

/// <summary>dy s (1 + x (1 - s)) with s = sigmoid(x), from the input x.</summary>
internal readonly struct SiluGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged
    {
        var s = Functions.Sigmoid<S, V>(x);
        return S.Multiply(S.Multiply(y, s), S.MultiplyAdd(x, S.Subtract(S.Broadcast(1), s), S.Broadcast(1)));
    }
}

/// <summary>dy sigmoid(beta x), dy alone above the threshold, from the input x.</summary>
internal readonly struct SoftplusGradient(float beta, float threshold) : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged
    {
        var scaled = S.Multiply(x, S.Broadcast(beta));
        return S.Select(S.GreaterThan(scaled, S.Broadcast(threshold)), y, S.Multiply(y, Functions.Sigmoid<S, V>(scaled)));
    }
}

/// <summary>dy (Φ(x) + x φ(x)), from the input x.</summary>
internal readonly struct GeluGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged
    {
        var twice = S.Add(S.Broadcast(1), Functions.Erf<S, V>(S.Multiply(x, S.Broadcast(0.707106781f))));
        var density = S.Multiply(S.Broadcast(0.39894228f), Functions.ExpNormal<S, V>(S.Multiply(S.Multiply(x, x), S.Broadcast(-0.5f))));
        return S.Multiply(y, S.MultiplyAdd(x, density, S.Multiply(S.Broadcast(0.5f), twice)));
    }
}

/// <summary>dy times the derivative of gelu's tanh form, from the input x.</summary>
internal readonly struct GeluTanhGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged
    {
        var square = S.Multiply(x, x);
        var inner = S.MultiplyAdd(S.Multiply(square, x), S.Broadcast(0.044715f), x);
        var tanh = Functions.Tanh<S, V>(S.Multiply(inner, S.Broadcast(0.797884561f)));
        var slope = S.Multiply(S.Broadcast(0.797884561f), S.MultiplyAdd(square, S.Broadcast(0.134145f), S.Broadcast(1)));
        var bend = S.Multiply(S.Multiply(x, S.Subtract(S.Broadcast(1), S.Multiply(tanh, tanh))), slope);
        return S.Multiply(S.Multiply(S.Broadcast(0.5f), y), S.Add(S.Add(S.Broadcast(1), tanh), bend));
    }
}

/// <summary>dy 2/sqrt(π) exp(-x²), from the input x.</summary>
internal readonly struct ErfGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(S.Multiply(S.Broadcast(1.12837917f), y), Functions.ExpNormal<S, V>(S.Subtract(S.Broadcast(0), S.Multiply(x, x))));
}

/// <summary>2 dy x, from the input x.</summary>
internal readonly struct SquareGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Multiply(S.Add(x, x), y);
}

/// <summary>dy / x, from the input x.</summary>
internal readonly struct LogGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Divide(y, x);
}

/// <summary>dy / (2 x), from the square root x.</summary>
internal readonly struct SqrtGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Divide(y, S.Add(x, x));
}

/// <summary>dy where the input x was within the limits.</summary>
internal readonly struct ClampGradient(float least, float most) : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<S, V>(V x, V y) where S : struct, ISimd<V> where V : unmanaged =>
        S.Select(S.LessThan(x, S.Broadcast(least)), S.Broadcast(0), S.Select(S.GreaterThan(x, S.Broadcast(most)), S.Broadcast(0), y));
}
