namespace RlKit;

/// <summary>The check of the seed of a vector environment, of which copy i gets seed + i.</summary>
internal static class VectorSeed
{
    public static void Require(long? seed, int count)
    {
        if (seed is < 0) throw new ArgumentOutOfRangeException(nameof(seed), seed, $"The seed is {seed}; give one of 0 or more, or none.");
        long largest = long.MaxValue - (count - 1);
        if (seed > largest)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, $"The seed is {seed}, and the last of {count} copies would get one beyond {long.MaxValue}; give one of 0 to {largest}, or none.");
    }
}
