using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Three vectors wide.</summary>
internal unsafe struct Columns3<S, V> : IColumns<Columns3<S, V>, V> where S : struct, ISimd<V> where V : unmanaged
{
    private V _v0;
    private V _v1;
    private V _v2;

    public static int Count => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns3<S, V> Zero()
    {
        Columns3<S, V> r;
        r._v0 = S.Broadcast(0);
        r._v1 = S.Broadcast(0);
        r._v2 = S.Broadcast(0);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns3<S, V> Load(float* source)
    {
        Columns3<S, V> r;
        r._v0 = S.Load(source);
        r._v1 = S.Load(source + S.Width);
        r._v2 = S.Load(source + 2 * S.Width);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns3<S, V> LoadFirst(float* source, int count)
    {
        Columns3<S, V> r;
        r._v0 = S.LoadFirst(source, count);
        r._v1 = S.LoadFirst(source + S.Width, count - S.Width);
        r._v2 = S.LoadFirst(source + 2 * S.Width, count - 2 * S.Width);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Columns3<S, V> value)
    {
        S.Store(destination, value._v0);
        S.Store(destination + S.Width, value._v1);
        S.Store(destination + 2 * S.Width, value._v2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(float* destination, Columns3<S, V> value, int count)
    {
        S.StoreFirst(destination, value._v0, count);
        S.StoreFirst(destination + S.Width, value._v1, count - S.Width);
        S.StoreFirst(destination + 2 * S.Width, value._v2, count - 2 * S.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns3<S, V> Add(Columns3<S, V> x, Columns3<S, V> y)
    {
        Columns3<S, V> r;
        r._v0 = S.Add(x._v0, y._v0);
        r._v1 = S.Add(x._v1, y._v1);
        r._v2 = S.Add(x._v2, y._v2);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns3<S, V> MaxZero(Columns3<S, V> x)
    {
        Columns3<S, V> r;
        r._v0 = S.MaxNative(S.Broadcast(0), x._v0);
        r._v1 = S.MaxNative(S.Broadcast(0), x._v1);
        r._v2 = S.MaxNative(S.Broadcast(0), x._v2);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns3<S, V> MultiplyAdd(V x, Columns3<S, V> y, Columns3<S, V> z)
    {
        Columns3<S, V> r;
        r._v0 = S.MultiplyAdd(x, y._v0, z._v0);
        r._v1 = S.MultiplyAdd(x, y._v1, z._v1);
        r._v2 = S.MultiplyAdd(x, y._v2, z._v2);
        return r;
    }
}
