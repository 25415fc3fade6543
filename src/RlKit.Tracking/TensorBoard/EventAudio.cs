namespace RlKit.Tracking.TensorBoard;

/// <summary>A sound of an event file.</summary>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Length">Samples of each channel.</param>
/// <param name="ContentType">The kind of file, for example <c>audio/wav</c>.</param>
/// <param name="Encoded">The whole file.</param>
public sealed record EventAudio(float SampleRate, long Channels, long Length, string ContentType, ReadOnlyMemory<byte> Encoded);
