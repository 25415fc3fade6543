using System.Text.Json;

namespace RlKit.Tests;

[TestFixture]
[Category("Golden")]
public sealed class TrajectoryTests
{
    // Sine and cosine of another C library may differ in the last bit, which the dynamics amplify; tables and cards have no such thing.
    private const double BoxTolerance = 1e-5;

    private static IEnumerable<string> Files => GoldenEnvironments.Files(numpy2: false);

    [TestCaseSource(nameof(Files))]
    public void TrajectoriesAreTheRecordedOnes(string file)
    {
        using JsonDocument document = Golden.Read("envs/" + file);
        JsonElement spec = document.RootElement.GetProperty("spec");
        JsonElement[] trajectories = [.. document.RootElement.GetProperty("trajectories").EnumerateArray()];
        Assert.That(trajectories, Is.Not.Empty);
        int exact = 0, all = 0;
        foreach (JsonElement trajectory in trajectories)
        {
            using AnyEnvironment environment = AnyEnvironment.Make(spec.GetProperty("id").GetString()!, GoldenEnvironments.Options(spec.GetProperty("kwargs")));
            Follow(environment, trajectory, ref exact, ref all);
        }

        TestContext.Out.WriteLine($"{exact} of {all} observations are equal to the last bit.");
    }

    [TestCaseSource(nameof(Files))]
    public void SpecAndSpacesAreTheRecordedOnes(string file)
    {
        using JsonDocument document = Golden.Read("envs/" + file);
        JsonElement expected = document.RootElement.GetProperty("spec");
        using IEnvironment environment = Environments.Make(expected.GetProperty("id").GetString()!, GoldenEnvironments.Options(expected.GetProperty("kwargs")));
        GoldenEnvironments.AssertSpec(environment.Spec!, expected);
        GoldenEnvironments.AssertSpace(environment.ObservationSpace, expected.GetProperty("observation_space"));
        GoldenEnvironments.AssertSpace(environment.ActionSpace, expected.GetProperty("action_space"));
        bool hasLimit = expected.GetProperty("wrapper_chain").GetString()!.Contains("TimeLimit", StringComparison.Ordinal);
        Assert.That(environment.MaxEpisodeSteps, hasLimit ? Is.EqualTo(expected.GetProperty("max_episode_steps").GetInt32()) : Is.Null);
    }

    private static void Follow(AnyEnvironment environment, JsonElement trajectory, ref int exact, ref int all)
    {
        long seed = trajectory.GetProperty("seed").ValueKind == JsonValueKind.String
            ? long.Parse(trajectory.GetProperty("seed").GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : trajectory.GetProperty("seed").GetInt64();
        bool isBox = environment.Environment.ObservationSpace is Box<float>;
        Dictionary<int, JsonElement> resets = trajectory.GetProperty("resets").EnumerateArray().ToDictionary(reset => reset.GetProperty("after_step").GetInt32());
        JsonElement columns = trajectory.GetProperty("columns");
        int steps = columns.GetProperty("reward").GetArrayLength();
        Assert.That(steps, Is.GreaterThan(0));

        (double[] observation, Info info) = environment.Reset(seed);
        Check(trajectory.GetProperty("reset_obs"), observation, $"reset with seed {seed}", ref exact, ref all);
        CheckInfo(info, trajectory, "reset_", null);
        for (int step = 0; step < steps; step++)
        {
            string where = $"seed {seed}, step {step}";
            (observation, double reward, bool terminated, bool truncated, info) = environment.Step(GoldenEnvironments.Singles(columns.GetProperty("action")[step]));
            Check(columns.GetProperty("obs")[step], observation, where, ref exact, ref all);
            double expectedReward = columns.GetProperty("reward")[step].Double();
            Assert.That(reward, isBox ? Is.EqualTo(expectedReward).Within(BoxTolerance) : Is.EqualTo(expectedReward), where);
            Assert.That(terminated, Is.EqualTo(GoldenEnvironments.Flag(columns.GetProperty("terminated")[step])), where);
            Assert.That(truncated, Is.EqualTo(GoldenEnvironments.Flag(columns.GetProperty("truncated")[step])), where);
            CheckInfo(info, columns, "", step);

            Assert.That(terminated || truncated || !resets.ContainsKey(step), where);
            if (!resets.TryGetValue(step, out JsonElement reset)) continue;
            (observation, info) = environment.Reset();
            Check(reset.GetProperty("obs"), observation, where + ", then reset", ref exact, ref all);
            CheckInfo(info, reset, "", null);
        }

        void Check(JsonElement expected, double[] actual, string where, ref int exact, ref int all)
        {
            double[] values = GoldenEnvironments.Singles(expected);
            Assert.That(actual, isBox ? Is.EqualTo(values).Within(BoxTolerance) : Is.EqualTo(values), where);
            all++;
            if (actual.AsSpan().SequenceEqual(values)) exact++;
        }
    }

    private static void CheckInfo(Info info, JsonElement holder, string prefix, int? step)
    {
        if (holder.TryGetProperty(prefix + "prob", out JsonElement probability))
            Assert.That(info.Get<double>("prob"), Is.EqualTo((step is { } at ? probability[at] : probability).GetDouble()));
        if (!holder.TryGetProperty(prefix + "action_mask", out JsonElement mask)) return;
        string digits = string.Concat(info.Get<bool[]>("action_mask").Select(flag => flag ? '1' : '0'));
        Assert.That(digits, Is.EqualTo((step is { } row ? mask[row] : mask).GetString()));
    }
}
