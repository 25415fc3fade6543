namespace RlKit.Video;

/// <summary>Writes frames as PNG pictures.</summary>
public static class Png
{
    /// <summary>Writes a picture to a stream.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="output">Where it goes; it is not closed.</param>
    /// <exception cref="ArgumentNullException">The frame or the stream is null.</exception>
    public static void Write(Frame frame, Stream output)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(PngEncoder.Signature);
        PngEncoder.WriteHeader(output, frame.Width, frame.Height);
        PngEncoder.WriteChunk(output, "IDAT"u8, new PngEncoder().Compress(frame.Pixels, 3 * frame.Width, 0, 0, frame.Width, frame.Height, reserve: 0));
        PngEncoder.WriteChunk(output, "IEND"u8, []);
    }

    /// <summary>Writes a picture to a file, whole or not at all; a file of the same name is replaced.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <exception cref="ArgumentNullException">The frame or the path is null.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Frame frame, string path)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, output => Write(frame, output));
    }
}
