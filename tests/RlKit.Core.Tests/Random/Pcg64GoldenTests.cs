using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RlKit.Tests;

/// <summary>Every draw that NumPy's golden numbers record, to the last bit.</summary>
[TestFixture]
[Category("Golden")]
public class Pcg64GoldenTests
{
    private static readonly HashSet<string> Handled =
    [
        "seed", "state", "inc", "seed_sequence_u32", "raw_uint64", "uint32", "random", "random_f32", "integers", "integers_low_high", "integers_int32",
        "integers_int8_array", "integers_int8_scalar", "integers_uint8_array", "uniform", "standard_normal", "standard_normal_f32", "normal", "exponential",
        "choice", "choice_p", "permutation", "shuffle_in_place", "mixed",
    ];

    public static IEnumerable<TestCaseData> Cases(string file)
    {
        using JsonDocument document = Golden.Read(file);
        foreach (JsonElement element in document.RootElement.GetProperty("cases").EnumerateArray())
            yield return new TestCaseData(element.Clone()).SetArgDisplayNames(Name(element));
    }

    [TestCaseSource(nameof(Cases), ["rng/numpy_pcg64"])]
    [TestCaseSource(nameof(Cases), ["rng/numpy_pcg64_big_seeds"])]
    public void Draws_equal_NumPys(JsonElement golden)
    {
        BigInteger seed = BigInteger.Parse(golden.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture);
        Assert.Multiple(() =>
        {
            foreach (JsonProperty field in golden.EnumerateObject())
            {
                Assert.That(Handled, Does.Contain(field.Name), "a field without a test");
                Check(field, seed);
            }
        });
    }

    [TestCaseSource(nameof(Cases), ["rng/numpy_choice_no_replace"])]
    public void Choice_without_replacement_equals_NumPys(JsonElement golden)
    {
        var random = new Pcg64(Seed(golden));
        int[] chosen = new int[golden.GetProperty("size").GetInt32()];
        foreach (JsonElement expected in golden.GetProperty("values").EnumerateArray())
        {
            random.ChoiceWithoutReplacement(chosen, golden.GetProperty("n").GetInt32(), golden.GetProperty("shuffle").GetBoolean());
            Assert.That(chosen, Is.EqualTo(Integers(expected)));
        }
    }

    [TestCaseSource(nameof(Cases), ["rng/numpy_long_streams"])]
    public void Long_streams_equal_NumPys(JsonElement golden)
    {
        BigInteger seed = Seed(golden);
        int n = golden.GetProperty("n").GetInt32();
        int every = golden.GetProperty("every").GetInt32();
        foreach (JsonProperty field in golden.EnumerateObject())
        {
            var random = new Pcg64(seed);
            switch (field.Name)
            {
                case "seed" or "n" or "every": break;
                case "standard_normal": CheckStream<double>(field, n, every, random.StandardNormal, value => value.Double()); break;
                case "standard_exponential": CheckStream<double>(field, n, every, random.StandardExponential, value => value.Double()); break;
                case "random": CheckStream<double>(field, n, every, random.Fill, value => value.Double()); break;
                case "standard_normal_f32": CheckStream<float>(field, n, every, random.StandardNormal, value => value.Single()); break;
                case "random_f32": CheckStream<float>(field, n, every, random.Fill, value => value.Single()); break;
                case var name when name.StartsWith("integers_", StringComparison.Ordinal):
                    long high = long.Parse(name["integers_".Length..], CultureInfo.InvariantCulture);
                    CheckStream<long>(field, n, every, all => random.Integers(all, 0, high), Long);
                    break;
                default: Assert.Fail($"'{field.Name}' has no test."); break;
            }
        }
    }

    [Test]
    public void Every_rng_file_has_a_test() => Assert.That(Golden.Names("rng"), Is.SubsetOf(new[]
    {
        "numpy_choice_no_replace", "numpy_long_streams", "numpy_mt19937", "numpy_pcg64", "numpy_pcg64_big_seeds", "numpy_ziggurat_tables",
    }));

