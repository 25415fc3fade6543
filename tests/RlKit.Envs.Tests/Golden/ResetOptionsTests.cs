using System.Text.Json;

namespace RlKit.Tests;

[TestFixture]
[Category("Golden")]
public sealed class ResetOptionsTests
{
    [Test]
    public void ResetsWithOptionsAreTheRecordedOnes()
    {
        using JsonDocument document = Golden.Read("envs/reset_options");
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        foreach (JsonElement one in cases)
        {
            string id = one.GetProperty("id").GetString()!;
            long seed = one.GetProperty("seed").GetInt64();
            EnvironmentOptions options = GoldenEnvironments.Options(one.GetProperty("options"));
            using AnyEnvironment environment = AnyEnvironment.Make(id);
            double[] expected = GoldenEnvironments.Singles(one.GetProperty("obs"));
            Assert.That(environment.Reset(seed, options).Observation, Is.EqualTo(expected).Within(2e-7), one.ToString());
            Assert.That(environment.Reset().Observation, Is.EqualTo(GoldenEnvironments.Singles(one.GetProperty("second_reset_without_options_obs"))).Within(2e-7), one.ToString());

            using IVectorEnvironment vector = Environments.MakeVector(id, 2);
            vector.Reset([seed, seed], options);
            Assert.That(vector.Observations.ToArray().Select(value => (double)value), Is.EqualTo((double[])[.. expected, .. expected]).Within(2e-7), one.ToString());
        }
    }
}
