using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Four vectors wide.</summary>
internal unsafe struct Columns4<S, V> : IColumns<Columns4<S, V>, V> where S : struct, ISimd<V> where V : unmanaged
{
    private V _v0;
    private V _v1;
    private V _v2;
    private V _v3;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns4<S, V> Zero()
    {
        Columns4<S, V> r;
        r._v0 = S.Broadcast(0);
        r._v1 = S.Broadcast(0);
        r._v2 = S.Broadcast(0);
        r._v3 = S.Broadcast(0);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns4<S, V> Load(float* source)
    {
        Columns4<S, V> r;
        r._v0 = S.Load(source);
        r._v1 = S.Load(source + S.Width);
        r._v2 = S.Load(source + 2 * S.Width);
        r._v3 = S.Load(source + 3 * S.Width);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns4<S, V> LoadFirst(float* source, int count)
    {
        Columns4<S, V> r;
        r._v0 = S.LoadFirst(source, count);
        r._v1 = S.LoadFirst(source + S.Width, count - S.Width);
        r._v2 = S.LoadFirst(source + 2 * S.Width, count - 2 * S.Width);
        r._v3 = S.LoadFirst(source + 3 * S.Width, count - 3 * S.Width);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Columns4<S, V> value)
    {
        S.Store(destination, value._v0);
        S.Store(destination + S.Width, value._v1);
        S.Store(destination + 2 * S.Width, value._v2);
        S.Store(destination + 3 * S.Width, value._v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(float* destination, Columns4<S, V> value, int count)
    {
        S.StoreFirst(destination, value._v0, count);
        S.StoreFirst(destination + S.Width, value._v1, count - S.Width);
        S.StoreFirst(destination + 2 * S.Width, value._v2, count - 2 * S.Width);
        S.StoreFirst(destination + 3 * S.Width, value._v3, count - 3 * S.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns4<S, V> Add(Columns4<S, V> x, Columns4<S, V> y)
    {
        Columns4<S, V> r;
        r._v0 = S.Add(x._v0, y._v0);
        r._v1 = S.Add(x._v1, y._v1);
        r._v2 = S.Add(x._v2, y._v2);
        r._v3 = S.Add(x._v3, y._v3);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns4<S, V> MaxZero(Columns4<S, V> x)
    {
        Columns4<S, V> r;
        r._v0 = S.MaxNative(S.Broadcast(0), x._v0);
        r._v1 = S.MaxNative(S.Broadcast(0), x._v1);
        r._v2 = S.MaxNative(S.Broadcast(0), x._v2);
        r._v3 = S.MaxNative(S.Broadcast(0), x._v3);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns4<S, V> MultiplyAdd(V x, Columns4<S, V> y, Columns4<S, V> z)
    {
        Columns4<S, V> r;
        r._v0 = S.MultiplyAdd(x, y._v0, z._v0);
        r._v1 = S.MultiplyAdd(x, y._v1, z._v1);
        r._v2 = S.MultiplyAdd(x, y._v2, z._v2);
        r._v3 = S.MultiplyAdd(x, y._v3, z._v3);
        return r;
    }
}
