namespace RlKit.Tests;

/// <summary>Every built-in vector environment against as many single environments, in every mode.</summary>
[TestFixture]
public sealed class VectorTests
{
    private const int Count = 5;
    private const int Steps = 520;
    private const long Seed = 77;

    private static IEnumerable<string> Ids => Environments.Registry.Specs.Select(spec => spec.Id);

    [Test]
    public void AVectorGivesTheTrajectoriesOfSingleEnvironments(
        [ValueSource(nameof(Ids))] string id, [Values] AutoresetMode mode, [Values(1, 3)] int threads)
    {
        using IVectorEnvironment vector = Environments.MakeVector(id, Count, new VectorOptions { AutoresetMode = mode, Threads = threads });
        AnyEnvironment[] singles = [.. Enumerable.Range(0, Count).Select(_ => AnyEnvironment.Make(id))];
        Assert.That(vector.Spec!.Id, Is.EqualTo(id));
        Assert.That(vector.ObservationSpace, Is.EqualTo(singles[0].Environment.ObservationSpace));
        Assert.That(vector.ActionSpace, Is.EqualTo(singles[0].Environment.ActionSpace));
        Assert.That(vector.ObservationSize, Is.EqualTo(vector.ObservationSpace.FlatSize));
        Assert.That((vector.Count, vector.ActionSize, vector.ObservationType), Is.EqualTo((Count, 1, vector.ObservationSpace is Box<byte> ? ObservationType.UInt8 : ObservationType.Float32)));

        vector.Reset(Seed);
        for (int i = 0; i < Count; i++)
        {
            (double[] first, Info info) = singles[i].Reset(Seed + i);
            Assert.That(Row(vector.Elements(), vector, i), Is.EqualTo(singles[i].Flatten(first)));
            AssertInfo(vector.Info(i), info);
        }

        singles[0].Environment.ActionSpace.Seed(3);
        bool[] ended = new bool[Count];
        int episodes = 0;
        for (int step = 0; step < Steps; step++)
        {
            if (mode == AutoresetMode.Disabled && ended.Contains(true))
            {
                vector.ResetWhere(ended);
                for (int i = 0; i < Count; i++)
                {
                    if (!ended[i]) continue;
                    Assert.That(Row(vector.Elements(), vector, i), Is.EqualTo(singles[i].Flatten(singles[i].Reset().Observation)));
                    Assert.That((vector.Rewards[i], vector.Terminated[i], vector.Truncated[i]), Is.EqualTo((0.0, false, false)));
                }

                Array.Clear(ended);
            }

            double[][] actions = [.. Enumerable.Range(0, Count).Select(_ => singles[0].SampleAction())];
            if (vector.ActionSpace is Box<float>) vector.Step([.. actions.Select(action => (float)action[0])]);
            else vector.Step([.. actions.Select(action => (int)action[0])]);

            for (int i = 0; i < Count; i++)
            {
                string where = $"step {step}, copy {i}";
                if (mode == AutoresetMode.NextStep && ended[i])
                {
                    (double[] first, Info info) = singles[i].Reset();
                    Assert.That(Row(vector.Elements(), vector, i), Is.EqualTo(singles[i].Flatten(first)), where);
                    Assert.That((vector.Rewards[i], vector.Terminated[i], vector.Truncated[i]), Is.EqualTo((0.0, false, false)), where);
                    AssertInfo(vector.Info(i), info);
                    ended[i] = false;
                    continue;
                }

                var result = singles[i].Step(actions[i]);
                Same([vector.Rewards[i]], [result.Reward], where);
                Same([vector.Terminated[i], vector.Truncated[i]], [result.Terminated, result.Truncated], where);
                float[] observation = singles[i].Flatten(result.Observation);
                if (!result.Terminated && !result.Truncated)
                {
                    Same(Row(vector.Elements(), vector, i), observation, where);
                    AssertInfo(vector.Info(i), result.Info);
                    continue;
                }

                episodes++;
                Assert.That(Row(vector.FinalElements(), vector, i), Is.EqualTo(observation), where);
                AssertInfo(vector.FinalInfo(i), result.Info);
                ended[i] = mode != AutoresetMode.SameStep;
                if (mode == AutoresetMode.SameStep) observation = singles[i].Flatten(singles[i].Reset().Observation);
                Same(Row(vector.Elements(), vector, i), observation, where);
            }
        }

        // Without a limit, a random walk along the cliff ends when it likes.
        if (vector.Spec.MaxEpisodeSteps is < Steps) Assert.That(episodes, Is.GreaterThanOrEqualTo(Count));
        foreach (AnyEnvironment single in singles) single.Dispose();
    }

