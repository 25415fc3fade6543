using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace RlKit.Tests;

[TestFixture]
public class Pcg64Tests
{
    [Test]
    public void Seeds_of_every_type_agree()
    {
        ulong expected = new Pcg64(12345UL).NextUInt64();
        Assert.That(new Pcg64(12345).NextUInt64(), Is.EqualTo(expected));
        Assert.That(new Pcg64(12345L).NextUInt64(), Is.EqualTo(expected));
        Assert.That(new Pcg64((UInt128)12345).NextUInt64(), Is.EqualTo(expected));
        Assert.That(new Pcg64(new BigInteger(12345)).NextUInt64(), Is.EqualTo(expected));
        Assert.That(new Pcg64(new SeedSequence(12345)).NextUInt64(), Is.EqualTo(expected));
    }

    [Test]
    public void Without_a_seed_generators_differ() => Assert.That(new Pcg64().NextUInt64(), Is.Not.EqualTo(new Pcg64().NextUInt64()));

    [Test]
    public void A_negative_seed_is_refused_with_the_remedy()
    {
        Assert.That(() => new Pcg64(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 or more").And.Message.Contains("-1").And.Message.Contains("absolute value"));
        Assert.That(() => new Pcg64(new BigInteger(-7)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-7"));
        Assert.That(() => new Pcg64(0).Reseed(-3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-3"));
        Assert.That(() => new SeedSequence(-5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-5"));
    }

    /// <summary>numpy.random.SeedSequence(42).spawn(2), their states and their first children's.</summary>
    [Test]
    public void Spawned_sequences_equal_NumPys()
    {
        var root = new SeedSequence(42);
        SeedSequence[] children = root.Spawn(2);
        Assert.That(State(children[0], 4), Is.EqualTo(new uint[] { 2684470948, 3757501821, 1691896351, 1126406280 }));
        Assert.That(State(children[1], 4), Is.EqualTo(new uint[] { 4091952314, 31242083, 366899054, 1794014678 }));
        Assert.That(State(children[0].Spawn(1)[0], 2), Is.EqualTo(new uint[] { 3142992634, 1861194734 }));
        Assert.That(State(new SeedSequence(42, 1, 0), 2), Is.EqualTo(new uint[] { 1174127800, 3865592830 }));
        Assert.That(State(new SeedSequence(BigInteger.Pow(2, 200) + 7).Spawn(1)[0], 4), Is.EqualTo(new uint[] { 1684842500, 1016510219, 557750824, 2053867873 }));

        ulong[] words = new ulong[2];
        children[1].GenerateState(words);
        Assert.That(words, Is.EqualTo(new ulong[] { 134183728835869882, 7705234370920869742 }));
        Assert.That(root.SpawnedCount, Is.EqualTo(2));
        Assert.That(root.Spawn(1)[0].SpawnKey.ToArray(), Is.EqualTo(new uint[] { 2 }));

        var random = new Pcg64(new SeedSequence(42, 0));
        Assert.That(new[] { random.NextDouble(), random.NextDouble(), random.NextDouble() }, Is.EqualTo(new[] { 0.9167441575549085, 0.9109866676343232, 0.8765925046098457 }));
    }

    /// <summary>numpy.random.default_rng(5).standard_exponential(200000, dtype=float32).</summary>
    [Test]
    public void Single_exponentials_equal_NumPys()
    {
        float[] draws = new float[200000];
        new Pcg64(5).StandardExponential(draws);
        Assert.That(draws[..5], Is.EqualTo(new[] { 2.142340898513794f, 4.171111583709717f, 0.1283617615699768f, 1.5409873723983765f, 1.691818356513977f }));
        Assert.That(draws.Max(), Is.EqualTo(12.044937133789062f));
        Assert.That(RlKit.Video.Crc32.Append(0, MemoryMarshal.AsBytes(draws.AsSpan())), Is.EqualTo(2455266398));
    }

    /// <summary>numpy.random.default_rng(5).integers over the widest ranges, one after the other.</summary>
    [Test]
    public void The_widest_ranges_equal_NumPys()
    {
        var random = new Pcg64(5);
        long[] signed = new long[4];
        random.Integers(signed, long.MinValue, long.MaxValue);
        Assert.That(signed, Is.EqualTo(new[] { 5626310876064179623, 5680504938125105652, 282706702330408383, -3951267122455837579 }));
        ulong[] unsigned = new ulong[3];
        random.Integers(unsigned, 0, ulong.MaxValue);
        Assert.That(unsigned, Is.EqualTo(new ulong[] { 994845864549814508, 7071907629674922638, 7535000681350505411 }));
        int[] ints = new int[4];
        random.Integers(ints, int.MinValue, int.MaxValue);
        Assert.That(ints, Is.EqualTo(new[] { -1584581171, -1953028172, -2143122765, -1938070876 }));
        sbyte[] bytes = new sbyte[5];
        random.Integers(bytes, -128, 128);
        Assert.That(bytes, Is.EqualTo(new sbyte[] { 16, 56, -104, -90, 1 }));
    }

    [Test]
    public void Reseeding_starts_again_and_forgets_the_kept_half()
    {
        var random = new Pcg64(1);
        random.NextUInt32();
        random.Reseed(9);
        Assert.That(random.State, Is.EqualTo(new Pcg64(9).State));
        random.Reseed(ulong.MaxValue);
        Assert.That(random.State, Is.EqualTo(new Pcg64(ulong.MaxValue).State));
    }

    [Test]
    public void A_clone_goes_on_alone()
    {
        var random = new Pcg64(3);
        random.NextUInt32();
        Pcg64 clone = random.Clone();
        Assert.That(clone.State, Is.EqualTo(random.State));
        clone.NextUInt64();
        Assert.That(clone.State, Is.Not.EqualTo(random.State));
    }

    [Test]
    public void A_restored_state_continues_the_stream_after_any_calls() => Properties.Check(
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue).SelectMany(seed => Gen.ListOf(Gen.Choose(0, 9)).Select(calls => (seed, calls))).ToArbitrary(),
            given =>
            {
                var random = new Pcg64(given.seed);
                foreach (int call in given.calls) Call(random, call);

                using var stream = new MemoryStream();
                using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true)) random.SaveState(writer);
                Assert.That(stream.Length, Is.EqualTo(Pcg64State.Size));
                stream.Position = 0;
                var restored = new Pcg64(0);
                using (var reader = new BinaryReader(stream)) restored.LoadState(reader);
                var copied = new Pcg64(random.State);

                for (int call = 0; call < 10; call++)
                {
                    double expected = Call(random, call);
                    Assert.That(Call(restored, call), Is.EqualTo(expected));
                    Assert.That(Call(copied, call), Is.EqualTo(expected));
                }
            }));

    [Test]
    public void Integers_lie_in_their_range() => Properties.Check(
        Prop.ForAll(
            Gen.Choose(int.MinValue, int.MaxValue - 1).SelectMany(low => Gen.Choose(low + 1, int.MaxValue).Select(high => (low, high))).ToArbitrary(),
            range =>
            {
                var random = new Pcg64(7);
                for (int i = 0; i < 20; i++)
                {
                    Assert.That(random.Integers(range.low, range.high), Is.InRange(range.low, range.high - 1));
                    Assert.That(random.Integers((long)range.low, (long)range.high), Is.InRange((long)range.low, range.high - 1L));
                }
            }));

    [Test]
    public void Choices_without_replacement_are_distinct() => Properties.Check(
        Prop.ForAll(
            Gen.Choose(1, 12000).SelectMany(n => Gen.Choose(0, Math.Min(n, 700)).SelectMany(size => Gen.Elements(true, false).Select(shuffle => (n, size, shuffle)))).ToArbitrary(),
            given =>
            {
                int[] chosen = new int[given.size];
                new Pcg64(1).ChoiceWithoutReplacement(chosen, given.n, given.shuffle);
                Assert.That(chosen, Is.Unique.And.All.InRange(0, given.n - 1));
            }));

    [Test]
    public void A_permutation_holds_every_number_once()
    {
        Assert.That(new Pcg64(2).Permutation(1000), Is.EquivalentTo(Enumerable.Range(0, 1000)));
        Assert.That(new Pcg64(2).Permutation(0), Is.Empty);
    }

    [Test]
    public void An_even_increment_and_short_data_are_refused()
    {
        Pcg64State state = new Pcg64(0).State;
        Assert.That(() => new Pcg64(state with { Increment = 2 }), Throws.ArgumentException.With.Message.Contains("odd").Or.Message.Contains("even"));
        byte[] bytes = new byte[Pcg64State.Size];
        state.Write(bytes);
        Assert.That(Pcg64State.Read(bytes), Is.EqualTo(state));
        bytes[16] ^= 1;
        Assert.That(() => Pcg64State.Read(bytes), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => Pcg64State.Read(new byte[3]), Throws.ArgumentException.With.Message.Contains("37"));
        Assert.That(() => state.Write(new byte[3]), Throws.ArgumentException.With.Message.Contains("37"));
        using var reader = new BinaryReader(new MemoryStream(new byte[5]));
        Assert.That(() => new Pcg64(0).LoadState(reader), Throws.TypeOf<InvalidDataException>().With.Message.Contains("ends after 5"));
    }

    [Test]
    public void A_state_is_read_from_a_stream_that_gives_little_at_a_time()
    {
        const int states = 2000;
        var compressed = new MemoryStream();
        using (var writer = new BinaryWriter(new ZLibStream(compressed, CompressionLevel.Optimal)))
            for (int seed = 0; seed < states; seed++) new Pcg64(seed).SaveState(writer);

        compressed = new MemoryStream(compressed.ToArray());
        using var reader = new BinaryReader(new ZLibStream(compressed, CompressionMode.Decompress));
        for (int seed = 0; seed < states; seed++)
        {
            var random = new Pcg64(0);
            random.LoadState(reader);
            Assert.That(random.State, Is.EqualTo(new Pcg64(seed).State));
        }
    }

    [Test]
    public void Bad_arguments_are_named_with_their_value_and_the_remedy()
    {
        var random = new Pcg64(0);
        Assert.That(() => random.Integers(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("above low"));
        Assert.That(() => random.Integers(5, 5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("from 5 up to and without 5"));
        Assert.That(() => random.Integers(5L, 4L), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Integers(5UL, 4UL), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Integers(new int[1], 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Integers(new long[1], 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Integers(new ulong[1], 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Integers(new byte[1], 0, 257), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("256"));
        Assert.That(() => random.Integers(new sbyte[1], -129, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-128"));
        Assert.That(() => random.Uniform(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("low or more"));
        Assert.That(() => random.Uniform(0, double.PositiveInfinity), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Uniform(new double[1], double.NaN, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Normal(0, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("standardDeviation"));
        Assert.That(() => random.Exponential(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("scale"));
        Assert.That(() => random.Choice(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 or more"));
        Assert.That(() => random.Choice([0.5, 0.4]), Throws.ArgumentException.With.Message.Contains("0.9"));
        Assert.That(() => random.Choice([1.5, -0.5]), Throws.ArgumentException.With.Message.Contains("p[1] is -0.5"));
        Assert.That(() => random.Choice([]), Throws.ArgumentException);
        Assert.That(() => random.ChoiceWithoutReplacement(new int[5], 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("5 distinct"));
        Assert.That(() => random.ChoiceWithoutReplacement(new int[1], 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Permutation(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(random.State, Is.EqualTo(new Pcg64(0).State), "a refused call draws nothing");
    }

    [Test]
    public void Drawing_and_reseeding_allocate_nothing()
    {
        var random = new Pcg64(0);
        double[] doubles = new double[64];
        float[] singles = new float[64];
        int[] ints = new int[64];
        byte[] bytes = new byte[64];
        double[] p = [0.25, 0.75];

        Allocation.AssertNone(() =>
        {
            random.Reseed(5);
            for (int call = 0; call < 10; call++) Call(random, call);
            random.Fill(doubles);
            random.Fill(singles);
            random.StandardNormal(doubles);
            random.StandardNormal(singles);
            random.Integers(ints, 0, 10);
            random.Integers(bytes, 0, 10);
            random.Choice(p);
            random.Permutation(ints);
            random.ChoiceWithoutReplacement(ints, 1000);
            random.ChoiceWithoutReplacement(ints, 20000);
        });
    }

    private static double Call(Pcg64 random, int call) => call switch
    {
        0 => random.NextUInt64(),
        1 => random.NextUInt32(),
        2 => random.NextDouble(),
        3 => random.NextSingle(),
        4 => random.Integers(6),
        5 => random.StandardNormal(),
        6 => random.StandardNormalSingle(),
        7 => random.StandardExponential(),
        8 => random.Integers(0L, 1L << 40),
        _ => random.Choice(3),
    };

    private static uint[] State(SeedSequence seeds, int count)
    {
        uint[] words = new uint[count];
        seeds.GenerateState(words);
        return words;
    }
}
