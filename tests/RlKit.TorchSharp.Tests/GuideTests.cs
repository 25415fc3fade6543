using RlKit.Tensors;
using static TorchSharp.torch;

namespace RlKit.Tests.Torch;

/// <summary>The guide's code runs, and is what stands here.</summary>
internal sealed class GuideTests
{
    [Test]
    public void OneLineChoosesTheEngine()
    {
        using IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 4);
        using var agent = new Ppo(environments, device: TorchDevice.Cpu);
        agent.Learn(2_048);

        Assert.That(agent.Step, Is.EqualTo(2_048));
    }

    [Test]
    public void ANetworkOfOnesOwn()
    {
        using IVectorEnvironment single = Environments.MakeVector("CartPole-v1", 1);
        using var own = new Dqn(
            single,
            makeNetwork: () => new TorchModule(nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))),
            device: TorchDevice.Cpu);
        own.Learn(1_000);

        Assert.That(own.Step, Is.EqualTo(1_000));
    }

    [Test]
    public void EveryBlockOfTheGuideStandsInThisFile()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "RlKit.sln"))) root = Path.GetDirectoryName(root)!;
        string source = Normal(File.ReadAllText(Path.Combine(root, "tests", "RlKit.TorchSharp.Tests", "GuideTests.cs")));
        string[] blocks = [.. Normal(File.ReadAllText(Path.Combine(root, "docs", "engines.md"))).Split("```cs\n").Skip(1).Select(part => part.Split("```")[0])];

        Assert.That(blocks, Has.Length.EqualTo(2));
        foreach (string block in blocks) Assert.That(source, Does.Contain(block));

        static string Normal(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()));
    }
}
