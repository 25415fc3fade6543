namespace RlKit.Tests.Readme;

/// <summary>The code of the README, compiled here and run.</summary>
internal sealed partial class ReadmeTests
{
    private string _folder = "";

    [SetUp]
    public void WorkInAFolderOfItsOwn()
    {
        _folder = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(Directory.CreateTempSubdirectory("rlkit-").FullName);
    }

    [TearDown]
    public void Return()
    {
        string own = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(_folder);
        Directory.Delete(own, recursive: true);
    }

    [Test]
    public void EveryBlockOfCodeIsCompiledHere()
    {
        string root = Root();
        string compiled = string.Join('\n', Directory.GetFiles(Path.Combine(root, "tests", "RlKit.Cli.Tests", "Readme"), "*.cs").Select(file => Flat(File.ReadAllText(file))));
        string[] blocks = File.ReadAllText(Path.Combine(root, "README.md")).ReplaceLineEndings("\n").Split("```csharp\n")[1..];
        Assert.That(blocks, Has.Length.GreaterThanOrEqualTo(5));
        foreach (string block in blocks)
        {
            string code = block[..block.IndexOf("```", StringComparison.Ordinal)];
            Assert.That(compiled.Contains(Flat(code), StringComparison.Ordinal), Is.True, $"The README has code that no file in tests/RlKit.Cli.Tests/Readme has:\n{code}");
        }
    }

    [Test]
    public void AnEnvironmentIsUsed()
    {
        using IEnvironment<float[], int> environment = Environments.Make<float[], int>("CartPole-v1").WithVideo("videos");
        double total = 0;
        environment.Reset(seed: 42);
        while (true)
        {
            StepResult<float[]> step = environment.Step(environment.ActionSpace.Sample());
            total += step.Reward;
            if (step.Done) break;
        }

        Assert.That(total, Is.GreaterThan(7));
        Assert.That(File.Exists(Path.Combine("videos", "rl-video-episode-0.png")), Is.True);
    }

    [Test]
    public void CopiesAreStepped()
    {
        using IVectorEnvironment copies = Environments.MakeVector("CartPole-v1", 64);
        copies.Reset(seed: 42);
        int[] actions = new int[copies.Count];
        for (int i = 0; i < 1000; i++)
        {
            for (int copy = 0; copy < actions.Length; copy++) actions[copy] = copies.Observations[copy * copies.ObservationSize + 2] > 0 ? 1 : 0;
            copies.Step(actions);
        }

        Assert.That(copies.Observations.Length, Is.EqualTo(64 * 4));
    }

    [Test]
    public void AnAgentIsTrained()
    {
        using IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 4);
        using var agent = new Ppo(environments, seed: 1);
        TrainingResult training = agent.Learn(50_000);

        agent.Policy.Save("cartpole.safetensors");
        Policy policy = Policy.Load("cartpole.safetensors");
        int action = policy.Act(new float[] { 0.01f, 0.02f, 0.03f, 0.04f });
        EvaluationResult evaluation = Evaluator.Evaluate(policy, environments, episodes: 20);

        Assert.That(training.Step, Is.EqualTo(50_000));
        Assert.That(action, Is.InRange(0, 1));
        Assert.That(evaluation.Mean, Is.GreaterThan(150));
    }

    [Test]
    public void TheCorridorWorks()
    {
        Environments.Registry.Register(new EnvironmentSpec("Corridor-v0") { MaxEpisodeSteps = 100 }, _ => new Corridor());
        using IEnvironment<float[], int> corridor = Environments.Make<float[], int>("Corridor-v0").WithEpisodeStatistics();
        using IVectorEnvironment corridors = Environments.MakeVector("Corridor-v0", 8);

        corridor.Reset(seed: 1);
        StepResult<float[]> step = corridor.Step(1);
        for (int i = 1; i < 100 && !step.Done; i++) step = corridor.Step(1);
        Assert.That(step.Terminated, Is.True);
        Assert.That(step.Reward, Is.EqualTo(1));
        Assert.That(corridor.Render().Width, Is.EqualTo(440));
        corridors.Reset(seed: 1);
        Assert.That(corridors.Observations.Length, Is.EqualTo(8));
    }

    [Test]
    public void TheGridWorldWorks()
    {
        using var environment = new GridWorld(5);
        var first = environment.Reset(seed: 3).Observation;
        Assert.That(environment.ObservationSpace.Contains(first), Is.True);
        for (int moves = 0; moves < 20; moves++)
        {
            float[] agent = (float[])first["agent"], target = (float[])first["target"];
            var step = environment.Step(target[0] > agent[0] ? 0 : target[1] > agent[1] ? 1 : target[0] < agent[0] ? 2 : 3);
            first = step.Observation;
            if (!step.Done) continue;
            Assert.That(step.Reward, Is.EqualTo(1));
            Assert.That(step.Info.Get<int>("distance"), Is.Zero);
            return;
        }

        Assert.Fail("The target was not reached.");
    }

    private static string Flat(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !UsingDirective().IsMatch(line)));

    [System.Text.RegularExpressions.GeneratedRegex(@"^using [\w.]+;$")]
    private static partial System.Text.RegularExpressions.Regex UsingDirective();

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "RlKit.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No RlKit.sln above '{AppContext.BaseDirectory}'.");
    }
}
