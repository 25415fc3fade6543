namespace RlKit.Tensors;

/// <summary>The element types of a safetensors file, under the names that the format gives them.</summary>
public enum SafetensorsType
{
    /// <summary>IEEE 754 double precision, 8 bytes.</summary>
    F64,

    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    F32,

    /// <summary>IEEE 754 half precision, 2 bytes.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a single, 2 bytes.</summary>
    BF16,

    /// <summary>Signed integers of 8 bytes.</summary>
    I64,

    /// <summary>Signed integers of 4 bytes.</summary>
    I32,

    /// <summary>Signed integers of 2 bytes.</summary>
    I16,

    /// <summary>Signed integers of 1 byte.</summary>
    I8,

    /// <summary>Unsigned integers of 8 bytes.</summary>
    U64,

    /// <summary>Unsigned integers of 4 bytes.</summary>
    U32,

    /// <summary>Unsigned integers of 2 bytes.</summary>
    U16,

    /// <summary>Unsigned integers of 1 byte.</summary>
    U8,

    /// <summary>Truth values of 1 byte, 0 or 1; read as <see cref="byte"/>.</summary>
    Bool,
}
