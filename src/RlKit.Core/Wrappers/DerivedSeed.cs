namespace RlKit;

/// <summary>
/// The seed of a wrapper that draws random numbers: made from the seed of the reset, so that one seed decides everything, and apart from the environment's own stream.
/// </summary>
internal static class DerivedSeed
{
    // Each wrapper has a stream of its own, so that one around another draws other numbers.
    public const uint RandomAction = 1;
    public const uint StickyAction = 2;
    public const uint NoopReset = 3;

    /// <summary>The seed of a wrapper's generator: NumPy's SeedSequence of the reset's seed with the wrapper's number and the caller's own seed as the spawn key.</summary>
    public static ulong Of(long resetSeed, uint wrapper, long ownSeed)
    {
        Span<uint> words = stackalloc uint[2];
        new SeedSequence(resetSeed, wrapper, (uint)ownSeed, (uint)(ownSeed >> 32)).GenerateState(words);
        return ((ulong)words[1] << 32) | words[0];
    }

    /// <summary>Refuses seeds below zero.</summary>
    public static void Require(long? seed)
    {
        if (seed is < 0) throw new ArgumentOutOfRangeException(nameof(seed), seed, $"The seed is {seed}; give one of 0 or more, or none.");
    }
}
