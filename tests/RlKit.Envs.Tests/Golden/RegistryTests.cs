using System.Text.Json;

namespace RlKit.Tests;

[TestFixture]
[Category("Golden")]
public sealed class RegistryTests
{
    // Box2D is a physics engine of its own; its environments are not among the built-in ones, and their spaces are not recorded either.
    private static readonly string[] Box2D = ["LunarLander", "LunarLanderContinuous", "BipedalWalker", "BipedalWalkerHardcore", "CarRacing"];

    [Test]
    public void EveryClassicAndToyTextIdIsRegisteredAsInGymnasium()
    {
        using JsonDocument document = Golden.Read("envs/registry");
        List<string> ids = [];
        foreach (JsonElement expected in document.RootElement.GetProperty("environments").EnumerateArray())
        {
            string id = expected.GetProperty("id").GetString()!;
            if (Box2D.Contains(id[..id.IndexOf("-v", StringComparison.Ordinal)]))
            {
                Assert.That(Environments.Registry.Contains(id), Is.False, id);
                continue;
            }

            ids.Add(id);
            EnvironmentSpec spec = Environments.Registry.Find(id);
            GoldenEnvironments.AssertSpec(spec, expected);
            Assert.That(spec.Summary, Is.Not.Empty, id);
            using IEnvironment environment = Environments.Make(id);
            GoldenEnvironments.AssertSpace(environment.ObservationSpace, expected.GetProperty("observation_space"));
            GoldenEnvironments.AssertSpace(environment.ActionSpace, expected.GetProperty("action_space"));
        }

        Assert.That(Environments.Registry.Specs.Select(spec => spec.Id), Is.SupersetOf(ids));
    }

    [Test]
    public void EveryGoldenFileOfEnvironmentsIsReadByATest()
    {
        string[] others = ["ansi_rendering", "frozenlake_random_maps", "registry", "reset_options"];
        IEnumerable<string> read = GoldenEnvironments.Files(numpy2: false).Concat(GoldenEnvironments.Files(numpy2: true)).Concat(others);
        Assert.That(Golden.Names("envs"), Is.EquivalentTo(read));
    }
}
