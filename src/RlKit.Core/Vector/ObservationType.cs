namespace RlKit;

/// <summary>The type of the elements of flattened observations.</summary>
public enum ObservationType
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>Bytes, as in pictures.</summary>
    UInt8,
}
