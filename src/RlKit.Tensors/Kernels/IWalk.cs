namespace RlKit.Tensors.Kernels;

/// <summary>How a tile walks along the inner dimension of one of its operands.</summary>
internal unsafe interface IWalk
{
    /// <summary>The first inner index.</summary>
    static abstract byte* First(byte* origin, nint* offsets);

    /// <summary>Moves <paramref name="at"/> to the next inner index.</summary>
    static abstract void Next(ref byte* at, byte* origin, nint step, ref nint* offsets);
}
