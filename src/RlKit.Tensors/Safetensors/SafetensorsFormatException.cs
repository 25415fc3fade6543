namespace RlKit.Tensors;

/// <summary>A safetensors file is malformed or cut short. The message says what is wrong and at which byte.</summary>
public sealed class SafetensorsFormatException : FormatException
{
    /// <summary>Makes the exception for a fault at a byte.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="byteOffset">Where, in bytes from the start of the file.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public SafetensorsFormatException(string message, long byteOffset, Exception? innerException = null)
        : base(FormattableString.Invariant($"Not a valid safetensors file: {message} (at byte {byteOffset})."), innerException) =>
        ByteOffset = byteOffset;

    /// <summary>Where the fault lies, in bytes from the start of the file.</summary>
    public long ByteOffset { get; }
}
