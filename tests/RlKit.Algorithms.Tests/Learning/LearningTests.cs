namespace RlKit.Tests;

/// <summary>Agents learn real environments with fixed seeds, to the bars that CleanRL and Stable-Baselines3 set. The full tables are in docs/results.md.</summary>
[Category("Learning")]
public class LearningTests
{
    private const int SlowestDqn = 286_000, SlowestC51 = 399_000, SlowestPpo = 283_000;

    // libtorch's rounding depends on the machine's BLAS, so that the curve of a seed is another on each.
#if TORCHSHARP
    private const double Margin = 1.25;
#else
    private const double Margin = 1;
#endif

    [Test]
    public void Dqn_solves_CartPole_no_later_than_CleanRL()
    {
        using IVectorEnvironment environment = Make("CartPole-v1", 1);
        using var agent = new Dqn(environment, Presets.Dqn("CartPole-v1"), seed: 1);
        AssertReaches(agent, 475, SlowestDqn, total: 500_000);
    }

    [Test]
    public void C51_solves_CartPole_no_later_than_CleanRL()
    {
        using IVectorEnvironment environment = Make("CartPole-v1", 1);
        using var agent = new C51(environment, Presets.C51("CartPole-v1"), seed: 1);
        AssertReaches(agent, 475, SlowestC51, total: 500_000);
    }

    [Test]
    public void Ppo_solves_CartPole_no_later_than_CleanRL()
    {
        using IVectorEnvironment environment = Make("CartPole-v1", 4);
        using var agent = new Ppo(environment, Presets.Ppo("CartPole-v1", environment.ActionSpace), seed: 1);
        AssertReaches(agent, 475, SlowestPpo, total: 500_000);
    }

    [Test]
    public void Ppo_solves_Acrobot()
    {
        using IVectorEnvironment environment = Make("Acrobot-v1", 4);
        using var agent = new Ppo(environment, Presets.Ppo("Acrobot-v1", environment.ActionSpace), seed: 1);
        AssertReaches(agent, -100, within: 158_000, total: 300_000);
    }

    [Test]
    public void Dqn_solves_Acrobot()
    {
        using IVectorEnvironment environment = Make("Acrobot-v1", 1);
        using var agent = new Dqn(environment, Presets.Dqn("Acrobot-v1"), seed: 1);
        AssertReaches(agent, -100, within: 180_000, total: 300_000);
    }

    [Test]
    public void Dqn_finds_the_way_over_the_frozen_lake()
    {
        var options = new VectorOptions { Options = new EnvironmentOptions { ["is_slippery"] = false } };
        using IVectorEnvironment environment = Environments.MakeVector("FrozenLake-v1", 1, options), separate = Environments.MakeVector("FrozenLake-v1", 4, options);
        using var agent = new Dqn(environment, seed: 1);
        agent.Learn(50_000);
        Assert.That(Evaluator.Evaluate(agent.Policy, separate, episodes: 20).Mean, Is.EqualTo(1));
    }

    [TestCase("MountainCarContinuous-v0", 90)]
    [TestCase("Pendulum-v1", -200)]
    public void Ppo_learns_continuous_control_with_the_presets_that_ship(string id, double bar)
    {
        Space actionSpace = Environments.Registry.Make(id).ActionSpace;
        using IVectorEnvironment environment = Make(id, Presets.PpoEnvironments(id, actionSpace)), separate = Make(id, 10);
        using var agent = new Ppo(environment, Presets.Ppo(id, actionSpace), seed: 1);
        agent.Learn(100_000);
        Assert.That(Evaluator.Evaluate(agent.Policy, separate, episodes: 100).Mean, Is.GreaterThanOrEqualTo(bar));
    }

    /// <summary>The experiment with random actions: up to 15 % of them PPO goes on reaching whole episodes of 200 steps, and with 35 % or 70 % it does not.</summary>
    [Test]
    public void Random_actions_spoil_learning_by_their_share()
    {
        double[] rates = [0, 0.15, 0.35, 0.70];
        double[] means = new double[rates.Length];
        int[] whole = new int[rates.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            using IVectorEnvironment environment = Make("CartPole-v0", 4).WithRandomAction(rates[i]);
            using var agent = new Ppo(environment, seed: 1);
            var tracker = new MemoryTracker();
            means[i] = agent.Learn(50_000, new LearnOptions { Tracker = tracker }).MeanReturn;
            whole[i] = tracker.Episodes.TakeLast(100).Count(episode => episode.Length == 200);
        }

        Assert.Multiple(() =>
        {
            Assert.That(means, Is.Ordered.Descending);
            Assert.That(whole[0], Is.GreaterThan(30), "whole episodes of the last 100, no action replaced");
            Assert.That(whole[1], Is.GreaterThan(10), "whole episodes of the last 100, 15 % replaced");
            Assert.That(whole[2], Is.LessThan(10), "whole episodes of the last 100, 35 % replaced");
            Assert.That(whole[3], Is.Zero, "whole episodes of the last 100, 70 % replaced");
        });
    }

    private static IVectorEnvironment Make(string id, int count) => Environments.MakeVector(id, count);

    private static void AssertReaches(Agent agent, double threshold, long within, long total)
    {
        TrainingResult result = agent.Learn(total, new LearnOptions { Callbacks = [new StopAtReward(threshold)] });
        Assert.That(result.MeanReturn, Is.GreaterThanOrEqualTo(threshold));
        Assert.That(result.Step, Is.LessThanOrEqualTo(Margin * within));
    }
}
