using System.Numerics;

namespace RlKit;

/// <summary>
/// NumPy's legacy generator <c>numpy.random.RandomState(seed)</c>, for environments whose originals use it: the same seed
/// gives the same draws, to the last bit.
/// </summary>
/// <remarks>
/// Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform Pseudo-Random
/// Number Generator" (1998). New environments use <see cref="Pcg64"/>, which is faster and whose state is small.
/// </remarks>
public sealed class Mt19937 : IRandomGenerator<Mt19937>
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] _key = new uint[Length];
    private int _position;
    private bool _hasNormal;
    private double _normal;

    /// <summary>A generator from a seed.</summary>
    /// <param name="seed">0, ..., 2^32 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is outside that range.</exception>
    public Mt19937(long seed) => Reseed(seed);

    /// <summary>The 624 words that the next draws come from.</summary>
    public ReadOnlySpan<uint> Key => _key;

    /// <summary>Starts again from a seed, as a new generator would, without an allocation.</summary>
    /// <param name="seed">0, ..., 2^32 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is outside that range.</exception>
    public void Reseed(long seed)
    {
        if (seed is < 0 or > uint.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, "A seed of Mt19937 has to be in 0..4294967295; take it modulo 2^32, or use Pcg64, which takes seeds of any size.");

        uint word = (uint)seed;
        for (int i = 0; i < Length; i++)
        {
            _key[i] = word;
            word = 1812433253 * (word ^ word >> 30) + (uint)i + 1;
        }

        _position = Length;
        _hasNormal = false;
        _normal = 0;
    }

    // The seeds of environments are longer than this generator's: what counts of them is the last 32 bits.
    static Mt19937 IRandomGenerator<Mt19937>.Create(long? seed) => new(seed is { } given ? given & uint.MaxValue : new Pcg64().NextUInt32());

    void IRandomGenerator<Mt19937>.Reseed(long seed) => Reseed(seed & uint.MaxValue);

    /// <summary>Another generator in the same state.</summary>
    public Mt19937 Clone()
    {
        var clone = new Mt19937(0) { _position = _position, _hasNormal = _hasNormal, _normal = _normal };
        _key.CopyTo(clone._key, 0);
        return clone;
    }

    /// <summary>Writes the state: 2509 bytes.</summary>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (uint word in _key) writer.Write(word);
        writer.Write(_position);
        writer.Write(_hasNormal);
        writer.Write(_normal);
    }

    /// <summary>Reads the state that <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is no such state, or ends early.</exception>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        uint[] key = new uint[Length];
        int position;
        bool hasNormal;
        double normal;
        try
        {
            for (int i = 0; i < Length; i++) key[i] = reader.ReadUInt32();
            position = reader.ReadInt32();
            hasNormal = reader.ReadBoolean();
            normal = reader.ReadDouble();
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("The data ends before the state of an Mt19937 does.", exception);
        }

        if (position is < 0 or > Length) throw new InvalidDataException($"The position {position} is none of an Mt19937, which has 0..{Length}.");
        key.CopyTo(_key, 0);
        (_position, _hasNormal, _normal) = (position, hasNormal, normal);
    }

    /// <summary>32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_position == Length) Twist();
        uint word = _key[_position++];
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c5680;
        word ^= word << 15 & 0xefc60000;
        return word ^ word >> 18;
    }

    /// <summary>64 random bits: two 32-bit draws, the high one first.</summary>
    public ulong NextUInt64()
    {
        ulong high = NextUInt32();
        return high << 32 | NextUInt32();
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53 (NumPy: <c>rand()</c>).</summary>
    public double NextDouble()
    {
        uint high = NextUInt32() >> 5;
        uint low = NextUInt32() >> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /// <summary>Fills with draws of <see cref="NextDouble"/>.</summary>
    public void Fill(Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = NextDouble();
    }

    /// <summary>A whole number in [0, high), every one equally likely (NumPy: <c>randint(high)</c>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is below 1.</exception>
    public int Integers(int high) => (int)Integers(0L, high);

    /// <summary>A whole number in [low, high), every one equally likely (NumPy: <c>randint(low, high)</c>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is not above low.</exception>
    public int Integers(int low, int high) => (int)Integers((long)low, high);

    /// <inheritdoc cref="Integers(int, int)"/>
    public long Integers(long low, long high)
    {
        if (high <= low)
            throw new ArgumentOutOfRangeException(nameof(high), high, $"The range from {low} up to and without {high} is empty; high has to be above low.");
        return (long)((ulong)low + Bounded((ulong)high - (ulong)low - 1));
    }

    /// <summary>Fills with whole numbers in [low, high), every one equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is not above low.</exception>
    public void Integers(Span<int> destination, int low, int high)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = Integers(low, high);
    }

    /// <summary>Uniform in [low, high).</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is below low, or their difference is not finite.</exception>
    public double Uniform(double low, double high)
    {
        double range = high - low;
        if (!(range >= 0 && double.IsFinite(range)))
            throw new ArgumentOutOfRangeException(nameof(high), high, FormattableString.Invariant($"The range from {low} to {high} is not one to draw from; high has to be low or more, and their difference finite."));
        return low + range * NextDouble();
    }

    /// <summary>Normal with mean 0 and standard deviation 1 (NumPy: <c>randn()</c>), two at a time by the polar method.</summary>
    public double StandardNormal()
    {
        if (_hasNormal)
        {
            _hasNormal = false;
            double kept = _normal;
            _normal = 0;
            return kept;
        }

        double x;
        double y;
        double square;
        do
        {
            x = 2.0 * NextDouble() - 1.0;
            y = 2.0 * NextDouble() - 1.0;
            square = x * x + y * y;
        }
        while (square is >= 1.0 or 0.0);

        double factor = Math.Sqrt(-2.0 * Math.Log(square) / square);
        _hasNormal = true;
        _normal = factor * x;
        return factor * y;
    }

    /// <summary>One of 0, ..., n - 1, every one equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public int Choice(int n)
    {
        if (n < 1) throw new ArgumentOutOfRangeException(nameof(n), n, "There is nothing to choose from; n has to be 1 or more.");
        return (int)Bounded((ulong)n - 1);
    }

    /// <summary>The numbers 0, ..., n - 1 in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public int[] Permutation(int n)
    {
        if (n < 0) throw new ArgumentOutOfRangeException(nameof(n), n, "A permutation has 0 or more elements.");
        int[] permutation = new int[n];
        for (int i = 0; i < n; i++) permutation[i] = i;
        Shuffle(permutation.AsSpan());
        return permutation;
    }

    /// <summary>Brings the elements into random order, every order equally likely.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = (int)Bounded((ulong)i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>Uniform in 0, ..., range (inclusive) by masked rejection; a range of 0 draws nothing.</summary>
    private ulong Bounded(ulong range)
    {
        if (range == 0) return 0;
        ulong mask = ulong.MaxValue >> BitOperations.LeadingZeroCount(range);
        ulong value;
        do value = (range <= uint.MaxValue ? NextUInt32() : NextUInt64()) & mask;
        while (value > range);
        return value;
    }

    private void Twist()
    {
        int i = 0;
        for (; i < Length - Middle; i++) _key[i] = _key[i + Middle] ^ Mixed(_key[i], _key[i + 1]);
        for (; i < Length - 1; i++) _key[i] = _key[i + Middle - Length] ^ Mixed(_key[i], _key[i + 1]);
        _key[i] = _key[Middle - 1] ^ Mixed(_key[i], _key[0]);
        _position = 0;

        static uint Mixed(uint one, uint next)
        {
            uint joined = one & 0x80000000 | next & 0x7fffffff;
            return joined >> 1 ^ (0u - (joined & 1) & 0x9908b0df);
        }
    }
}
