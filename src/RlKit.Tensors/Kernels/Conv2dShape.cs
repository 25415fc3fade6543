namespace RlKit.Tensors.Kernels;

/// <summary>
/// The sizes of a two-dimensional convolution: input (batch, channels, height, width), weight (filters, channels, kernel height,
/// kernel width), output (batch, filters, output height, output width).
/// </summary>
internal readonly record struct Conv2dShape(
    int Batch, int Channels, int Height, int Width, int Filters, int KernelHeight, int KernelWidth,
    int StrideY, int StrideX, int PaddingY, int PaddingX)
{
    public int OutputHeight => (Height + 2 * PaddingY - KernelHeight) / StrideY + 1;

    public int OutputWidth => (Width + 2 * PaddingX - KernelWidth) / StrideX + 1;

    public int InputSize => Channels * Height * Width;

    public int OutputSize => Filters * OutputHeight * OutputWidth;

    /// <summary>Weights of one filter.</summary>
    public int FilterSize => Channels * KernelHeight * KernelWidth;
}
