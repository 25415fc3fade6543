using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RlKit;

/// <summary>
/// NumPy's default random generator: the same seed gives the same draws as <c>numpy.random.default_rng(seed)</c> and as
/// Gymnasium's <c>np_random</c>, to the last bit, on every platform.
/// </summary>
/// <remarks>
/// PCG64 XSL-RR 128/64 (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for
/// Random Number Generation", 2014) seeded through <see cref="SeedSequence"/>. Filling a span draws what as many single
/// calls draw, except for 8-bit integers. Drawing allocates nothing. Not safe for use from several threads at once:
/// give each its own, from <see cref="SeedSequence.Spawn"/>.
/// </remarks>
public sealed class Pcg64 : IRandomGenerator<Pcg64>
{
    private const ulong MultiplierHigh = 2549297995355413924;
    private const ulong MultiplierLow = 4865540595714422341;
    private const double DoubleUnit = 1.0 / (1L << 53);
    private const float SingleUnit = 1f / (1 << 24);

    private ulong _high;
    private ulong _low;
    private ulong _incrementHigh;
    private ulong _incrementLow;
    private bool _hasUInt32;
    private uint _uint32;

    /// <summary>A generator seeded with 128 bits from the operating system.</summary>
    public Pcg64()
        : this(new SeedSequence())
    {
    }

    /// <summary>A generator from a seed.</summary>
    /// <param name="seed">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public Pcg64(long seed) => Reseed(seed);

    /// <summary>A generator from a seed.</summary>
    public Pcg64(ulong seed) => Reseed(seed);

    /// <summary>A generator from a seed of any size, as Python's integers are; a <see cref="UInt128"/> converts to it.</summary>
    /// <param name="seed">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public Pcg64(BigInteger seed)
        : this(SequenceOf(seed))
    {
    }

    /// <summary>A generator from a seed sequence, so that several have independent streams from one master seed.</summary>
    public Pcg64(SeedSequence seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        Span<uint> words = stackalloc uint[8];
        seeds.GenerateState(words);
        Start(words);
    }

    /// <summary>A generator that continues from a state.</summary>
    /// <exception cref="ArgumentException">The state's increment is even.</exception>
    public Pcg64(Pcg64State state) => State = state;

    /// <summary>Everything that decides the next draws; setting it continues from there exactly.</summary>
    /// <exception cref="ArgumentException">The increment is even.</exception>
    public Pcg64State State
    {
        get => new(new UInt128(_high, _low), new UInt128(_incrementHigh, _incrementLow), _hasUInt32, _uint32);
        set
        {
            if (UInt128.IsEvenInteger(value.Increment))
                throw new ArgumentException($"The increment {value.Increment} is even, which no Pcg64 has; take the state from another generator.", nameof(value));
            (_high, _low) = ((ulong)(value.State >> 64), (ulong)value.State);
            (_incrementHigh, _incrementLow) = ((ulong)(value.Increment >> 64), (ulong)value.Increment);
            (_hasUInt32, _uint32) = (value.HasUInt32, value.UInt32);
        }
    }

