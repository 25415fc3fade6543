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
}
