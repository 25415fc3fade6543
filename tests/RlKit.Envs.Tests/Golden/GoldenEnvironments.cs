using System.Text.Json;

namespace RlKit.Tests;

/// <summary>What the golden files of environments have in common.</summary>
internal static class GoldenEnvironments
{
    /// <summary>Recorded with NumPy 2's promotion.</summary>
    public const string Numpy2 = ".numpy2";

    /// <summary>Names of the files of one environment each.</summary>
    public static IEnumerable<string> Files(bool numpy2) =>
        Golden.Names("envs").Where(name => name.EndsWith(Numpy2, StringComparison.Ordinal) == numpy2 && Has(name, "trajectories"));

    public static bool Has(string name, string property)
    {
        using JsonDocument document = Golden.Read("envs/" + name);
        return document.RootElement.TryGetProperty(property, out _);
    }

    public static EnvironmentOptions Options(JsonElement kwargs)
    {
        EnvironmentOptions options = [];
        foreach (JsonProperty property in kwargs.EnumerateObject())
        {
            options[property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Number => property.Value.GetDouble(),
                JsonValueKind.String => property.Value.GetString()!,
                JsonValueKind.Array when property.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                    property.Value.EnumerateArray().Select(item => item.GetString()!).ToArray(),
                JsonValueKind.Array => property.Value.EnumerateArray().Select(item => item.GetDouble()).ToArray(),
                _ => throw new FormatException($"{property} is no option."),
            };
        }

        return options;
    }

    /// <summary>A number as one element, a list as its elements.</summary>
    public static double[] Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(item => item.Double())] : [element.Double()];

    /// <summary>As <see cref="Numbers"/>, of numbers that were written as float32.</summary>
    public static double[] Singles(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(item => (double)item.Single())] : [element.Single()];

    public static bool Flag(JsonElement element) => element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : element.GetInt32() != 0;

    /// <summary>The space is the recorded one: kind, bounds, type, and what it prints.</summary>
    public static void AssertSpace(Space space, JsonElement expected)
    {
        Assert.That(space.ToString(), Is.EqualTo(expected.GetProperty("repr").GetString()));
        switch (expected.GetProperty("type").GetString())
        {
            case "Discrete":
                Assert.That(space, Is.EqualTo(new Discrete(expected.GetProperty("n").GetInt32(), expected.GetProperty("start").GetInt32())));
                break;
            case "Box":
                Assert.That(expected.GetProperty("dtype").GetString(), Is.EqualTo("float32"));
                int[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())];
                Assert.That(space, Is.EqualTo(new Box<float>(Bounds("low"), Bounds("high"), shape)));
                break;
            case "Tuple":
                Space[] parts = [.. expected.GetProperty("spaces").EnumerateArray().Select(part => new Discrete(part.GetProperty("n").GetInt32(), part.GetProperty("start").GetInt32()))];
                Assert.That(space, Is.EqualTo(new TupleSpace<int, int, int>((Discrete)parts[0], (Discrete)parts[1], (Discrete)parts[2])));
                break;
            case string other:
                Assert.Fail($"The test knows no space of the kind {other}.");
                break;
        }

        float[] Bounds(string name) => [.. expected.GetProperty(name).EnumerateArray().Select(item => item.Single())];
    }

    /// <summary>The spec is the recorded one: limit, threshold, flags and options.</summary>
    public static void AssertSpec(EnvironmentSpec spec, JsonElement expected)
    {
        JsonElement threshold = expected.GetProperty("reward_threshold");
        JsonElement limit = expected.GetProperty("max_episode_steps");
        Assert.Multiple(() =>
        {
            Assert.That(spec.Id, Is.EqualTo(expected.GetProperty("id").GetString()));
            Assert.That(spec.RewardThreshold, Is.EqualTo(threshold.ValueKind == JsonValueKind.Null ? null : threshold.GetDouble()));
            Assert.That(spec.MaxEpisodeSteps, Is.EqualTo(limit.ValueKind == JsonValueKind.Null ? null : limit.GetInt32()));
            Assert.That(spec.Nondeterministic, Is.EqualTo(expected.GetProperty("nondeterministic").GetBoolean()));
            Assert.That(spec.OrderEnforce, Is.EqualTo(expected.GetProperty("order_enforce").GetBoolean()));
            Assert.That(spec.DisableEnvChecker, Is.EqualTo(expected.GetProperty("disable_env_checker").GetBoolean()));
            Assert.That(spec.Options, Is.EquivalentTo(Options(expected.GetProperty("kwargs"))));
        });
    }
}
