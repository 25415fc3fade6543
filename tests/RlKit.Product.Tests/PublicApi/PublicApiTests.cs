using System.Reflection;

namespace RlKit.Tests.PublicApi;

/// <summary>
/// The public surface is written down, so that a change of it shows in review. After a change that is meant:
/// <c>RLKIT_UPDATE_PUBLIC_API=1 dotnet test -c Release tests/RlKit.Product.Tests --filter PublicApi</c>.
/// </summary>
internal sealed class PublicApiTests
{
    private const string Update = "RLKIT_UPDATE_PUBLIC_API";

    [TestCase("RlKit.Algorithms")]
    [TestCase("RlKit.Core")]
    [TestCase("RlKit.Envs")]
    [TestCase("RlKit.Tensors")]
    [TestCase("RlKit.Tracking")]
    public void IsAsWrittenDown(string assembly)
    {
        string path = Repository.PathOf($"src/{assembly}/PublicApi.txt");
        string present = PublicApiListing.Of(Assembly.Load(assembly));
        if (System.Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(path, present);

        string written = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.That(written == present, Is.True, $"""
            The public surface of {assembly} is not what src/{assembly}/PublicApi.txt says (- written, + present):
            {Difference(written, present)}
            If that is meant: {Update}=1 dotnet test -c Release tests/RlKit.Product.Tests --filter PublicApi, and a line in CHANGELOG.md.
            """);
    }

    [Test]
    public void TheListingReadsAsCSharp()
    {
        string listing = PublicApiListing.Of(typeof(Agent).Assembly);
        Assert.That(listing, Does.Contain("abstract class RlKit.Agent : IDisposable\n"));
        Assert.That(listing, Does.Contain("    TrainingResult Learn(long totalSteps, LearnOptions? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)\n"));
        Assert.That(listing, Does.Contain("    protected abstract void Act()\n"));
        Assert.That(listing, Does.Contain("sealed record class RlKit.PpoOptions\n"));
        Assert.That(listing, Does.Contain("    double Gamma { get; init; }\n"));
    }

    [Test]
    public void ADifferenceNamesItsTypes() =>
        Assert.That(Difference("class A\n    int X { get; }\n\nclass B\n    int Y { get; }\n", "class A\n    int X { get; }\n\nclass B\n    long Y { get; }\n"), Is.EqualTo("- class B:     int Y { get; }\n+ class B:     long Y { get; }"));

    private static string Difference(string written, string present)
    {
        string[] before = [.. Lines(written)], after = [.. Lines(present)];
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)));
    }

    /// <summary>Every line, those of members behind the one of their type.</summary>
    private static IEnumerable<string> Lines(string listing)
    {
        string type = "";
        foreach (string line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' ')) type = line;
            yield return line.StartsWith(' ') ? $"{type}: {line}" : line;
        }
    }
}
