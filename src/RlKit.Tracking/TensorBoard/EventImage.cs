namespace RlKit.Tracking.TensorBoard;

/// <summary>A picture or a video of an event file.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="ColorSpace">1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</param>
/// <param name="Encoded">A whole PNG, JPEG or GIF file.</param>
public sealed record EventImage(long Width, long Height, int ColorSpace, ReadOnlyMemory<byte> Encoded);
