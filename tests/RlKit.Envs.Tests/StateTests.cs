namespace RlKit.Tests;

/// <summary>Saved in the middle of an episode, gone on, loaded, gone on again: the same, to the bit.</summary>
[TestFixture]
public sealed class StateTests
{
    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [TestCaseSource(nameof(Ids))]
    public void ASingleEnvironmentGoesOnFromItsState(string id)
    {
        using AnyEnvironment environment = AnyEnvironment.Make(id, Stochastic(id));
        environment.Environment.ActionSpace.Seed(1);
        environment.Reset(11);
        Run(environment, 37);
        byte[] state = Save(environment.Environment);
        double[][] actions = [.. Enumerable.Range(0, 300).Select(_ => environment.SampleAction())];
        string after = Follow(environment, actions);

        Load(environment.Environment, state);
        Assert.That(Save(environment.Environment), Is.EqualTo(state));
        Assert.That(Follow(environment, actions), Is.EqualTo(after));

        using AnyEnvironment other = AnyEnvironment.Make(id, Stochastic(id));
        Load(other.Environment, state);
        Assert.That(Follow(other, actions), Is.EqualTo(after));
    }

    [Test]
    public void AVectorGoesOnFromItsState([ValueSource(nameof(Ids))] string id, [Values(AutoresetMode.NextStep, AutoresetMode.SameStep)] AutoresetMode mode)
    {
        var options = new VectorOptions { AutoresetMode = mode, Options = Stochastic(id) };
        using IVectorEnvironment vector = Environments.MakeVector(id, 4, options);
        vector.ActionSpace.Seed(1);
        vector.Reset(11);
        Follow(vector, 61);
        byte[] state = Save(vector);
        float[] observations = vector.Elements();
        float[] finalObservations = vector.FinalElements();
        double[] rewards = vector.Rewards.ToArray();
        vector.ActionSpace.Seed(2);
        string after = Follow(vector, 300);

        using IVectorEnvironment other = Environments.MakeVector(id, 4, options);
        foreach (IVectorEnvironment loaded in new[] { vector, other })
        {
            Load(loaded, state);
            Assert.That(loaded.Elements(), Is.EqualTo(observations));
            Assert.That(loaded.Rewards.ToArray(), Is.EqualTo(rewards));
            for (int i = 0; i < 4; i++)
            {
                if (loaded.FinalInfo(i).Count == 0) continue;
                int start = i * loaded.ObservationSize;
                Assert.That(loaded.FinalElements()[start..(start + loaded.ObservationSize)], Is.EqualTo(finalObservations[start..(start + loaded.ObservationSize)]));
            }

            loaded.ActionSpace.Seed(2);
            Assert.That(Follow(loaded, 300), Is.EqualTo(after));
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void AStateThatEndsEarlyIsRefused(string id)
    {
        using AnyEnvironment environment = AnyEnvironment.Make(id);
        environment.Reset(1);
        byte[] state = Save(environment.Environment);
        Assert.That(() => Load(environment.Environment, state[..(state.Length / 2)]), Throws.InstanceOf<InvalidDataException>());

        using IVectorEnvironment vector = Environments.MakeVector(id, 2);
        vector.Reset(1);
        byte[] vectorState = Save(vector);
        Assert.That(() => Load(vector, vectorState[..^3]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("ends early"));
        using IVectorEnvironment larger = Environments.MakeVector(id, 3);
        Assert.That(() => Load(larger, vectorState), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("one of 2 copies"));
    }

    private static EnvironmentOptions? Stochastic(string id) => id == "Taxi-v4" ? new() { ["is_rainy"] = true, ["fickle_passenger"] = true } : null;

    private static void Run(AnyEnvironment environment, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            var result = environment.Step(environment.SampleAction());
            if (result.Terminated || result.Truncated) environment.Reset();
        }
    }

    private static string Follow(AnyEnvironment environment, double[][] actions)
    {
        List<string> seen = [];
        foreach (double[] action in actions)
        {
            var result = environment.Step(action);
            seen.Add($"{string.Join(' ', result.Observation)} {result.Reward} {result.Terminated} {result.Truncated}");
            if (result.Terminated || result.Truncated) seen.Add(string.Join(' ', environment.Reset().Observation));
        }

        return string.Join('\n', seen);
    }

    private static string Follow(IVectorEnvironment vector, int steps)
    {
        List<string> seen = [];
        for (int step = 0; step < steps; step++)
        {
            if (vector.ActionSpace is Box<float> box) vector.Step([.. Enumerable.Range(0, vector.Count).Select(_ => box.Sample()[0])]);
            else vector.Step([.. Enumerable.Range(0, vector.Count).Select(_ => ((Discrete)vector.ActionSpace).Sample())]);
            seen.Add(string.Join(' ', vector.Elements()) + string.Join(' ', vector.Rewards.ToArray()) + string.Join(' ', vector.Terminated.ToArray()) + string.Join(' ', vector.Truncated.ToArray()));
        }

        return string.Join('\n', seen);
    }

    private static byte[] Save(object environment)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        ((IStateful)environment).SaveState(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static void Load(object environment, byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        ((IStateful)environment).LoadState(reader);
    }
}
