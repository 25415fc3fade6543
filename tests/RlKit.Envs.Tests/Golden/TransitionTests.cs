using System.Text.Json;
using RlKit.ToyText;

namespace RlKit.Tests;

[TestFixture]
[Category("Golden")]
public sealed class TransitionTests
{
    private static IEnumerable<string> Files => GoldenEnvironments.Files(numpy2: false).Where(name => GoldenEnvironments.Has(name, "transitions"));

    [TestCaseSource(nameof(Files))]
    public void TransitionsAreTheRecordedOnes(string file)
    {
        using JsonDocument document = Golden.Read("envs/" + file);
        JsonElement spec = document.RootElement.GetProperty("spec");
        using IEnvironment environment = Environments.Make(spec.GetProperty("id").GetString()!, GoldenEnvironments.Options(spec.GetProperty("kwargs")));
        TransitionTable table = ((IWrapper)environment).Unwrapped switch
        {
            FrozenLake lake => lake.Dynamics.Table,
            CliffWalking walk => walk.Dynamics.Table,
            Taxi taxi => taxi.Dynamics.Table,
            var other => throw new NotSupportedException(other.GetType().Name),
        };
        JsonElement[] cases = [.. document.RootElement.GetProperty("transitions").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        foreach (JsonElement one in cases)
        {
            Transition[] expected =
            [
                .. one[2].EnumerateArray().Select(outcome => new Transition(
                    outcome[0].GetDouble(), outcome[1].GetInt32(), outcome[2].GetDouble(), GoldenEnvironments.Flag(outcome[3]))),
            ];
            Assert.That(table[one[0].GetInt32(), one[1].GetInt32()].ToArray(), Is.EqualTo(expected), one.ToString());
        }
    }
}
