namespace RlKit.Tensors.Kernels;

/// <summary>How a tile walks down the rows of its right operand.</summary>
internal unsafe interface IPanel
{
    /// <summary>Moves <paramref name="row"/> to the next row.</summary>
    static abstract void Next(ref float* row, float* origin, nint step, ref nint* offsets);
}