    [Test]
    public void SeedsForEachCopyAreTheirs()
    {
        using IVectorEnvironment vector = Environments.MakeVector("CartPole-v1", 3);
        using AnyEnvironment single = AnyEnvironment.Make("CartPole-v1");
        vector.Reset([9, 4, 9]);
        float[] nine = single.Flatten(single.Reset(9).Observation);
        Assert.That(Row(vector.Elements(), vector, 0), Is.EqualTo(nine));
        Assert.That(Row(vector.Elements(), vector, 1), Is.EqualTo(single.Flatten(single.Reset(4).Observation)));
        Assert.That(Row(vector.Elements(), vector, 2), Is.EqualTo(nine));
    }

    [Test]
    public void AResetWithoutASeedGoesOn()
    {
        using IVectorEnvironment vector = Environments.MakeVector("CartPole-v1", 2);
        vector.Reset(5);
        float[] first = vector.Observations.ToArray();
        vector.Reset();
        float[] second = vector.Observations.ToArray();
        Assert.That(second, Is.Not.EqualTo(first));
        vector.Reset(5);
        Assert.That(vector.Observations.ToArray(), Is.EqualTo(first));
        vector.Reset();
        Assert.That(vector.Observations.ToArray(), Is.EqualTo(second));
    }

    [Test]
    public void FinalInfoIsEmptyBeforeAnEpisodeEnded()
    {
        using IVectorEnvironment vector = Environments.MakeVector("Taxi-v4", 2);
        vector.Reset(0);
        Assert.That(vector.FinalInfo(1), Is.Empty);
        Assert.That(vector.Info(1).Get<bool[]>("action_mask"), Has.Length.EqualTo(6));
    }

    [Test]
    public void WhatAVectorCannotDoIsRefused()
    {
        using IVectorEnvironment cartPole = Environments.MakeVector("CartPole-v1", 3, new VectorOptions { AutoresetMode = AutoresetMode.Disabled });
        Assert.That(() => cartPole.Step([0, 0, 0]), Throws.InvalidOperationException.With.Message.Contains("call Reset first"));
        Assert.That(() => cartPole.Info(0), Throws.InvalidOperationException);
        Assert.That(() => cartPole.ResetWhere([true, false, true]), Throws.InvalidOperationException);
        Assert.That(() => cartPole.Reset(-1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("The seed is -1"));
        Assert.That(() => cartPole.Reset([1, -2, 3]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("The seed of copy 1 is -2"));
        Assert.That(() => cartPole.Reset([1, 2]), Throws.ArgumentException.With.Message.Contains("2 seeds for 3 copies"));

        cartPole.Reset(0);
        float[] before = cartPole.Observations.ToArray();
        Assert.That(() => cartPole.Step([0, 1, 2]), Throws.ArgumentException.With.Message.Contains("Action 2 of copy 2 is not one of CartPole-v1: it has to be a whole number from 0 to 1. No copy was stepped."));
        Assert.That(() => cartPole.Step([-1, 1, 1]), Throws.ArgumentException.With.Message.Contains("Action -1 of copy 0"));
        Assert.That(cartPole.Observations.ToArray(), Is.EqualTo(before));
        Assert.That(() => cartPole.Step([0, 1]), Throws.ArgumentException.With.Message.Contains("There are 2 numbers, but 3 copies of CartPole-v1 take 1 each, 3 in all."));
        Assert.That(() => cartPole.Step([0f, 1f, 0f]), Throws.InvalidOperationException.With.Message.Contains("whole numbers"));
        Assert.That(() => cartPole.ByteObservations.Length, Throws.InvalidOperationException.With.Message.Contains("read Observations"));
        Assert.That(() => cartPole.ResetWhere([true]), Throws.ArgumentException.With.Message.Contains("1 flags for 3 copies"));
        Assert.That(
            () =>
            {
                while (true) cartPole.Step([1, 1, 1]);
            },
            Throws.InvalidOperationException.With.Message.Contains("has ended; reset it with ResetWhere"));

        using IVectorEnvironment pendulum = Environments.MakeVector("Pendulum-v1", 2);
        pendulum.Reset(0);
        Assert.That(() => pendulum.Step([0, 0]), Throws.InvalidOperationException.With.Message.Contains("real numbers"));
        Assert.That(() => pendulum.Step([0f, float.NaN]), Throws.ArgumentException.With.Message.Contains("Action NaN of copy 1"));
        pendulum.Step([100f, -100f]);

        pendulum.Dispose();
        Assert.That(() => pendulum.Step([0f, 0f]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => pendulum.Reset(0), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static float[] Row(ReadOnlySpan<float> values, IVectorEnvironment vector, int index) =>
        values.Slice(index * vector.ObservationSize, vector.ObservationSize).ToArray();

    // NUnit's constraint only where there is something to say: there are millions of numbers to compare.
    private static void Same<T>(T[] actual, T[] expected, string where)
    {
        if (!actual.AsSpan().SequenceEqual(expected)) Assert.That(actual, Is.EqualTo(expected), where);
    }

    private static void AssertInfo(Info actual, Info expected)
    {
        if (actual.Count + expected.Count > 0) Assert.That(actual.ToArray(), Is.EqualTo(expected.ToArray()));
    }
}