    [Test]
    public void Ziggurat_tables_are_NumPys()
    {
        using JsonDocument document = Golden.Read("rng/numpy_ziggurat_tables");
        foreach (JsonProperty field in document.RootElement.EnumerateObject())
        {
            JsonElement value = field.Value;
            switch (field.Name)
            {
                case "what" or "numpy": break;
                case "normal_r": Assert.That(Ziggurat.NormalTail, Is.EqualTo(value.GetDouble())); break;
                case "normal_inv_r": Assert.That(Ziggurat.NormalTailInverse, Is.EqualTo(value.GetDouble())); break;
                case "exp_r": Assert.That(Ziggurat.ExponentialTail, Is.EqualTo(value.GetDouble())); break;
                case "fi_double": Assert.That(Ziggurat.NormalHeights.ToArray(), Is.EqualTo(Doubles(value))); break;
                case "wi_double": Assert.That(Ziggurat.NormalWidths.ToArray(), Is.EqualTo(Doubles(value))); break;
                case "ki_double": Assert.That(Ziggurat.NormalLimits.ToArray(), Is.EqualTo(Unsigned(value))); break;
                case "fe_double": Assert.That(Ziggurat.ExponentialHeights.ToArray(), Is.EqualTo(Doubles(value))); break;
                case "we_double": Assert.That(Ziggurat.ExponentialWidths.ToArray(), Is.EqualTo(Doubles(value))); break;
                case "ke_double": Assert.That(Ziggurat.ExponentialLimits.ToArray(), Is.EqualTo(Unsigned(value))); break;
                case "fi_float": Assert.That(Ziggurat.NormalHeightsSingle.ToArray(), Is.EqualTo(Singles(value))); break;
                case "wi_float": Assert.That(Ziggurat.NormalWidthsSingle.ToArray(), Is.EqualTo(Singles(value))); break;
                case "ki_float": Assert.That(Ziggurat.NormalLimitsSingle.ToArray(), Is.EqualTo(Unsigned(value))); break;
                case "fe_float": Assert.That(Ziggurat.ExponentialHeightsSingle.ToArray(), Is.EqualTo(Singles(value))); break;
                case "we_float": Assert.That(Ziggurat.ExponentialWidthsSingle.ToArray(), Is.EqualTo(Singles(value))); break;
                case "ke_float": Assert.That(Ziggurat.ExponentialLimitsSingle.ToArray(), Is.EqualTo(Unsigned(value))); break;
                default: Assert.Fail($"'{field.Name}' has no test."); break;
            }
        }
    }

