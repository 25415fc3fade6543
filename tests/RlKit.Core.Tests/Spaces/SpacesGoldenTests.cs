using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace RlKit.Tests;

/// <summary>Every case that Gymnasium's golden numbers record: notation, bounds, seeds and samples.</summary>
[TestFixture]
[Category("Golden")]
public class SpacesGoldenTests
{
    private static readonly HashSet<string> Handled = ["name", "space", "repr", "seed", "seed_returned", "mask", "probability", "samples"];

    public static IEnumerable<TestCaseData> Cases()
    {
        foreach (string name in Golden.Names("spaces"))
        {
            using JsonDocument document = Golden.Read("spaces/" + name);
            foreach (JsonElement element in document.RootElement.GetProperty("cases").EnumerateArray())
                yield return new TestCaseData(element.Clone()).SetArgDisplayNames($"{element.GetProperty("name")} seed={element.GetProperty("seed")}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void A_space_equals_Gymnasiums(JsonElement golden)
    {
        foreach (JsonProperty field in golden.EnumerateObject()) Assert.That(Handled, Does.Contain(field.Name), "a field without a test");

        var space = Space.ReadJson(golden.GetProperty("space"));
        Assert.That(space.ToString(), Is.EqualTo(golden.GetProperty("repr").GetString()));
        CheckStructure(golden.GetProperty("space"), space);

        ulong[] returned = Seed(space, golden.GetProperty("seed"));
        Assert.That(returned, Is.EqualTo(Leaves(golden.GetProperty("seed_returned"))));

        foreach (JsonElement expected in golden.GetProperty("samples").EnumerateArray())
        {
            object sample = Sample(space, golden);
            CheckValue(expected, sample);
            Assert.That(space.Contains(sample), "a sample lies in its space");
            CheckFlatRoundTrip(space, sample, expected);
        }
    }

    private static void CheckStructure(JsonElement golden, Space space)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) space.WriteJson(writer);
        using JsonDocument written = JsonDocument.Parse(stream.ToArray());
        Assert.That(Space.ReadJson(written.RootElement), Is.EqualTo(space));

        foreach (JsonProperty field in golden.EnumerateObject())
        {
            JsonElement value = field.Value;
            switch (field.Name)
            {
                case "type": Assert.That(space.GetType().Name, Does.StartWith(value.GetString()!)); break;
                case "n": Assert.That(((Discrete)space).N, Is.EqualTo(value.GetInt32())); break;
                case "start" when space is Discrete discrete: Assert.That(discrete.Start, Is.EqualTo(value.GetInt32())); break;
                case "start": Assert.That(((MultiDiscrete)space).Start.ToArray(), Is.EqualTo(Integers(value))); break;
                case "nvec": Assert.That(((MultiDiscrete)space).NVec.ToArray(), Is.EqualTo(Integers(value))); break;
                case "shape": Assert.That(space.Shape.ToArray(), Is.EqualTo(Integers(value))); break;
                case "dtype": Assert.That(value.GetString(), Is.EqualTo(space switch { Box<float> => "float32", Box<double> => "float64", Box<byte> => "uint8", Box<int> => "int32", Box<long> => "int64", _ => "" })); break;
                case "low": Assert.That(Bounds(space).Low, Is.EqualTo(value.EnumerateArray().Select(Number(space)))); break;
                case "high": Assert.That(Bounds(space).High, Is.EqualTo(value.EnumerateArray().Select(Number(space)))); break;
                case "bounded_below": Assert.That(Bounds(space).Low.Select(double.IsFinite), Is.EqualTo(value.EnumerateArray().Select(bound => bound.GetBoolean()))); break;
                case "bounded_above": Assert.That(Bounds(space).High.Select(double.IsFinite), Is.EqualTo(value.EnumerateArray().Select(bound => bound.GetBoolean()))); break;
                case "keys": Assert.That(((DictSpace)space).Keys, Is.EqualTo(value.EnumerateArray().Select(key => key.GetString()))); break;
                case "max_length": Assert.That(((TextSpace)space).MaxLength, Is.EqualTo(value.GetInt32())); break;
                case "min_length": Assert.That(((TextSpace)space).MinLength, Is.EqualTo(value.GetInt32())); break;
                case "characters": Assert.That(((TextSpace)space).Characters, Is.EqualTo(value.GetString())); break;
                case "spaces":
                    IReadOnlyList<Space> parts = space is TupleSpace tuple ? tuple.Spaces : ((DictSpace)space).Spaces;
                    Assert.That(parts, Has.Count.EqualTo(value.GetArrayLength()));
                    for (int i = 0; i < parts.Count; i++) CheckStructure(value[i], parts[i]);
                    break;
                default: Assert.Fail($"'{field.Name}' has no test."); break;
            }
        }
    }

    private static Func<JsonElement, double> Number(Space space) => space is Box<float> ? value => value.Single() : value => value.Double();

    private static (double[] Low, double[] High) Bounds(Space space) => space switch
    {
        Box<float> box => (Doubles(box.Low), Doubles(box.High)),
        Box<double> box => (Doubles(box.Low), Doubles(box.High)),
        Box<byte> box => (Doubles(box.Low), Doubles(box.High)),
        Box<int> box => (Doubles(box.Low), Doubles(box.High)),
        Box<long> box => (Doubles(box.Low), Doubles(box.High)),
        _ => throw new AssertionException($"{space} is no box."),
    };

    private static double[] Doubles<T>(ReadOnlySpan<T> values)
        where T : INumber<T> => [.. values.ToArray().Select(double.CreateChecked)];

    private static ulong[] Seed(Space space, JsonElement seed) => (seed.ValueKind, space) switch
    {
        (JsonValueKind.String, _) => space.Seed(ulong.Parse(seed.GetString()!, CultureInfo.InvariantCulture)),
        (JsonValueKind.Number, _) => space.Seed(seed.GetUInt64()),
        (_, TupleSpace tuple) when seed.EnumerateArray().All(part => part.ValueKind != JsonValueKind.Array) => tuple.Seed(Leaves(seed)),
        (_, TupleSpace tuple) => [.. tuple.Spaces.Zip(seed.EnumerateArray()).SelectMany(part => Seed(part.First, part.Second))],
        (_, DictSpace dict) => [.. seed.EnumerateArray().SelectMany(part => Seed(dict[part[0].GetString()!], part[1]))],
        _ => throw new AssertionException($"A seed of {seed.ValueKind} for {space} has no test."),
    };

    /// <summary>The seeds within nested lists, without the keys of dictionaries.</summary>
    private static ulong[] Leaves(JsonElement seed) => seed.ValueKind switch
    {
        JsonValueKind.Number => [seed.GetUInt64()],
        JsonValueKind.String => ulong.TryParse(seed.GetString(), CultureInfo.InvariantCulture, out ulong value) ? [value] : [],
        _ => [.. seed.EnumerateArray().SelectMany(Leaves)],
    };

    private static object Sample(Space space, JsonElement golden)
    {
        if (golden.TryGetProperty("mask", out JsonElement mask))
        {
            JsonElement[] values = [.. Flat(mask)];
            return space is MultiBinary
                ? space.SampleObject(values.Select(value => value.GetInt32() switch { 0 => false, 1 => true, _ => (bool?)null }).ToArray())
                : space.SampleObject(values.Select(value => value.GetInt32() != 0).ToArray());
        }

        return golden.TryGetProperty("probability", out JsonElement probability)
            ? space.SampleObject(Flat(probability).Select(value => value.Double()).ToArray())
            : space.Sample();
    }

    private static IEnumerable<JsonElement> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element];

