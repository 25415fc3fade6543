using System.Text.Json;
using RlKit.Replay;

namespace RlKit.Tests.Replay;

[TestFixture]
internal sealed class GeneralizedAdvantageTests
{
    [Test]
    [Category("Golden")]
    public void Advantages_and_returns_are_the_reference()
    {
        using JsonDocument golden = Golden.Read("rl/gae");
        int compared = 0;
        foreach (JsonElement item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int copies = item.GetProperty("rewards").GetProperty("shape")[1].GetInt32();
            float[] advantages = new float[Data(item, "rewards").Length];
            float[] returns = new float[advantages.Length];
            GeneralizedAdvantage.Compute(
                Data(item, "rewards"), Data(item, "values"), Data(item, "next_values"), Flags(item, "terminated"), Flags(item, "truncated"), copies,
                item.GetProperty("gamma").Double(), item.GetProperty("lambda").Double(), advantages, returns);
            Compare(item, advantages, returns);
            compared += advantages.Length;
        }

        Assert.That(compared, Is.GreaterThan(0));
    }

    [Test]
    [Category("Golden")]
    public void The_convention_of_one_done_flag_at_the_next_observation_is_met_by_the_rollout_buffer()
    {
        using JsonDocument golden = Golden.Read("rl/gae");
        int compared = 0;
        foreach (JsonElement item in golden.RootElement.GetProperty("done_convention_cases").EnumerateArray())
        {
            int steps = item.GetProperty("rewards").GetProperty("shape")[0].GetInt32();
            int copies = item.GetProperty("rewards").GetProperty("shape")[1].GetInt32();
            float[] rewards = Data(item, "rewards");
            float[] values = Data(item, "values");

            // A flag at observation t + 1 says that the step t ended; such a flag is a termination, for nothing is bootstrapped there.
            bool[] terminated = [.. Flags(item, "dones")[copies..], .. Flags(item, "next_done")];
            var buffer = new RolloutBuffer(new() { Steps = steps, Copies = copies, ObservationSize = 1 });
            for (int step = 0; step < steps; step++)
            {
                Range row = (step * copies)..((step + 1) * copies);
                buffer.Add(new float[copies], new int[copies], new float[copies], values[row], Array.ConvertAll(rewards[row], reward => (double)reward), terminated[row], new bool[copies]);
            }

            buffer.ComputeAdvantages(Data(item, "next_value"), item.GetProperty("gamma").Double(), item.GetProperty("lambda").Double());
            Compare(item, buffer.Advantages, buffer.Returns);
            compared += rewards.Length;
        }

        Assert.That(compared, Is.GreaterThan(0));
    }

    [Test]
    [Category("Golden")]
    public void With_lambda_one_and_no_values_the_returns_are_the_discounted_rewards()
    {
        using JsonDocument golden = Golden.Read("rl/nstep_returns");
        foreach (JsonElement item in golden.RootElement.GetProperty("discounted_returns").GetProperty("cases").EnumerateArray())
        {
            float[] rewards = [.. item.GetProperty("rewards").EnumerateArray().Select(Golden.Single)];
            bool[] terminated = [.. item.GetProperty("terminated").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
            float[] nextValues = new float[rewards.Length];
            nextValues[^1] = item.GetProperty("bootstrap_value").Single();
            float[] advantages = new float[rewards.Length];
            float[] returns = new float[rewards.Length];
            GeneralizedAdvantage.Compute(rewards, new float[rewards.Length], nextValues, terminated, new bool[rewards.Length], 1, item.GetProperty("gamma").Double(), 1, advantages, returns);
            double[] expected = [.. item.GetProperty("returns").EnumerateArray().Select(Golden.Double)];
            for (int t = 0; t < rewards.Length; t++) Assert.That(returns[t], Is.EqualTo(expected[t]).Within(2e-5 * Math.Max(1, Math.Abs(expected[t]))));
        }
    }

    [Test]
    public void Many_copies_at_once_are_one_at_a_time_to_the_bit([Values(1, 7, 8, 9, 16, 31, 64)] int copies, [Values(1, 2, 50)] int steps)
    {
        var random = new Pcg64((ulong)(copies + 1000 * steps));
        int rows = copies * steps;
        float[] rewards = Normal();
        float[] values = Normal();
        float[] nextValues = Normal();
        bool[] terminated = Rare();
        bool[] truncated = Rare();

        // Where a step terminated, what followed is not even read.
        for (int i = 0; i < rows; i++)
        {
            if (terminated[i]) nextValues[i] = float.NaN;
        }

        float[] advantages = new float[rows];
        float[] returns = new float[rows];
        GeneralizedAdvantage.Compute(rewards, values, nextValues, terminated, truncated, copies, 0.99, 0.95, advantages, returns);
        for (int copy = 0; copy < copies; copy++)
        {
            float next = 0;
            for (int i = rows - copies + copy; i >= 0; i -= copies)
            {
                float delta = rewards[i] + 0.99f * (terminated[i] ? 0 : nextValues[i]) - values[i];
                next = delta + (float)(0.99 * 0.95) * (terminated[i] || truncated[i] ? 0 : next);
                Assert.That(advantages[i], Is.EqualTo(next));
                Assert.That(returns[i], Is.EqualTo(next + values[i]));
            }
        }

        float[] Normal() => [.. Enumerable.Range(0, rows).Select(_ => (float)random.StandardNormal())];
        bool[] Rare() => [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.2)];
    }

