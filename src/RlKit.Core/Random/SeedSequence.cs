using System.Numerics;
using System.Security.Cryptography;

namespace RlKit;

/// <summary>
/// Turns a seed of any size into well-mixed states, and derives from one master seed independent seeds for
/// environment copies, exploration, sampling and so on: <c>numpy.random.SeedSequence</c>, word for word.
/// </summary>
/// <remarks>Source: M. E. O'Neill, "Developing a seed_seq Alternative" (2015), as NumPy implements it with a pool of four words.</remarks>
public sealed class SeedSequence
{
    private const int PoolSize = 4;
    private const uint InitA = 0x43b0d7e5;
    private const uint MultA = 0x931e8875;
    private const uint InitB = 0x8b51f9dd;
    private const uint MultB = 0x58f38ded;
    private const uint MixMultL = 0xca01f9dd;
    private const uint MixMultR = 0x4973f715;

    private readonly uint[] _spawnKey;
    private readonly uint[] _pool = new uint[PoolSize];

    /// <summary>A sequence with 128 bits of entropy from the operating system.</summary>
    public SeedSequence()
        : this(SystemEntropy())
    {
    }

    /// <summary>A sequence from a seed.</summary>
    /// <param name="entropy">The seed, 0 or more, of any size.</param>
    /// <param name="spawnKey">The path of child indices from the root; empty for a root.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public SeedSequence(BigInteger entropy, params ReadOnlySpan<uint> spawnKey)
    {
        if (entropy.Sign < 0)
            throw new ArgumentOutOfRangeException(nameof(entropy), entropy, "A seed has to be 0 or more; take its absolute value, or leave it out for a random one.");

        Entropy = entropy;
        _spawnKey = spawnKey.ToArray();
        uint[] words = Words(entropy, minimum: spawnKey.IsEmpty ? 1 : PoolSize);
        Mix([.. words, .. spawnKey], _pool);
    }

    /// <summary>The seed that this sequence and its relatives stem from.</summary>
    public BigInteger Entropy { get; }

    /// <summary>The path of child indices from the root; empty for a root.</summary>
    public ReadOnlySpan<uint> SpawnKey => _spawnKey;

    /// <summary>How many children have been spawned so far: the index of the next one.</summary>
    public uint SpawnedCount { get; private set; }

    /// <summary>Makes children whose streams are independent of one another and of this sequence's own; every call makes new ones.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public SeedSequence[] Spawn(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var children = new SeedSequence[count];
        for (int i = 0; i < count; i++) children[i] = new SeedSequence(Entropy, [.. _spawnKey, checked(SpawnedCount++)]);
        return children;
    }

    /// <summary>Fills with the words that seed a generator; the same ones at every call.</summary>
    public void GenerateState(Span<uint> destination) => Generate(_pool, destination);

    /// <summary>Fills with 64-bit words, each of two 32-bit words with the low one first; the same ones at every call.</summary>
    public void GenerateState(Span<ulong> destination)
    {
        uint[] words = new uint[2 * destination.Length];
        Generate(_pool, words);
        for (int i = 0; i < destination.Length; i++) destination[i] = words[2 * i] | (ulong)words[2 * i + 1] << 32;
    }

    /// <summary>The four 64-bit words that seed a generator from a seed of 64 bits, without an object.</summary>
    internal static void Generate(ulong seed, Span<uint> eightWords)
    {
        Span<uint> pool = stackalloc uint[PoolSize];
        // Entropy beyond the given words counts as zero, so that two words stand for a short seed as well.
        Mix([(uint)seed, (uint)(seed >> 32)], pool);
        Generate(pool, eightWords);
    }

    private static void Mix(ReadOnlySpan<uint> entropy, Span<uint> pool)
    {
        uint constant = InitA;
        for (int i = 0; i < PoolSize; i++) pool[i] = Hash(i < entropy.Length ? entropy[i] : 0, ref constant);

        for (int source = 0; source < PoolSize; source++)
            for (int target = 0; target < PoolSize; target++)
                if (source != target) pool[target] = Combine(pool[target], Hash(pool[source], ref constant));

        for (int source = PoolSize; source < entropy.Length; source++)
            for (int target = 0; target < PoolSize; target++)
                pool[target] = Combine(pool[target], Hash(entropy[source], ref constant));
    }

    private static void Generate(ReadOnlySpan<uint> pool, Span<uint> destination)
    {
        uint constant = InitB;
        for (int i = 0; i < destination.Length; i++)
        {
            uint value = pool[i % PoolSize] ^ constant;
            constant *= MultB;
            value *= constant;
            destination[i] = value ^ value >> 16;
        }
    }

    private static uint Hash(uint value, ref uint constant)
    {
        value ^= constant;
        constant *= MultA;
        value *= constant;
        return value ^ value >> 16;
    }

    private static uint Combine(uint x, uint y)
    {
        uint value = MixMultL * x - MixMultR * y;
        return value ^ value >> 16;
    }

    private static uint[] Words(BigInteger value, int minimum)
    {
        int count = Math.Max(minimum, (int)((value.GetBitLength() + 31) / 32));
        byte[] bytes = new byte[4 * count];
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        uint[] words = new uint[count];
        for (int i = 0; i < count; i++) words[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i));
        return words;
    }

    private static BigInteger SystemEntropy()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }
}
