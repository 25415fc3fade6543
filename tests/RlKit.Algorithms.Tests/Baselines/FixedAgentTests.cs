namespace RlKit.Tests.Baselines;

internal sealed class FixedAgentTests
{
    [Test]
    public void TheRandomAgentGoesThroughTheLoopAsOthersDo([Values("CartPole-v1", "Pendulum-v1")] string id)
    {
        using IVectorEnvironment environment = Environments.MakeVector(id, 2);
        using var agent = new RandomAgent(environment, seed: 4);
        var tracker = new MemoryTracker();
        TrainingResult result = agent.Learn(5_000, new LearnOptions { Tracker = tracker });

        Assert.That(result.Step, Is.EqualTo(5_000));
        Assert.That(result.MeanReturn, id == "CartPole-v1" ? Is.InRange(18, 28) : Is.InRange(-1_600, -900));
        Assert.That(tracker.Scalars(Metrics.EpisodeReturnMean), Has.Count.EqualTo(5));
        using IVectorEnvironment second = Environments.MakeVector(id, 2);
        using var again = new RandomAgent(second, seed: 4);
        again.Learn(5_000);
        Assert.That(Checkpoint.Hashes(again), Is.EqualTo(Checkpoint.Hashes(agent)));
    }

    [Test]
    public void AHandWrittenControllerBalancesThePole()
    {
        using IVectorEnvironment environment = Environments.MakeVector("CartPole-v1", 1), copies = Environments.MakeVector("CartPole-v1", 10);
        using var agent = new FunctionAgent(environment, observation => observation[2] + 0.5f * observation[3] > 0 ? 1 : 0);
        agent.Learn(1_000);
        Assert.That(agent.Evaluate(copies, 10).Mean, Is.GreaterThan(150));
        Assert.That(agent.Predict(new float[] { 0, 0, 0.1f, 0 }), Is.EqualTo(1));
    }

    [Test]
    public void AControllerOfTheOtherKindIsRefused()
    {
        using IVectorEnvironment cartPole = Environments.MakeVector("CartPole-v1", 1), pendulum = Environments.MakeVector("Pendulum-v1", 1);
        Assert.That(() => new FunctionAgent(pendulum, _ => 0), Throws.ArgumentException.With.Message.Contains("Discrete").And.Message.Contains("Box("));
        Assert.That(() => new FunctionAgent(cartPole, (_, action) => action[0] = 0), Throws.ArgumentException.With.Message.Contains("Discrete(2)"));
        using var agent = new FunctionAgent(pendulum, (observation, action) => action[0] = -observation[2]);
        Assert.That(agent.Learn(400).Episodes, Is.EqualTo(2));
    }
}