    [Test]
    public void Bad_input_is_refused()
    {
        float[] six = new float[6];
        bool[] flags = new bool[6];
        Assert.That(() => Compute(copies: 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("copies is 0"));
        Assert.That(() => Compute(copies: 4), Throws.ArgumentException.With.Message.Contains("6 rewards"));
        Assert.That(() => Compute(gamma: 1.01), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("gamma is 1.01"));
        Assert.That(() => Compute(lambda: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("lambda is NaN"));
        Assert.That(() => Compute(values: new float[5]), Throws.ArgumentException.With.Message.Contains("5 elements in values for 6"));
        Assert.That(() => Compute(nextValues: new float[7]), Throws.ArgumentException.With.Message.Contains("nextValues"));
        Assert.That(() => Compute(terminated: new bool[5]), Throws.ArgumentException.With.Message.Contains("terminated"));
        Assert.That(() => Compute(advantages: new float[5]), Throws.ArgumentException.With.Message.Contains("advantages"));
        Compute();

        void Compute(int copies = 2, double gamma = 0.9, double lambda = 0.9, float[]? values = null, float[]? nextValues = null, bool[]? terminated = null, float[]? advantages = null) =>
            GeneralizedAdvantage.Compute(six, values ?? six, nextValues ?? six, terminated ?? flags, flags, copies, gamma, lambda, advantages ?? new float[6], new float[6]);
    }

    // Single precision against double: a few roundings of numbers as large as the largest sum on the way.
    private static void Compare(JsonElement item, ReadOnlySpan<float> advantages, ReadOnlySpan<float> returns)
    {
        double[] expectedAdvantages = [.. item.GetProperty("advantages").GetProperty("data").EnumerateArray().Select(Golden.Double)];
        double[] expectedReturns = [.. item.GetProperty("returns").GetProperty("data").EnumerateArray().Select(Golden.Double)];
        double tolerance = 4e-6 * Math.Max(1, expectedAdvantages.Max(Math.Abs));
        for (int i = 0; i < expectedAdvantages.Length; i++)
        {
            Assert.That(advantages[i], Is.EqualTo(expectedAdvantages[i]).Within(tolerance), $"{item.GetProperty("name")}, row {i}");
            Assert.That(returns[i], Is.EqualTo(expectedReturns[i]).Within(tolerance), $"{item.GetProperty("name")}, row {i}");
        }
    }

    private static float[] Data(JsonElement item, string name) => [.. item.GetProperty(name).GetProperty("data").EnumerateArray().Select(Golden.Single)];

    private static bool[] Flags(JsonElement item, string name) => [.. item.GetProperty(name).GetProperty("data").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
}