    private static void Check(JsonProperty field, BigInteger seed)
    {
        JsonElement value = field.Value;
        string name = field.Name;
        var random = new Pcg64(seed);
        switch (name)
        {
            case "seed": break;
            case "state": Assert.That(random.State.State, Is.EqualTo(UInt128.Parse(value.GetString()!, CultureInfo.InvariantCulture)), name); break;
            case "inc": Assert.That(random.State.Increment, Is.EqualTo(UInt128.Parse(value.GetString()!, CultureInfo.InvariantCulture)), name); break;
            case "seed_sequence_u32":
                uint[] words = new uint[value.GetArrayLength()];
                new SeedSequence(seed).GenerateState(words);
                Assert.That(words, Is.EqualTo(Unsigned(value)), name);
                break;
            case "raw_uint64": CheckEach(name, Unsigned(value), random.NextUInt64); break;
            case "uint32": CheckEach(name, Unsigned(value), () => random.NextUInt32()); break;
            case "random":
                CheckEach(name, Doubles(value), random.NextDouble);
                CheckFill(name, Doubles(value), new Pcg64(seed).Fill);
                break;
            case "random_f32":
                CheckEach(name, Singles(value), random.NextSingle);
                CheckFill(name, Singles(value), new Pcg64(seed).Fill);
                break;
            case "integers":
                foreach (JsonElement range in value.EnumerateArray()) CheckIntegers(name, range, seed, BigInteger.Zero, Big(range.GetProperty("n")));
                break;
            case "integers_low_high": CheckIntegers(name, value, seed, Big(value.GetProperty("low")), Big(value.GetProperty("high"))); break;
            case "integers_int32": CheckIntegers(name, value, seed, BigInteger.Zero, Big(value.GetProperty("n"))); break;
            case "integers_int8_array":
                foreach (JsonElement range in value.EnumerateArray())
                    CheckFill<sbyte>(name, [.. Integers(range.GetProperty("values")).Select(x => (sbyte)x)], all => new Pcg64(seed).Integers(all, 0, range.GetProperty("n").GetInt32()));
                break;
            case "integers_uint8_array":
                foreach (JsonElement range in value.EnumerateArray())
                    CheckFill<byte>(name, [.. Integers(range.GetProperty("values")).Select(x => (byte)x)], all => new Pcg64(seed).Integers(all, 0, range.GetProperty("n").GetInt32()));
                break;
            case "integers_int8_scalar":
                CheckEach(name, Integers(value.GetProperty("values")), () =>
                {
                    Span<sbyte> one = stackalloc sbyte[1];
                    random.Integers(one, 0, value.GetProperty("n").GetInt32());
                    return (int)one[0];
                });
                break;
            case "uniform":
                foreach (JsonElement range in value.EnumerateArray())
                {
                    (double low, double high) = (range.GetProperty("low").GetDouble(), range.GetProperty("high").GetDouble());
                    double[] expected = Doubles(range.GetProperty("values"));
                    var fresh = new Pcg64(seed);
                    CheckEach(name, expected, () => fresh.Uniform(low, high));
                    CheckFill<double>(name, expected, all => new Pcg64(seed).Uniform(all, low, high));
                }

                break;
            case "standard_normal":
                CheckEach(name, Doubles(value), random.StandardNormal);
                CheckFill(name, Doubles(value), new Pcg64(seed).StandardNormal);
                break;
            case "standard_normal_f32":
                CheckEach(name, Singles(value), random.StandardNormalSingle);
                CheckFill(name, Singles(value), new Pcg64(seed).StandardNormal);
                break;
            case "normal":
                foreach (JsonElement normal in value.EnumerateArray())
                {
                    var fresh = new Pcg64(seed);
                    CheckEach(name, Doubles(normal.GetProperty("values")), () => fresh.Normal(normal.GetProperty("loc").GetDouble(), normal.GetProperty("scale").GetDouble()));
                }

                break;
            case "exponential":
                foreach (JsonElement exponential in value.EnumerateArray())
                {
                    var fresh = new Pcg64(seed);
                    CheckEach(name, Doubles(exponential.GetProperty("values")), () => fresh.Exponential(exponential.GetProperty("scale").GetDouble()));
                }

                break;
            case "choice":
                foreach (JsonElement choice in value.EnumerateArray())
                {
                    var fresh = new Pcg64(seed);
                    CheckEach(name, Integers(choice.GetProperty("values")), () => fresh.Choice(choice.GetProperty("n").GetInt32()));
                }

                break;
            case "choice_p":
                double[] p = Doubles(value.GetProperty("p"));
                CheckEach(name, Integers(value.GetProperty("values")), () => random.Choice(p));
                break;
            case "permutation":
                foreach (JsonElement expected in value.GetProperty("values").EnumerateArray())
                    Assert.That(random.Permutation(value.GetProperty("n").GetInt32()), Is.EqualTo(Integers(expected)), name);
                break;
            case "shuffle_in_place":
                long[] shuffled = [.. Enumerable.Range(0, value.GetProperty("n").GetInt32())];
                foreach (JsonElement expected in value.GetProperty("values").EnumerateArray())
                {
                    random.Shuffle(shuffled.AsSpan());
                    Assert.That(shuffled, Is.EqualTo(Integers(expected)), name);
                }

                break;
            case "mixed": CheckMixed(value, random); break;
        }
    }

    private static void CheckMixed(JsonElement calls, Pcg64 random)
    {
        foreach (JsonElement call in calls.EnumerateArray())
        {
            JsonElement expected = call[1];
            string name = call[0].GetString()!;
            switch (name)
            {
                case "f32": Assert.That((double)random.NextSingle(), Is.EqualTo(expected.GetDouble()), name); break;
                case "f64": Assert.That(random.NextDouble(), Is.EqualTo(expected.GetDouble()), name); break;
                case "i6": Assert.That(random.Integers(6), Is.EqualTo(expected.GetInt32()), name); break;
                case "i2^33": Assert.That(random.Integers(0L, 1L << 33), Is.EqualTo(Long(expected)), name); break;
                case "normal": Assert.That(random.StandardNormal(), Is.EqualTo(expected.GetDouble()), name); break;
                case "exp": Assert.That(random.StandardExponential(), Is.EqualTo(expected.GetDouble()), name); break;
                case "i8x3":
                    sbyte[] bytes = new sbyte[3];
                    random.Integers(bytes, 0, 2);
                    Assert.That(bytes, Is.EqualTo(Integers(expected)), name);
                    break;
                case "perm4": Assert.That(random.Permutation(4), Is.EqualTo(Integers(expected)), name); break;
                default: Assert.Fail($"'{name}' has no test."); break;
            }
        }
    }

