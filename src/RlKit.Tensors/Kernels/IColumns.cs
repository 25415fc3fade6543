namespace RlKit.Tensors.Kernels;

/// <summary>A row of a register tile: a fixed number of vectors side by side. The JIT keeps each in its own register.</summary>
internal unsafe interface IColumns<TSelf, V> where TSelf : unmanaged where V : unmanaged
{
    /// <summary>Vectors side by side.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero();
    static abstract TSelf Load(float* source);
    static abstract TSelf LoadFirst(float* source, int count);
    static abstract void Store(float* destination, TSelf value);
    static abstract void StoreFirst(float* destination, TSelf value, int count);
    static abstract TSelf Add(TSelf x, TSelf y);
    static abstract TSelf MaxZero(TSelf x);

    /// <summary>x y + z with one x for all columns.</summary>
    static abstract TSelf MultiplyAdd(V x, TSelf y, TSelf z);
}
