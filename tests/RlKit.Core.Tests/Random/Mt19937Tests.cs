using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace RlKit.Tests;

[TestFixture]
public class Mt19937Tests
{
    public static IEnumerable<TestCaseData> Cases()
    {
        using JsonDocument document = Golden.Read("rng/numpy_mt19937");
        foreach (JsonElement element in document.RootElement.GetProperty("cases").EnumerateArray())
            yield return new TestCaseData(element.Clone()).SetArgDisplayNames($"seed={element.GetProperty("seed")}");
    }

    /// <summary>Every draw that NumPy's golden numbers record, to the last bit.</summary>
    [Category("Golden")]
    [TestCaseSource(nameof(Cases))]
    public void Draws_equal_NumPys(JsonElement golden)
    {
        long seed = long.Parse(golden.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture);
        foreach (JsonProperty field in golden.EnumerateObject())
        {
            var random = new Mt19937(seed);
            JsonElement value = field.Value;
            string name = field.Name;
            switch (name)
            {
                case "seed": break;
                case "key_first8": Assert.That(random.Key[..value.GetArrayLength()].ToArray(), Is.EqualTo(Each(value, x => x.GetUInt32())), name); break;
                case "key_crc32": Assert.That(RlKit.Video.Crc32.Append(0, MemoryMarshal.AsBytes(random.Key)), Is.EqualTo(value.GetUInt32()), name); break;
                case "uint32": Check(name, Each(value, x => x.GetUInt32()), random.NextUInt32); break;
                case "rand": Check(name, Doubles(value), random.NextDouble); break;
                case "randn": Check(name, Doubles(value), random.StandardNormal); break;
                case "randint":
                    foreach (JsonElement range in value.EnumerateArray())
                    {
                        (long low, long high) = (range.GetProperty("low").GetInt64(), range.GetProperty("high").GetInt64());
                        var fresh = new Mt19937(seed);
                        Check(name, Each(range.GetProperty("values"), x => x.GetInt64()), () => fresh.Integers(low, high));
                    }

                    break;
                case "uniform":
                    foreach (JsonElement range in value.EnumerateArray())
                    {
                        (double low, double high) = (range.GetProperty("low").GetDouble(), range.GetProperty("high").GetDouble());
                        var fresh = new Mt19937(seed);
                        Check(name, Doubles(range.GetProperty("values")), () => fresh.Uniform(low, high));
                    }

                    break;
                case "choice": Check(name, Integers(value.GetProperty("values")), () => random.Choice(value.GetProperty("n").GetInt32())); break;
                case "permutation":
                    foreach (JsonElement expected in value.GetProperty("values").EnumerateArray())
                        Assert.That(random.Permutation(value.GetProperty("n").GetInt32()), Is.EqualTo(Integers(expected)), name);
                    break;
                case "minatar_mixed":
                    foreach (JsonElement call in value.EnumerateArray()) CheckMixed(random, call[0].GetString()!, call[1]);
                    break;
                default: Assert.Fail($"'{name}' has no test."); break;
            }
        }
    }

    [Test]
    public void A_restored_state_continues_the_stream()
    {
        foreach (int draws in new[] { 0, 1, 622, 623, 624, 625, 2000 })
        {
            var random = new Mt19937(5);
            for (int i = 0; i < draws; i++) random.NextUInt32();
            random.StandardNormal();

            using var stream = new MemoryStream();
            using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)) random.SaveState(writer);
            stream.Position = 0;
            var restored = new Mt19937(0);
            using (var reader = new BinaryReader(stream)) restored.LoadState(reader);
            Mt19937 clone = random.Clone();
            for (int i = 0; i < 1300; i++)
            {
                double expected = i % 3 == 0 ? random.StandardNormal() : random.NextDouble();
                Assert.That(i % 3 == 0 ? restored.StandardNormal() : restored.NextDouble(), Is.EqualTo(expected));
                Assert.That(i % 3 == 0 ? clone.StandardNormal() : clone.NextDouble(), Is.EqualTo(expected));
            }
        }
    }

    [Test]
    public void Bad_arguments_are_named_with_their_value_and_the_remedy()
    {
        Assert.That(() => new Mt19937(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-1").And.Message.Contains("0..4294967295"));
        Assert.That(() => new Mt19937(1L << 32), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Pcg64"));
        var random = new Mt19937(0);
        Assert.That(() => random.Integers(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("above low"));
        Assert.That(() => random.Integers(3, 3), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => random.Uniform(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("low or more"));
        Assert.That(() => random.Choice(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 or more"));
        Assert.That(() => random.Permutation(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Damaged_states_are_refused()
    {
        using var empty = new BinaryReader(new MemoryStream(new byte[100]));
        Assert.That(() => new Mt19937(0).LoadState(empty), Throws.TypeOf<InvalidDataException>().With.Message.Contains("ends before"));
        byte[] bytes = new byte[4 * 624 + 13];
        bytes[4 * 624] = 255;
        bytes[4 * 624 + 1] = 255;
        using var damaged = new BinaryReader(new MemoryStream(bytes));
        Assert.That(() => new Mt19937(0).LoadState(damaged), Throws.TypeOf<InvalidDataException>().With.Message.Contains("65535"));
    }

    [Test]
    public void Drawing_and_reseeding_allocate_nothing()
    {
        var random = new Mt19937(0);
        double[] doubles = new double[64];
        int[] ints = new int[64];
        Allocation.AssertNone(() =>
        {
            random.Reseed(3);
            random.Fill(doubles);
            random.Integers(ints, 1, 6);
            random.StandardNormal();
            random.Shuffle(ints.AsSpan());
        });
    }

    private static void CheckMixed(Mt19937 random, string call, JsonElement expected)
    {
        switch (call)
        {
            case "rand": Assert.That(random.NextDouble(), Is.EqualTo(expected.GetDouble()), call); break;
            case "randint(low=1,high=9)": Assert.That(random.Integers(1, 9), Is.EqualTo(expected.GetInt32()), call); break;
            case "randint(1,6,8)":
                int[] integers = new int[8];
                random.Integers(integers, 1, 6);
                Assert.That(integers, Is.EqualTo(Integers(expected)), call);
                break;
            case "rand(8)":
                double[] doubles = new double[8];
                random.Fill(doubles);
                Assert.That(doubles, Is.EqualTo(Doubles(expected)), call);
                break;
            default:
                Assert.That(call, Does.Match(@"^randint\(\d+\)$"), "a call without a test");
                Assert.That(random.Integers(int.Parse(call[8..^1], CultureInfo.InvariantCulture)), Is.EqualTo(expected.GetInt32()), call);
                break;
        }
    }

    private static void Check<T>(string name, T[] expected, Func<T> draw) => Assert.That(expected.Select(_ => draw()).ToArray(), Is.EqualTo(expected), name);

    private static double[] Doubles(JsonElement element) => Each(element, value => value.GetDouble());

    private static int[] Integers(JsonElement element) => Each(element, value => value.GetInt32());

    private static T[] Each<T>(JsonElement element, Func<JsonElement, T> read) => [.. element.EnumerateArray().Select(read)];
}
