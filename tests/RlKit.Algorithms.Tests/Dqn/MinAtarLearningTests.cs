namespace RlKit.Tests.DeepQLearning;

/// <summary>The convolutional half of DQN: bytes with the channels last, from the game to the network.</summary>
[TestFixture]
public sealed class MinAtarLearningTests
{
    [Test, Category("Slow")]
    public void BreakoutIsPlayedFarBetterThanAtRandomAfterAFewThousandSteps()
    {
        const string id = "MinAtar/Breakout-v0";
        // The preset is for millions of steps; these are few, and each is learned from.
        DqnOptions options = Presets.Dqn(id) with { AdamEpsilon = 1e-8, TrainFrequency = 1, LearningStarts = 500, TargetNetworkFrequency = 250, ExplorationFraction = 0.4 };
        using IVectorEnvironment evaluation = Environments.MakeVector(id, 10);
        using var agent = new Dqn(Environments.MakeVector(id, 1), options);
        double random = Evaluator.Evaluate(new RandomPolicy(evaluation.ObservationSpace, evaluation.ActionSpace), evaluation, episodes: 200, seed: 7, deterministic: false).Mean;
        agent.Learn(9_000);
        double learned = Evaluator.Evaluate(agent.Policy, evaluation, episodes: 100, seed: 7).Mean;
        TestContext.Out.WriteLine(FormattableString.Invariant($"random {random:F2}, learned {learned:F2}"));
        Assert.That(random, Is.LessThan(1));
        Assert.That(learned, Is.GreaterThan(3 * random));
    }

    [Test]
    public void EveryGameHasPresetsThatTrain()
    {
        foreach (EnvironmentSpec spec in Environments.Registry.Specs.Where(spec => spec.Id.StartsWith("MinAtar/", StringComparison.Ordinal)))
        {
            using IVectorEnvironment copies = Environments.MakeVector(spec.Id, Presets.PpoEnvironments(spec.Id, new Discrete(6)));
            using var ppo = new Ppo(copies, Presets.Ppo(spec.Id, copies.ActionSpace));
            using var dqn = new Dqn(Environments.MakeVector(spec.Id, 1), Presets.Dqn(spec.Id) with { LearningStarts = 100 });
            using var c51 = new C51(Environments.MakeVector(spec.Id, 1), Presets.C51(spec.Id) with { LearningStarts = 100 });
            using var rainbow = new Rainbow(Environments.MakeVector(spec.Id, 1), Presets.Rainbow(spec.Id) with { LearningStarts = 100 });
            foreach ((Agent agent, int steps) in new (Agent, int)[] { (ppo, 8192), (dqn, 110), (c51, 110), (rainbow, 110) })
            {
                agent.Learn(steps);
                Assert.That(agent.Step, Is.EqualTo(steps), $"{agent.Algorithm} on {spec.Id}");
            }
        }
    }

    [Test]
    public void OtherEnvironmentsHaveTheDefaults()
    {
        const string id = "CartPole-v1";
        Assert.That(Presets.Dqn(id).ToDictionary(), Is.EqualTo(new DqnOptions().ToDictionary()));
        Assert.That(Presets.DoubleDqn(id).ToDictionary(), Is.EqualTo(DqnOptions.DoubleDqn.ToDictionary()));
        Assert.That(Presets.C51(id).ToDictionary(), Is.EqualTo(new C51Options().ToDictionary()));
        Assert.That(Presets.Rainbow(id).ToDictionary(), Is.EqualTo(new RainbowOptions().ToDictionary()));
    }
}