    private static void CheckIntegers(string name, JsonElement golden, BigInteger seed, BigInteger low, BigInteger high)
    {
        BigInteger[] expected = [.. golden.GetProperty("values").EnumerateArray().Select(Big)];
        var random = new Pcg64(seed);
        if (high <= long.MaxValue)
        {
            CheckEach(name, [.. expected.Select(x => (long)x)], () => random.Integers((long)low, (long)high));
            CheckFill<long>(name, [.. expected.Select(x => (long)x)], all => new Pcg64(seed).Integers(all, (long)low, (long)high));
        }

        if (low.Sign >= 0)
        {
            random = new Pcg64(seed);
            CheckEach(name, [.. expected.Select(x => (ulong)x)], () => random.Integers((ulong)low, (ulong)high));
            CheckFill<ulong>(name, [.. expected.Select(x => (ulong)x)], all => new Pcg64(seed).Integers(all, (ulong)low, (ulong)high));
        }

        if (high <= int.MaxValue)
        {
            random = new Pcg64(seed);
            CheckEach(name, [.. expected.Select(x => (int)x)], () => random.Integers((int)low, (int)high));
            CheckFill<int>(name, [.. expected.Select(x => (int)x)], all => new Pcg64(seed).Integers(all, (int)low, (int)high));
            if (low.IsZero)
            {
                random = new Pcg64(seed);
                CheckEach(name, [.. expected.Select(x => (int)x)], () => random.Integers((int)high));
            }
        }
    }

    private static void CheckStream<T>(JsonProperty field, int n, int every, FillSpan<T> fill, Func<JsonElement, T> read)
        where T : unmanaged, INumber<T>
    {
        T[] all = new T[n];
        fill(all);
        foreach (JsonProperty property in field.Value.EnumerateObject())
        {
            switch (property.Name)
            {
                case "crc32": Assert.That(RlKit.Video.Crc32.Append(0, MemoryMarshal.AsBytes<T>(all)), Is.EqualTo(property.Value.GetUInt32()), field.Name); break;
                case "samples": Assert.That(all.Where((_, i) => i % every == 0), Is.EqualTo(property.Value.EnumerateArray().Select(read)), field.Name); break;
                // NumPy sums pairwise, so that only the leading digits are the same.
                case "sum": Assert.That(all.Sum(double.CreateChecked), Is.EqualTo(property.Value.GetDouble()).Within(1e-6), field.Name); break;
                case "tail":
                    foreach (JsonElement tail in property.Value.EnumerateArray()) Assert.That(all[tail[0].GetInt32()], Is.EqualTo(read(tail[1])), $"{field.Name} {tail[0]}");
                    break;
                default: Assert.Fail($"'{property.Name}' has no test."); break;
            }
        }
    }

    private static void CheckEach<T>(string name, T[] expected, Func<T> draw) => Assert.That(expected.Select(_ => draw()).ToArray(), Is.EqualTo(expected), name);

    private static void CheckFill<T>(string name, T[] expected, FillSpan<T> fill)
    {
        T[] all = new T[expected.Length];
        fill(all);
        Assert.That(all, Is.EqualTo(expected), name + ", filled");
    }

    private static string Name(JsonElement element) =>
        string.Join(" ", element.EnumerateObject().Where(field => field.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)).Take(4).Select(field => $"{field.Name}={field.Value}"));

    private static BigInteger Seed(JsonElement golden) => Big(golden.GetProperty("seed"));

    private static BigInteger Big(JsonElement element) => BigInteger.Parse(element.ToString(), CultureInfo.InvariantCulture);

    private static long Long(JsonElement element) => (long)Big(element);

    private static double[] Doubles(JsonElement element) => [.. element.EnumerateArray().Select(value => value.Double())];

    private static float[] Singles(JsonElement element) => [.. element.EnumerateArray().Select(value => value.Single())];

    private static int[] Integers(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetInt32())];

    private static ulong[] Unsigned(JsonElement element) => [.. element.EnumerateArray().Select(value => (ulong)Big(value))];

    private delegate void FillSpan<T>(Span<T> destination);
}
