namespace RlKit.Tests.DeepQLearning;

/// <summary>The convolutional half of DQN: bytes with the channels last, from the game to the network.</summary>
[TestFixture]
public sealed class MinAtarLearningTests
{
    [Test]
    public void BreakoutIsPlayedFarBetterThanAtRandomAfterAFewThousandSteps()
    {
        const string id = "MinAtar/Breakout-v0";
        DqnOptions options = Presets.Dqn(id) with { LearningStarts = 1_000, TargetNetworkFrequency = 500, ExplorationFraction = 0.4 };
        using IVectorEnvironment evaluation = Environments.MakeVector(id, 10);
        using var agent = new Dqn(Environments.MakeVector(id, 1), options);
        double random = Evaluator.Evaluate(new RandomPolicy(evaluation.ObservationSpace, evaluation.ActionSpace), evaluation, episodes: 200, seed: 7, deterministic: false).Mean;
        agent.Learn(12_000);
        double learned = Evaluator.Evaluate(agent.Policy, evaluation, episodes: 100, seed: 7).Mean;
        TestContext.Out.WriteLine(FormattableString.Invariant($"random {random:F2}, learned {learned:F2}"));
        Assert.That(random, Is.LessThan(1));
        Assert.That(learned, Is.GreaterThan(3 * random));
    }

    [Test]
    public void EveryGameHasAPresetThatTrains()
    {
        foreach (EnvironmentSpec spec in Environments.Registry.Specs.Where(spec => spec.Id.StartsWith("MinAtar/", StringComparison.Ordinal)))
        {
            using var agent = new Dqn(Environments.MakeVector(spec.Id, 1), Presets.Dqn(spec.Id) with { LearningStarts = 100 });
            agent.Learn(120);
            Assert.That(agent.Options.BufferSize, Is.EqualTo(100_000));
            Assert.That(agent.Step, Is.EqualTo(120));
        }

        Assert.That(Presets.Dqn("CartPole-v1").ToDictionary(), Is.EqualTo(new DqnOptions().ToDictionary()));
        Assert.That(Presets.DoubleDqn("CartPole-v1").ToDictionary(), Is.EqualTo(DqnOptions.DoubleDqn.ToDictionary()));
    }
}
