using System.Text.Json;
using RlKit.ToyText;

namespace RlKit.Tests;

[TestFixture]
public sealed class FrozenLakeMapTests
{
    [Test]
    [Category("Golden")]
    public void RandomMapsAreTheRecordedOnes()
    {
        using JsonDocument document = Golden.Read("envs/frozenlake_random_maps");
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        foreach (JsonElement one in cases)
        {
            IReadOnlyList<string> map = FrozenLakeMap.Random(one.GetProperty("size").GetInt32(), one.GetProperty("p").GetDouble(), one.GetProperty("seed").GetInt64());
            Assert.That(map, Is.EqualTo(one.GetProperty("map").EnumerateArray().Select(row => row.GetString())), one.ToString());
        }
    }

    [Test]
    public void ARandomMapWithoutASeedIsAnotherOneEachTime() =>
        Assert.That(FrozenLakeMap.Random(12), Is.Not.EqualTo(FrozenLakeMap.Random(12)));

    [TestCase(1, 0.8, "size")]
    [TestCase(4, 0.0, "p")]
    [TestCase(4, 1.1, "p")]
    [TestCase(4, double.NaN, "p")]
    public void ARandomMapRefusesWhatCannotBe(int size, double p, string argument) =>
        Assert.That(() => FrozenLakeMap.Random(size, p), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(argument));

    [Test]
    public void ARandomMapThatIsAllHolesGivesUp() =>
        Assert.That(() => FrozenLakeMap.Random(6, 1e-9, 0), Throws.InvalidOperationException.With.Message.Contains("raise p"));
}
