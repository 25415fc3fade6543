using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

/// <summary>
/// Random numbers for tensors: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011), a counter-based generator
/// of period 2^130 in 32-bit words. The same seed gives the same numbers on every machine and in every version; the state can be saved and restored.
/// </summary>
public sealed class Generator
{
    private uint _key0, _key1;
    private ulong _counter;
    private uint _word0, _word1, _word2, _word3;
    private int _used = 4;

    /// <summary>Starts the stream of a seed.</summary>
    public Generator(ulong seed) => Seed(seed);

    /// <summary>The position in the stream; assigning it continues from there.</summary>
    /// <exception cref="ArgumentException">The assigned state was not taken from a generator.</exception>
    public GeneratorState State
    {
        get => new((ulong)_key1 << 32 | _key0, _counter, _used);
        set
        {
            if (value.Used is < 1 or > 4 || value.Counter == 0 && value.Used != 4) throw new ArgumentException($"{value} is no state of a generator.", nameof(value));
            _key0 = (uint)value.Seed;
            _key1 = (uint)(value.Seed >> 32);
            _counter = value.Counter;
            _used = value.Used;
            if (_used < 4) Block(_counter - 1);
        }
    }

    /// <summary>Starts the stream of a seed again.</summary>
    public void Seed(ulong seed)
    {
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        _counter = 0;
        _used = 4;
    }

    /// <summary>32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            Block(_counter++);
            _used = 0;
        }

        return _used++ switch
        {
            0 => _word0,
            1 => _word1,
            2 => _word2,
            _ => _word3,
        };
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => (ulong)NextUInt32() << 32 | NextUInt32();

    /// <summary>A number in 0..1 (1 excluded): a multiple of 2^-24.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>A number in 0..1 (1 excluded): a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>A whole number in 0..bound - 1, each equally likely (Lemire's multiplication method).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            uint rejected = (uint)-bound % (uint)bound;
            while ((uint)product < rejected) product = (ulong)NextUInt32() * (uint)bound;
        }

        return (int)(product >> 32);
    }

    /// <summary>A draw from the standard normal distribution (Box and Muller's method).</summary>
    public float NextNormal()
    {
        NormalPair(NextUInt32(), NextUInt32(), out float first, out _);
        return first;
    }

    /// <summary>Fills with independent draws from the uniform distribution on low..high (high excluded, but for rounding).</summary>
    public void FillUniform(Span<float> destination, float low = 0, float high = 1)
    {
        float range = high - low;
        for (int i = 0; i < destination.Length; i++) destination[i] = low + range * NextSingle();
    }

    /// <summary>Fills with independent draws from a normal distribution.</summary>
    public void FillNormal(Span<float> destination, float mean = 0, float standardDeviation = 1)
    {
        for (int i = 0; i < destination.Length; i += 2)
        {
            NormalPair(NextUInt32(), NextUInt32(), out float first, out float second);
            destination[i] = mean + standardDeviation * first;
            if (i + 1 < destination.Length) destination[i + 1] = mean + standardDeviation * second;
        }
    }

    /// <summary>Puts the elements in a random order, each order equally likely (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static void NormalPair(uint bits0, uint bits1, out float first, out float second)
    {
        float uniform = ((bits0 >> 8) + 1) * (1f / (1 << 24)); // never 0
        float radius = MathF.Sqrt(-2 * MathF.Log(uniform));
        (float sine, float cosine) = MathF.SinCos((bits1 >> 8) * (2 * MathF.PI / (1 << 24)));
        first = radius * cosine;
        second = radius * sine;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Block(ulong counter)
    {
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = 0, c3 = 0, k0 = _key0, k1 = _key1;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53ul * c0, p1 = 0xCD9E8D57ul * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        (_word0, _word1, _word2, _word3) = (c0, c1, c2, c3);
    }
}
