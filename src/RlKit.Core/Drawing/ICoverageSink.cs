namespace RlKit.Drawing;

/// <summary>Takes the runs of pixels that a shape covers.</summary>
internal interface ICoverageSink
{
    /// <summary>A run of pixels in one row, all covered to the same share.</summary>
    /// <param name="x">The first pixel.</param>
    /// <param name="y">The row.</param>
    /// <param name="length">Pixels, 1 or more.</param>
    /// <param name="coverage">Above 0, at most 1.</param>
    void Cover(int x, int y, int length, float coverage);
}