    private static void CheckValue(JsonElement expected, object value)
    {
        switch (value)
        {
            case int number: Assert.That(number, Is.EqualTo(expected.GetInt32())); break;
            case string text: Assert.That(text, Is.EqualTo(expected.GetString())); break;
            case float[] numbers: Assert.That(numbers, Is.EqualTo(expected.EnumerateArray().Select(element => element.Single()))); break;
            case double[] numbers: Assert.That(numbers, Is.EqualTo(expected.EnumerateArray().Select(element => element.Double()))); break;
            case byte[] numbers: Assert.That(numbers, Is.EqualTo(expected.EnumerateArray().Select(element => element.GetByte()))); break;
            case int[] numbers: Assert.That(numbers, Is.EqualTo(Integers(expected))); break;
            case long[] numbers: Assert.That(numbers, Is.EqualTo(expected.EnumerateArray().Select(element => long.Parse(element.ToString(), CultureInfo.InvariantCulture)))); break;
            case object[] parts:
                Assert.That(parts, Has.Length.EqualTo(expected.GetArrayLength()));
                for (int i = 0; i < parts.Length; i++) CheckValue(expected[i], parts[i]);
                break;
            case Dictionary<string, object> parts:
                Assert.That(parts.Keys, Is.EqualTo(expected.EnumerateArray().Select(part => part[0].GetString())));
                foreach (JsonElement part in expected.EnumerateArray()) CheckValue(part[1], parts[part[0].GetString()!]);
                break;
            default: Assert.Fail($"A {value.GetType().Name} has no test."); break;
        }
    }

    private static void CheckFlatRoundTrip(Space space, object sample, JsonElement expected)
    {
        float[] flat = space.Flatten(sample);
        Assert.That(space.FlattenSpace().Contains(flat), "a flattened sample lies in the flattened space");
        object back = space.Unflatten(flat);
        Assert.That(space.Flatten(back), Is.EqualTo(flat));

        // float64 and int64 elements lose digits on the way.
        if (!HasWideElements(space)) CheckValue(expected, back);
    }

    private static bool HasWideElements(Space space) => space switch
    {
        TupleSpace tuple => tuple.Spaces.Any(HasWideElements),
        DictSpace dict => dict.Spaces.Any(HasWideElements),
        _ => space is Box<double> or Box<long>,
    };

    private static int[] Integers(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetInt32())];
}
