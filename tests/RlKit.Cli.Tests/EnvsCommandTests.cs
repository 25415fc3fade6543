using System.Text.Json;

namespace RlKit.Tests.Cli;

internal sealed class EnvsCommandTests
{
    [Test]
    public void TheTableHasALineForEveryEnvironment()
    {
        (int exitCode, string output, _) = Rlkit.Run("envs");

        Assert.That(exitCode, Is.Zero);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.That(lines[0], Does.StartWith("id").And.Contain("observations").And.Contain("actions").And.Contain("solved at").And.Contain("steps"));
        Assert.That(lines.Skip(1).Select(line => line.Split(' ')[0]), Is.EqualTo(Environments.Registry.Specs.Select(spec => spec.Id)));
        Assert.That(lines.Single(line => line.StartsWith("CartPole-v1 ", StringComparison.Ordinal)), Does.Contain("Box((4,), float32)").And.Contain("Discrete(2)").And.Match(@"475 +500$"));
    }

    [Test]
    public void TheJsonHasEveryEnvironment()
    {
        (int exitCode, string output, _) = Rlkit.Run("envs", "--json");

        Assert.That(exitCode, Is.Zero);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.EnumerateArray().Select(item => item.GetProperty("id").GetString()), Is.EqualTo(Environments.Registry.Specs.Select(spec => spec.Id)));
        JsonElement pendulum = json.RootElement.EnumerateArray().Single(item => item.GetProperty("id").GetString() == "Pendulum-v1");
        Assert.That(pendulum.GetProperty("action_space").GetString(), Is.EqualTo("Box(-2.0, 2.0, (1,), float32)"));
        Assert.That(pendulum.GetProperty("reward_threshold").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(pendulum.GetProperty("max_episode_steps").GetInt32(), Is.EqualTo(200));
    }
}
