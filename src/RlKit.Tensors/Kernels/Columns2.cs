using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Kernels;

/// <summary>Two vectors wide.</summary>
internal unsafe struct Columns2<S, V> : IColumns<Columns2<S, V>, V> where S : struct, ISimd<V> where V : unmanaged
{
    private V _v0;
    private V _v1;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns2<S, V> Zero()
    {
        Columns2<S, V> r;
        r._v0 = S.Broadcast(0);
        r._v1 = S.Broadcast(0);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns2<S, V> Load(float* source)
    {
        Columns2<S, V> r;
        r._v0 = S.Load(source);
        r._v1 = S.Load(source + S.Width);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns2<S, V> LoadFirst(float* source, int count)
    {
        Columns2<S, V> r;
        r._v0 = S.LoadFirst(source, count);
        r._v1 = S.LoadFirst(source + S.Width, count - S.Width);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Columns2<S, V> value)
    {
        S.Store(destination, value._v0);
        S.Store(destination + S.Width, value._v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(float* destination, Columns2<S, V> value, int count)
    {
        S.StoreFirst(destination, value._v0, count);
        S.StoreFirst(destination + S.Width, value._v1, count - S.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns2<S, V> Add(Columns2<S, V> x, Columns2<S, V> y)
    {
        Columns2<S, V> r;
        r._v0 = S.Add(x._v0, y._v0);
        r._v1 = S.Add(x._v1, y._v1);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns2<S, V> MaxZero(Columns2<S, V> x)
    {
        Columns2<S, V> r;
        r._v0 = S.MaxNative(S.Broadcast(0), x._v0);
        r._v1 = S.MaxNative(S.Broadcast(0), x._v1);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns2<S, V> MultiplyAdd(V x, Columns2<S, V> y, Columns2<S, V> z)
    {
        Columns2<S, V> r;
        r._v0 = S.MultiplyAdd(x, y._v0, z._v0);
        r._v1 = S.MultiplyAdd(x, y._v1, z._v1);
        return r;
    }
}