    /// <summary>Starts again from a seed, as a new generator would, without an allocation.</summary>
    /// <param name="seed">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public void Reseed(long seed)
    {
        if (seed < 0)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, "A seed has to be 0 or more; take its absolute value, or leave it out for a random one.");
        Reseed((ulong)seed);
    }

    /// <summary>Starts again from a seed, as a new generator would, without an allocation.</summary>
    public void Reseed(ulong seed)
    {
        Span<uint> words = stackalloc uint[8];
        SeedSequence.Generate(seed, words);
        Start(words);
    }

    static Pcg64 IRandomGenerator<Pcg64>.Create(long? seed) => seed is { } given ? new(given) : new();

    /// <summary>Another generator in the same state.</summary>
    public Pcg64 Clone() => new(State);

    /// <summary>Writes the state, <see cref="Pcg64State.Size"/> bytes.</summary>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> bytes = stackalloc byte[Pcg64State.Size];
        State.Write(bytes);
        writer.Write(bytes);
    }

    /// <summary>Reads the state that <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is no such state, or ends early.</exception>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Span<byte> bytes = stackalloc byte[Pcg64State.Size];
        // A stream may give less at a time than it has, as one that decompresses does.
        int count = 0;
        for (int read; (read = reader.Read(bytes[count..])) > 0;) count += read;
        if (count < bytes.Length) throw new InvalidDataException($"The state of a Pcg64 takes {bytes.Length} bytes, but the data ends after {count}.");
        State = Pcg64State.Read(bytes);
    }

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        ulong high = Math.BigMul(_low, MultiplierLow, out ulong low);
        high += _high * MultiplierLow + _low * MultiplierHigh;
        low += _incrementLow;
        high += _incrementHigh + (low < _incrementLow ? 1UL : 0UL);
        _low = low;
        _high = high;
        return BitOperations.RotateRight(high ^ low, (int)(high >> 58));
    }

    /// <summary>32 random bits: the low half of a 64-bit draw, whose high half the next call returns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextUInt32()
    {
        if (_hasUInt32)
        {
            _hasUInt32 = false;
            return _uint32;
        }

        ulong next = NextUInt64();
        _hasUInt32 = true;
        _uint32 = (uint)(next >> 32);
        return (uint)next;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53 (NumPy: <c>random()</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (NextUInt64() >> 11) * DoubleUnit;

    /// <summary>Uniform in [0, 1), a multiple of 2^-24 (NumPy: <c>random(dtype=float32)</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float NextSingle() => (NextUInt32() >> 8) * SingleUnit;

    /// <summary>Fills with draws of <see cref="NextDouble"/>.</summary>
    public void Fill(Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = NextDouble();
    }

    /// <summary>Fills with draws of <see cref="NextSingle"/>.</summary>
    public void Fill(Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = NextSingle();
    }

    /// <summary>A whole number in [0, high), every one equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is below 1.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Integers(int high)
    {
        if (high < 1) ThrowEmptyRange(0, high);
        return (int)Bounded32((uint)high - 1);
    }

    /// <summary>A whole number in [low, high), every one equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is not above low.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Integers(int low, int high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        return (int)((uint)low + Bounded32((uint)high - (uint)low - 1));
    }

    /// <inheritdoc cref="Integers(int, int)"/>
    public long Integers(long low, long high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        return (long)((ulong)low + Bounded64((ulong)high - (ulong)low - 1));
    }

    /// <inheritdoc cref="Integers(int, int)"/>
    public ulong Integers(ulong low, ulong high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        return low + Bounded64(high - low - 1);
    }

    /// <summary>Fills with whole numbers in [low, high), every one equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is not above low.</exception>
    public void Integers(Span<int> destination, int low, int high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        uint range = (uint)high - (uint)low - 1;
        for (int i = 0; i < destination.Length; i++) destination[i] = (int)((uint)low + Bounded32(range));
    }

    /// <inheritdoc cref="Integers(Span{int}, int, int)"/>
    public void Integers(Span<long> destination, long low, long high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        ulong range = (ulong)high - (ulong)low - 1;
        for (int i = 0; i < destination.Length; i++) destination[i] = (long)((ulong)low + Bounded64(range));
    }

    /// <inheritdoc cref="Integers(Span{int}, int, int)"/>
    public void Integers(Span<ulong> destination, ulong low, ulong high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        ulong range = high - low - 1;
        for (int i = 0; i < destination.Length; i++) destination[i] = low + Bounded64(range);
    }

    /// <summary>
    /// Fills with whole numbers in [low, high), every one equally likely. Each call takes fresh 32-bit draws and uses their
    /// four bytes, so that one call for many differs from many calls for one.
    /// </summary>
    /// <param name="destination">What to fill.</param>
    /// <param name="low">The lowest, 0 or more.</param>
    /// <param name="high">One more than the highest, at most 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">high is not above low, or the range leaves the type's.</exception>
    public void Integers(Span<byte> destination, int low, int high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        ThrowIfOutside(low, high, byte.MinValue, byte.MaxValue);
        Bounded8(destination, (byte)low, (byte)(high - low - 1));
    }

    /// <inheritdoc cref="Integers(Span{byte}, int, int)"/>
    /// <param name="destination">What to fill.</param>
    /// <param name="low">The lowest, -128 or more.</param>
    /// <param name="high">One more than the highest, at most 128.</param>
    public void Integers(Span<sbyte> destination, int low, int high)
    {
        if (high <= low) ThrowEmptyRange(low, high);
        ThrowIfOutside(low, high, sbyte.MinValue, sbyte.MaxValue);
        Bounded8(MemoryMarshal.AsBytes(destination), (byte)low, (byte)(high - low - 1));
    }

    /// <summary>Uniform in [low, high).</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is below low, or their difference is not finite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Uniform(double low, double high)
    {
        double range = high - low;
        if (!(range >= 0 && range <= double.MaxValue)) ThrowBadRange(low, high);
        return low + range * NextDouble();
    }

    /// <summary>Fills with draws of <see cref="Uniform(double, double)"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is below low, or their difference is not finite.</exception>
    public void Uniform(Span<double> destination, double low, double high)
    {
        double range = high - low;
        if (!(range >= 0 && range <= double.MaxValue)) ThrowBadRange(low, high);
        for (int i = 0; i < destination.Length; i++) destination[i] = low + range * NextDouble();
    }

    /// <summary>Normal with mean 0 and standard deviation 1.</summary>
    /// <remarks>Ziggurat method: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables" (2000).</remarks>
    public double StandardNormal()
    {
        while (true)
        {
            ulong bits = NextUInt64();
            int strip = (int)(bits & 0xff);
            ulong magnitude = bits >> 9 & 0x000fffffffffffff;
            // The sign is drawn too: a branch on it would be mispredicted half of the time.
            double x = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(magnitude * Ziggurat.NormalWidths[strip]) ^ (bits & 0x100) << 55);
            if (magnitude < Ziggurat.NormalLimits[strip]) return x;

            if (strip == 0) return NormalTail((magnitude & 0x100) != 0);
            double above = Ziggurat.NormalHeights[strip - 1];
            double below = Ziggurat.NormalHeights[strip];
            if ((above - below) * NextDouble() + below < Math.Exp(-0.5 * x * x)) return x;
        }
    }

    /// <summary>Normal with mean 0 and standard deviation 1, in single precision from 32-bit draws (NumPy: <c>standard_normal(dtype=float32)</c>).</summary>
    public float StandardNormalSingle()
    {
        while (true)
        {
            uint bits = NextUInt32();
            int strip = (int)(bits & 0xff);
            uint magnitude = bits >> 9;
            float x = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(magnitude * Ziggurat.NormalWidthsSingle[strip]) ^ (bits & 0x100) << 23);
            if (magnitude < Ziggurat.NormalLimitsSingle[strip]) return x;

            if (strip == 0) return NormalTailSingle((magnitude & 0x100) != 0);
            float above = Ziggurat.NormalHeightsSingle[strip - 1];
            float below = Ziggurat.NormalHeightsSingle[strip];
            if ((above - below) * NextSingle() + below < Math.Exp(-0.5 * x * x)) return x;
        }
    }

    /// <summary>Fills with draws of <see cref="StandardNormal()"/>.</summary>
    public void StandardNormal(Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = StandardNormal();
    }

    /// <summary>Fills with draws of <see cref="StandardNormalSingle"/>.</summary>
    public void StandardNormal(Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = StandardNormalSingle();
    }

    /// <summary>Normal with a mean and a standard deviation.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or not a number.</exception>
    public double Normal(double mean, double standardDeviation)
    {
        ThrowIfNegativeOrNaN(standardDeviation, nameof(standardDeviation));
        return mean + standardDeviation * StandardNormal();
    }

    /// <summary>Exponential with mean 1.</summary>
    /// <remarks>Ziggurat method, as <see cref="StandardNormal()"/>.</remarks>
    public double StandardExponential()
    {
        while (true)
        {
            ulong bits = NextUInt64() >> 3;
            int strip = (int)(bits & 0xff);
            bits >>= 8;
            double x = bits * Ziggurat.ExponentialWidths[strip];
            if (bits < Ziggurat.ExponentialLimits[strip]) return x;

            if (strip == 0) return Ziggurat.ExponentialTail - Fdlibm.Log1P(-NextDouble());
            double above = Ziggurat.ExponentialHeights[strip - 1];
            double below = Ziggurat.ExponentialHeights[strip];
            if ((above - below) * NextDouble() + below < Math.Exp(-x)) return x;
        }
    }

    /// <summary>Exponential with mean 1, in single precision from 32-bit draws (NumPy: <c>standard_exponential(dtype=float32)</c>).</summary>
    public float StandardExponentialSingle()
    {
        while (true)
        {
            uint bits = NextUInt32() >> 1;
            int strip = (int)(bits & 0xff);
            bits >>= 8;
            float x = bits * Ziggurat.ExponentialWidthsSingle[strip];
            if (bits < Ziggurat.ExponentialLimitsSingle[strip]) return x;

            if (strip == 0) return (float)Ziggurat.ExponentialTail - Fdlibm.Log1P(-NextSingle());
            float above = Ziggurat.ExponentialHeightsSingle[strip - 1];
            float below = Ziggurat.ExponentialHeightsSingle[strip];
            if ((above - below) * NextSingle() + below < MathF.Exp(-x)) return x;
        }
    }

    /// <summary>Fills with draws of <see cref="StandardExponential()"/>.</summary>
    public void StandardExponential(Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = StandardExponential();
    }

    /// <summary>Fills with draws of <see cref="StandardExponentialSingle"/>.</summary>
    public void StandardExponential(Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = StandardExponentialSingle();
    }

    /// <summary>Exponential with a mean.</summary>
    /// <param name="scale">The mean, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is negative or not a number.</exception>
    public double Exponential(double scale)
    {
        ThrowIfNegativeOrNaN(scale, nameof(scale));
        return scale * StandardExponential();
    }

    /// <summary>One of 0, ..., n - 1, every one equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public int Choice(int n)
    {
        if (n < 1) throw new ArgumentOutOfRangeException(nameof(n), n, "There is nothing to choose from; n has to be 1 or more.");
        return (int)Bounded32((uint)n - 1);
    }

    /// <summary>One of 0, ..., p.Length - 1, with these probabilities.</summary>
    /// <param name="p">Probabilities, 0 or more, with the sum 1 (to within 1.5e-8).</param>
    /// <exception cref="ArgumentException">p is empty, has a negative or NaN entry, or does not sum to 1.</exception>
    public int Choice(ReadOnlySpan<double> p)
    {
        double total = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (!(p[i] >= 0)) throw new ArgumentException(FormattableString.Invariant($"p[{i}] is {p[i]}; probabilities have to be 0 or more."), nameof(p));
            total += p[i];
        }

        // NumPy's tolerance: the square root of the spacing of doubles at 1.
        if (!(Math.Abs(total - 1) <= 1.4901161193847656e-8))
            throw new ArgumentException(FormattableString.Invariant($"The {p.Length} probabilities sum to {total}; divide them by their sum, which has to be 1."), nameof(p));

        double draw = NextDouble();
        double cumulative = 0;
        for (int i = 0; i < p.Length; i++)
        {
            cumulative += p[i];
            if (cumulative / total > draw) return i;
        }

        return p.Length - 1;
    }

    /// <summary>Fills with distinct ones of 0, ..., n - 1, every set of them equally likely (NumPy: <c>choice(n, size, replace=False)</c>).</summary>
    /// <param name="destination">What to fill, with at most n elements.</param>
    /// <param name="n">How many there are to choose from.</param>
    /// <param name="shuffle">True for an order that is random too; false is faster, and right where the order does not matter.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1, or the destination longer than n.</exception>
    public void ChoiceWithoutReplacement(Span<int> destination, int n, bool shuffle = true)
    {
        if (n < 1) throw new ArgumentOutOfRangeException(nameof(n), n, "There is nothing to choose from; n has to be 1 or more.");
        if (destination.Length > n)
            throw new ArgumentOutOfRangeException(nameof(n), n, $"{destination.Length} distinct numbers cannot be chosen from {n}; choose fewer, or with replacement.");

        if (destination.IsEmpty) return;
        if (n > 10000 && destination.Length > n / (shuffle ? 50 : 20)) ChooseByTailShuffle(destination, n);
        else ChooseByFloyd(destination, n, shuffle);
    }

    /// <summary>The numbers 0, ..., n - 1 in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public int[] Permutation(int n)
    {
        if (n < 0) throw new ArgumentOutOfRangeException(nameof(n), n, "A permutation has 0 or more elements.");
        int[] permutation = new int[n];
        Permutation(permutation);
        return permutation;
    }

    /// <summary>Fills with the numbers 0, ..., length - 1 in random order.</summary>
    public void Permutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = i;
        Shuffle(destination);
    }

    /// <summary>Brings the elements into random order, every order equally likely.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            // NumPy shuffles with masked rejection, unlike its other bounded draws.
            uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)i);
            uint j;
            do j = NextUInt32() & mask;
            while (j > (uint)i);
            (values[i], values[(int)j]) = (values[(int)j], values[i]);
        }
    }

    private static SeedSequence SequenceOf(BigInteger seed)
    {
        if (seed.Sign < 0)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, "A seed has to be 0 or more; take its absolute value, or leave it out for a random one.");
        return new SeedSequence(seed);
    }

    private static void ThrowEmptyRange<T>(T low, T high) =>
        throw new ArgumentOutOfRangeException(nameof(high), high, $"The range from {low} up to and without {high} is empty; high has to be above low.");

    private static void ThrowIfOutside(int low, int high, int lowest, int highest)
    {
        if (low < lowest) throw new ArgumentOutOfRangeException(nameof(low), low, $"low has to be {lowest} or more for this type.");
        if (high > highest + 1) throw new ArgumentOutOfRangeException(nameof(high), high, $"high has to be at most {highest + 1} for this type.");
    }

    private static void ThrowBadRange(double low, double high) =>
        throw new ArgumentOutOfRangeException(nameof(high), high, FormattableString.Invariant($"The range from {low} to {high} is not one to draw from; high has to be low or more, and their difference finite."));

    private static void ThrowIfNegativeOrNaN(double value, string name)
    {
        if (!(value >= 0)) throw new ArgumentOutOfRangeException(name, value, $"{name} has to be 0 or more.");
    }

    private void Start(ReadOnlySpan<uint> words)
    {
        ulong stateHigh = words[0] | (ulong)words[1] << 32;
        ulong stateLow = words[2] | (ulong)words[3] << 32;
        ulong streamHigh = words[4] | (ulong)words[5] << 32;
        ulong streamLow = words[6] | (ulong)words[7] << 32;
        _incrementHigh = streamHigh << 1 | streamLow >> 63;
        _incrementLow = streamLow << 1 | 1;

        // One step from zero gives the increment; then the seed is added, and another step taken.
        _low = _incrementLow + stateLow;
        _high = _incrementHigh + stateHigh + (_low < stateLow ? 1UL : 0UL);
        NextUInt64();
        _hasUInt32 = false;
        _uint32 = 0;
    }

    /// <summary>Uniform in 0, ..., range (inclusive) by Lemire's method; a range of 0 draws nothing.</summary>
    /// <remarks>D. Lemire, "Fast Random Integer Generation in an Interval" (2019).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Bounded32(uint range)
    {
        if (range == 0) return 0;
        if (range == uint.MaxValue) return NextUInt32();

        uint count = range + 1;
        ulong product = (ulong)NextUInt32() * count;
        if ((uint)product < count) product = Reject32(product, count);
        return (uint)(product >> 32);
    }

    private ulong Reject32(ulong product, uint count)
    {
        uint threshold = (0u - count) % count;
        while ((uint)product < threshold) product = (ulong)NextUInt32() * count;
        return product;
    }

    private ulong Bounded64(ulong range)
    {
        if (range <= uint.MaxValue) return Bounded32((uint)range);
        if (range == ulong.MaxValue) return NextUInt64();

        ulong count = range + 1;
        ulong high = Math.BigMul(NextUInt64(), count, out ulong low);
        if (low < count)
        {
            ulong threshold = (0UL - count) % count;
            while (low < threshold) high = Math.BigMul(NextUInt64(), count, out low);
        }

        return high;
    }

    private void Bounded8(Span<byte> destination, byte low, byte range)
    {
        uint bytes = 0;
        int left = 0;
        uint count = range + 1u;
        uint threshold = (256 - count) % count;
        for (int i = 0; i < destination.Length; i++)
        {
            uint product = 0;
            if (range != 0)
            {
                do
                {
                    if (left-- == 0) (bytes, left) = (NextUInt32(), 3);
                    else bytes >>= 8;
                    product = (bytes & 0xff) * count;
                }
                while ((product & 0xff) < threshold);
            }

            destination[i] = (byte)(low + (product >> 8));
        }
    }

    private double NormalTail(bool negative)
    {
        while (true)
        {
            double x = -Ziggurat.NormalTailInverse * Fdlibm.Log1P(-NextDouble());
            double y = -Fdlibm.Log1P(-NextDouble());
            if (y + y > x * x) return negative ? -(Ziggurat.NormalTail + x) : Ziggurat.NormalTail + x;
        }
    }

    private float NormalTailSingle(bool negative)
    {
        while (true)
        {
            float x = -(float)Ziggurat.NormalTailInverse * Fdlibm.Log1P(-NextSingle());
            float y = -Fdlibm.Log1P(-NextSingle());
            if (y + y > x * x) return negative ? -((float)Ziggurat.NormalTail + x) : (float)Ziggurat.NormalTail + x;
        }
    }

    private void ChooseByTailShuffle(Span<int> destination, int n)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(n);
        Span<int> all = rented.AsSpan(0, n);
        for (int i = 0; i < n; i++) all[i] = i;
        ShuffleFrom(all, Math.Max(n - destination.Length, 1));
        all[^destination.Length..].CopyTo(destination);
        ArrayPool<int>.Shared.Return(rented);
    }

    private void ChooseByFloyd(Span<int> destination, int n, bool shuffle)
    {
        // An open-addressing set with room for 1.2 times the elements; -1 marks a free place.
        int mask = (int)(uint.MaxValue >> BitOperations.LeadingZeroCount((uint)(1.2 * destination.Length)));
        int[]? rented = mask < 256 ? null : ArrayPool<int>.Shared.Rent(mask + 1);
        Span<int> chosen = rented is null ? stackalloc int[256] : rented;
        chosen[..(mask + 1)].Fill(-1);
        for (int i = 0; i < destination.Length; i++)
        {
            int last = n - destination.Length + i;
            int value = (int)Bounded32((uint)last);
            int place = value & mask;
            while (chosen[place] != -1 && chosen[place] != value) place = (place + 1) & mask;
            if (chosen[place] != -1)
            {
                value = last;
                place = value & mask;
                while (chosen[place] != -1) place = (place + 1) & mask;
            }

            chosen[place] = value;
            destination[i] = value;
        }

        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
        if (shuffle) ShuffleFrom(destination, 1);
    }

    private void ShuffleFrom(Span<int> values, int first)
    {
        for (int i = values.Length - 1; i >= first; i--)
        {
            int j = (int)Bounded32((uint)i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
