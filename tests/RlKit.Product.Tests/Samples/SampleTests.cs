using System.Globalization;

namespace RlKit.Tests.Samples;

/// <summary>Every sample runs, with a small budget, and says what it is to say.</summary>
internal sealed class SampleTests
{
    private string _folder = "";

    [SetUp]
    public void MakeAFolder() => _folder = Directory.CreateTempSubdirectory("rlkit-sample-").FullName;

    [TearDown]
    public void DeleteIt() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void EverySampleHasATestHereAndIsOneFile()
    {
        string[] tested = [.. typeof(SampleTests).GetMethods().Select(method => method.Name)];
        foreach (string sample in Directory.GetDirectories(Repository.PathOf("samples")).Select(folder => Path.GetFileName(folder)).Where(name => name != "RlKit.Cli"))
        {
            Assert.That(tested, Does.Contain(sample));
            Assert.That(Directory.GetFiles(Repository.PathOf($"samples/{sample}"), "*.cs").Select(Path.GetFileName), Is.EqualTo(new[] { sample + ".cs" }));
        }
    }

    [Test]
    public void CompareAlgorithms()
    {
        string output = Succeeds("CompareAlgorithms", "2000", "1");
        Assert.That(output, Does.Match(@"(?s)PPO +\d+\.\d +\d+\.\d +\d+\.\d\nDQN .*\nC51 "));
    }

    [Test]
    public void RandomActions()
    {
        string output = Succeeds("RandomActions", "chart.png", "4000");
        Assert.That(output, Does.Match(@" 0 %.*\n.* 15 %.*\n.* 35 %.*\n.* 70 %"));
        Assert.That(new FileInfo(Path.Combine(_folder, "chart.png")).Length, Is.GreaterThan(5_000));
    }

    [Test]
    public void CheckpointResume()
    {
        Command killed = Run("CheckpointResume", "run", "14000", "12000");
        Assert.That(killed.ExitCode, Is.Not.Zero);
        Assert.That(killed.Output, Does.Contain("Killed at step 12000."));
        Assert.That(killed.Output, Does.Not.Contain("hash"));

        string resumed = Succeeds("CheckpointResume", "run", "14000"), whole = Succeeds("CheckpointResume", "whole", "14000");
        Assert.That(resumed, Does.Contain("Going on from step-000000010000.ckpt."));
        Assert.That(Hash(resumed), Is.EqualTo(Hash(whole)));
        static string Hash(string output) => output.TrimEnd()[^64..];
    }

    /// <summary>It logs every episode, draws its charts and keeps the policy at the peak of the running reward.</summary>
    [Test]
    public void SpaceInvaders()
    {
        string output = Succeeds("SpaceInvaders", "out", "3000"), folder = Path.Combine(_folder, "out");
        double[][] log = [.. File.ReadLines(Path.Combine(folder, "log.csv")).Skip(1).Select(line => line.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        Assert.That(log, Has.Length.GreaterThan(20).And.All.Length.EqualTo(7));
        Assert.That(log.Select(line => line[0]), Is.Ordered.And.All.InRange(1, 3000), "steps");
        double[] last = [.. log.TakeLast(100).Select(line => line[1])];
        Assert.That(log[^1][2], Is.EqualTo(last.Average()).Within(1e-3), "running reward");
        Assert.That(log[^1][3], Is.EqualTo(last.Max()), "maximum");
        Assert.That(log[^1][4], Is.EqualTo(0.1).Within(1e-3), "epsilon");
        Assert.That(log[^1][5], Is.GreaterThan(0), "loss");
        Assert.That(output, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"at its peak {log.Skip(19).Max(line => line[2]):F2}")));
        Assert.That(new FileInfo(Path.Combine(folder, "curves.png")).Length, Is.GreaterThan(5_000));
        using IVectorEnvironment environment = Environments.MakeVector("MinAtar/SpaceInvaders-v0", 5);
        Assert.That(Evaluator.Evaluate(Policy.Load(Path.Combine(folder, "best.safetensors")), environment, episodes: 5).Mean, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void CustomEnvironment()
    {
        string output = Succeeds("CustomEnvironment", "4000");
        Assert.That(output, Does.StartWith("The checker finds nothing to mend.\nrandom"));
        Assert.That(output, Does.Contain("PPO"));
    }

    [Test]
    public void PidController()
    {
        string output = Succeeds("PidController", "4000", "10");
        Assert.That(output, Does.Match(@"PID +500\.0 +500 +500 +0\.0\nPPO +\d"));
    }

    [Test]
    public void PolicyInApp()
    {
        using (IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 4))
        {
            using var agent = new Ppo(environments, seed: 1);
            agent.Learn(20_000);
            agent.Policy.Save(Path.Combine(_folder, "policy.safetensors"));
        }

        Assert.That(Succeeds("PolicyInApp", "policy.safetensors"), Does.Match(@"The pole stood for \d+\.\d seconds; a decision took \d+\.\d microseconds\."));
        Assert.That(Run("PolicyInApp").ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void Pictures()
    {
        Succeeds("Pictures", ".", "2000");
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "cartpole.png", "icon.png", "learning-curve.png" }));
        Assert.That(File.ReadAllBytes(Path.Combine(_folder, "icon.png")), Is.EqualTo(File.ReadAllBytes(Repository.PathOf("docs/icon.png"))));
    }

    private string Succeeds(string sample, params string[] arguments)
    {
        Command run = Run(sample, arguments);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run.Output;
    }

    private Command Run(string sample, params string[] arguments) =>
        Command.Run(_folder, TimeSpan.FromMinutes(2), Command.DotNet, [Repository.PathOf($"samples/{sample}/bin/{Repository.Configuration}/net10.0/{sample}.dll"), .. arguments]);
}
