namespace RlKit;

/// <summary>
/// Flattened observations, one row each, as floats or as bytes. A span of either kind converts to it, and <see cref="Of"/> takes those of a vector environment; nothing is copied.
/// </summary>
public readonly ref struct ObservationBatch
{
    private readonly ReadOnlySpan<float> _floats;
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Observations of floats.</summary>
    public ObservationBatch(ReadOnlySpan<float> floats) => _floats = floats;

    /// <summary>Observations of bytes.</summary>
    public ObservationBatch(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        IsBytes = true;
    }

    /// <summary>The elements are bytes.</summary>
    public bool IsBytes { get; }

    /// <summary>Elements over all rows.</summary>
    public int Length => IsBytes ? _bytes.Length : _floats.Length;

    /// <summary>The elements.</summary>
    /// <exception cref="InvalidOperationException">They are bytes.</exception>
    public ReadOnlySpan<float> Floats => IsBytes ? throw new InvalidOperationException("The observations are bytes; read Bytes.") : _floats;

    /// <summary>The elements.</summary>
    /// <exception cref="InvalidOperationException">They are floats.</exception>
    public ReadOnlySpan<byte> Bytes => IsBytes ? _bytes : throw new InvalidOperationException("The observations are floats; read Floats.");

    /// <summary>Takes floats as observations.</summary>
    public static implicit operator ObservationBatch(ReadOnlySpan<float> floats) => new(floats);

    /// <summary>Takes bytes as observations.</summary>
    public static implicit operator ObservationBatch(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Takes floats as observations.</summary>
    public static implicit operator ObservationBatch(float[] floats) => new(floats);

    /// <summary>Takes bytes as observations.</summary>
    public static implicit operator ObservationBatch(byte[] bytes) => new(bytes);

    /// <summary>The present observations of a vector environment.</summary>
    public static ObservationBatch Of(IVectorEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.ObservationType == ObservationType.UInt8 ? new(environment.ByteObservations) : new(environment.Observations);
    }

    /// <summary>Some of the rows.</summary>
    /// <param name="row">The first.</param>
    /// <param name="rows">How many.</param>
    /// <param name="size">Elements in a row.</param>
    public ObservationBatch Rows(int row, int rows, int size) =>
        IsBytes ? new(_bytes.Slice(row * size, rows * size)) : new(_floats.Slice(row * size, rows * size));
}
