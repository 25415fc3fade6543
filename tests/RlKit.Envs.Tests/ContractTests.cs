namespace RlKit.Tests;

/// <summary>What holds for every registered environment.</summary>
[TestFixture]
public sealed class ContractTests
{
    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [TestCaseSource(nameof(Ids))]
    public void ObservationsLieInTheirSpaceAndEpisodesEnd(string id)
    {
        using AnyEnvironment environment = AnyEnvironment.Make(id);
        IEnvironment inner = environment.Environment;
        Assert.That(inner.ReusesObservation);
        Assert.That(inner.Spec!.Id, Is.EqualTo(id));
        inner.ActionSpace.Seed(0);
        int limit = inner.Spec.MaxEpisodeSteps ?? 200_000;
        for (long seed = 0; seed < 3; seed++)
        {
            double[] observation = environment.Reset(seed).Observation;
            Assert.That(Contains(observation));
            int steps = 0;
            bool done = false;
            while (!done)
            {
                var result = environment.Step(environment.SampleAction());
                Assert.That(Contains(result.Observation), $"step {steps}: {string.Join(' ', result.Observation)}");
                Assert.That(double.IsFinite(result.Reward));
                Assert.That(result.Truncated, Is.EqualTo(++steps == inner.Spec.MaxEpisodeSteps));
                done = result.Terminated || result.Truncated;
                Assert.That(steps, Is.LessThanOrEqualTo(limit));
            }
        }

        bool Contains(double[] observation) => inner.ObservationSpace switch
        {
            Box<float> box => box.Contains(Array.ConvertAll(observation, value => (float)value)),
            Box<byte> box => box.Contains(Array.ConvertAll(observation, value => (byte)value)),
            Discrete discrete => discrete.Contains((int)observation[0]),
            TupleSpace<int, int, int> tuple => tuple.Contains(((int)observation[0], (int)observation[1], (int)observation[2])),
            _ => false,
        };
    }

    [TestCaseSource(nameof(Ids))]
    public void TheSameSeedGivesTheSameEpisode(string id)
    {
        using AnyEnvironment first = AnyEnvironment.Make(id);
        using AnyEnvironment second = AnyEnvironment.Make(id);
        Assert.That(first.Reset(5).Observation, Is.EqualTo(second.Reset(5).Observation));
        first.Environment.ActionSpace.Seed(4);
        for (int step = 0; step < 50; step++)
        {
            double[] action = first.SampleAction();
            var (a, b) = (first.Step(action), second.Step(action));
            Assert.That((a.Reward, a.Terminated, a.Truncated), Is.EqualTo((b.Reward, b.Terminated, b.Truncated)));
            Assert.That(a.Observation, Is.EqualTo(b.Observation));
            if (a.Terminated || a.Truncated) Assert.That(first.Reset().Observation, Is.EqualTo(second.Reset().Observation));
        }
    }

    [Test]
    public void SpacesAreNotSharedBetweenEnvironments()
    {
        foreach (string id in Ids)
        {
            using IEnvironment first = Environments.Make(id);
            using IEnvironment second = Environments.Make(id);
            Assert.That(first.ActionSpace, Is.Not.SameAs(second.ActionSpace));
        }
    }

    [TestCase("CartPole-v1", 3)]
    [TestCase("MountainCar-v0", 250)]
    [TestCase("CliffWalking-v1", 7)]
    public void TheLimitOfStepsIsAnOptionOfEveryEnvironment(string id, int limit)
    {
        EnvironmentOptions options = new() { ["max_episode_steps"] = limit };
        using AnyEnvironment environment = AnyEnvironment.Make(id, options);
        Assert.That(environment.Environment.MaxEpisodeSteps, Is.EqualTo(limit));
        Assert.That(environment.Environment.Spec!.MaxEpisodeSteps, Is.EqualTo(limit));

        using IVectorEnvironment vector = Environments.MakeVector(id, 2, new() { Options = options });
        environment.Reset(0);
        vector.Reset(0);
        for (int step = 1; step <= limit; step++)
        {
            Assert.That(environment.Step(0).Truncated, Is.EqualTo(step == limit), $"step {step}");
            vector.Step([0, 0]);
            Assert.That(vector.Truncated.ToArray(), Is.All.EqualTo(step == limit), $"step {step}");
        }

        Assert.That(() => Environments.Make(id, new() { ["max_episode_steps"] = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Option 'max_episode_steps' is 0; give 1 or more."));
    }
}
