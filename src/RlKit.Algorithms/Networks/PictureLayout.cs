namespace RlKit;

/// <summary>
/// How the pictures of a space lie in memory: (channels, height, width) or (height, width, channels). The axis of the channels is the first or the last, whichever is
/// shorter, and the last of two that are equal, as a square board of as many kinds of things has it.
/// </summary>
internal readonly record struct PictureLayout(int Channels, int Height, int Width, bool ChannelsLast)
{
    /// <summary>The layout of a shape of three axes.</summary>
    public static PictureLayout Of(ReadOnlySpan<int> shape) =>
        shape[0] < shape[2] && shape[0] <= shape[1] ? new(shape[0], shape[1], shape[2], false) : new(shape[2], shape[0], shape[1], true);

    /// <summary>Copies pictures with the channels last to ones with the channels first.</summary>
    public void BringChannelsFirst<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        int cells = Height * Width;
        for (int start = 0; start < source.Length; start += Channels * cells)
        {
            ReadOnlySpan<T> picture = source.Slice(start, Channels * cells);
            for (int channel = 0; channel < Channels; channel++)
            {
                Span<T> plane = destination.Slice(start + channel * cells, cells);
                for (int i = 0, from = channel; i < plane.Length; i++, from += Channels) plane[i] = picture[from];
            }
        }
    }
}
