using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>One vector wide.</summary>
internal unsafe struct Columns1<S, V> : IColumns<Columns1<S, V>, V> where S : struct, ISimd<V> where V : unmanaged
{
    private V _v0;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns1<S, V> Zero()
    {
        Columns1<S, V> r;
        r._v0 = S.Broadcast(0);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns1<S, V> Load(float* source)
    {
        Columns1<S, V> r;
        r._v0 = S.Load(source);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns1<S, V> LoadFirst(float* source, int count)
    {
        Columns1<S, V> r;
        r._v0 = S.LoadFirst(source, count);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Columns1<S, V> value)
    {
        S.Store(destination, value._v0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(float* destination, Columns1<S, V> value, int count)
    {
        S.StoreFirst(destination, value._v0, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns1<S, V> Add(Columns1<S, V> x, Columns1<S, V> y)
    {
        Columns1<S, V> r;
        r._v0 = S.Add(x._v0, y._v0);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns1<S, V> MaxZero(Columns1<S, V> x)
    {
        Columns1<S, V> r;
        r._v0 = S.MaxNative(S.Broadcast(0), x._v0);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns1<S, V> MultiplyAdd(V x, Columns1<S, V> y, Columns1<S, V> z)
    {
        Columns1<S, V> r;
        r._v0 = S.MultiplyAdd(x, y._v0, z._v0);
        return r;
    }
}
