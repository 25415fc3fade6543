using System.Numerics;
using System.Runtime.InteropServices;

namespace RlKit.Replay;

/// <summary>A 64-bit checksum over a stream of bytes, eight at a time; it finds damage, not malice.</summary>
internal struct StateChecksum
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private ulong _hash;
    private ulong _partial;
    private long _length;

    /// <summary>The checksum of all bytes so far.</summary>
    public readonly ulong Value
    {
        get
        {
            ulong mixed = Mix(Mix(_hash, _partial), (ulong)_length);
            return mixed ^ (mixed >> 32);
        }
    }

    /// <summary>Adds bytes; how they are split into calls does not matter.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        int filled = (int)(_length & 7);
        _length += bytes.Length;
        while (filled != 0 && bytes.Length > 0)
        {
            _partial |= (ulong)bytes[0] << (8 * filled);
            bytes = bytes[1..];
            filled = (filled + 1) & 7;
            if (filled == 0) TakePartial();
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ulong hash = _hash;
        foreach (ulong word in words) hash = Mix(hash, word);
        _hash = hash;
        foreach (byte value in bytes[(words.Length * sizeof(ulong))..]) _partial |= (ulong)value << (8 * filled++);
    }

    private static ulong Mix(ulong hash, ulong word) => BitOperations.RotateLeft(hash ^ word, 29) * Multiplier;

    private void TakePartial()
    {
        _hash = Mix(_hash, _partial);
        _partial = 0;
    }
}
