using System.Buffers.Binary;

namespace RlKit;

/// <summary>Everything that decides what a <see cref="Pcg64"/> draws next.</summary>
/// <param name="State">The 128-bit state.</param>
/// <param name="Increment">The stream: an odd number.</param>
/// <param name="HasUInt32">Half of a 64-bit draw is kept for the next 32-bit one.</param>
/// <param name="UInt32">That half; 0 where there is none.</param>
public readonly record struct Pcg64State(UInt128 State, UInt128 Increment, bool HasUInt32, uint UInt32)
{
    /// <summary>The bytes that a written state takes.</summary>
    public const int Size = 37;

    /// <summary>Writes <see cref="Size"/> bytes, little-endian.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Size)
            throw new ArgumentException($"{destination.Length} bytes cannot hold the state; give at least Pcg64State.Size = {Size}.", nameof(destination));
        BinaryPrimitives.WriteUInt128LittleEndian(destination, State);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[16..], Increment);
        destination[32] = HasUInt32 ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[33..], UInt32);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArgumentException">The source is too short.</exception>
    /// <exception cref="InvalidDataException">The bytes are not such a state.</exception>
    public static Pcg64State Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Size)
            throw new ArgumentException($"{source.Length} bytes are no state; it takes Pcg64State.Size = {Size}.", nameof(source));
        var state = new Pcg64State(
            BinaryPrimitives.ReadUInt128LittleEndian(source),
            BinaryPrimitives.ReadUInt128LittleEndian(source[16..]),
            source[32] == 1,
            BinaryPrimitives.ReadUInt32LittleEndian(source[33..]));
        if (UInt128.IsEvenInteger(state.Increment) || source[32] > 1)
            throw new InvalidDataException("The bytes are not the state of a Pcg64: its increment is odd and its flag 0 or 1.");
        return state;
    }
}
