using FsCheck;
using FsCheck.Fluent;
using RlKit.Replay;

namespace RlKit.Tests.Replay;

[TestFixture]
internal sealed class PrioritizedReplayTests
{
    private static readonly ReplayOptions Small = new() { Capacity = 12, ObservationSize = 4, Copies = 2 };

    [Test]
    public void Priorities_hold_after_any_sequence_of_steps_and_updates()
    {
        Property property = Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Steps, byte First, byte Second, NormalFloat Error)[]>(),
            operations =>
            {
                (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
                var replay = new PrioritizedReplay(buffer, alpha: 0.7, epsilon: 0.01);
                double[] model = new double[buffer.Capacity];
                double largest = 1;
                int slot = 0;
                foreach ((byte steps, byte first, byte second, NormalFloat error) in operations)
                {
                    // Sometimes more steps at once than the buffer holds.
                    for (int step = 0; step < steps % 9; step++)
                    {
                        environment.Step(buffer);
                        for (int copy = 0; copy < 2; copy++) model[slot++] = largest;
                        slot %= model.Length;
                    }

                    if (buffer.Count > 0)
                    {
                        int[] indices = [first % buffer.Count, second % buffer.Count];
                        float[] errors = [(float)error.Get, second];
                        replay.Update(indices, errors);
                        for (int i = 0; i < 2; i++)
                        {
                            double priority = Math.Abs((double)errors[i]) + 0.01;
                            model[indices[i]] = priority;
                            largest = Math.Max(largest, priority);
                        }
                    }

                    double[] leaves = [.. model.Select(priority => priority == 0 ? 0 : (float)Math.Pow(priority, 0.7))];
                    Assert.That(Enumerable.Range(0, leaves.Length).Select(i => (double)replay[i]), Is.EqualTo(leaves));
                    Assert.That(replay.PrioritySum, Is.EqualTo(leaves.Sum()).Within(1e-12 * leaves.Sum()));
                    Assert.That(replay.PriorityMin, Is.EqualTo(leaves.Where(leaf => leaf > 0).DefaultIfEmpty(double.PositiveInfinity).Min()));
                    Assert.That(replay.MaxPriority, Is.EqualTo(largest));
                    Assert.That(leaves.Count(leaf => leaf > 0), Is.EqualTo(buffer.Count));
                }
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20251121UL, 1UL), property);
    }

    [Test]
    public void Draws_are_proportional_to_priorities_and_weights_make_up_for_it()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        for (int step = 0; step < 6; step++) environment.Step(buffer);
        var replay = new PrioritizedReplay(buffer, alpha: 0.5, epsilon: 1e-3);
        int[] all = [.. Enumerable.Range(0, 12)];
        float[] errors = [.. all.Select(i => i == 5 ? 0 : (i % 2 == 0 ? 1 : -1) * (i + 1f))];
        replay.Update(all, errors);
        double[] shares = [.. errors.Select(error => Math.Sqrt(Math.Abs(error) + 1e-3))];
        double sum = shares.Sum();

        var batch = new ReplayBatch(buffer, 8);
        var random = new Pcg64(5);
        int[] counts = new int[12];
        const int Rounds = 20_000;
        for (int round = 0; round < Rounds; round++)
        {
            replay.Sample(random, 0.4, batch);
            for (int i = 0; i < 8; i++)
            {
                counts[batch.Indices[i]]++;

                // (n P(i))^-beta over the largest of these in the buffer.
                double weight = Math.Pow(12 * shares[batch.Indices[i]] / sum, -0.4) / Math.Pow(12 * shares.Min() / sum, -0.4);
                Assert.That(batch.Weights[i], Is.EqualTo(weight).Within(1e-6));
            }
        }

        for (int i = 0; i < 12; i++)
        {
            double mean = Rounds * 8 * shares[i] / sum;
            Assert.That(counts[i], Is.EqualTo(mean).Within(5 * Math.Sqrt(mean) + 1), $"index {i}");
        }

        environment.AssertBatch(batch, batch.Indices);
    }

    [Test]
    public void Draws_are_stratified()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        for (int step = 0; step < 6; step++) environment.Step(buffer);
        var replay = new PrioritizedReplay(buffer);
        var batch = new ReplayBatch(buffer, 12);
        var random = new Pcg64(5);
        for (int round = 0; round < 100; round++)
        {
            // Twelve equal priorities and twelve strata: each transition once.
            replay.Sample(random, 1, batch);
            Assert.That(batch.Indices, Is.EqualTo(Enumerable.Range(0, 12)));
            Assert.That(batch.Weights, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void Alpha_zero_is_uniform_and_beta_zero_weighs_nothing()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        for (int step = 0; step < 6; step++) environment.Step(buffer);
        var uniform = new PrioritizedReplay(buffer, alpha: 0);
        uniform.Update([0, 1], [100, 0]);
        Assert.That(Enumerable.Range(0, 12).Select(i => uniform[i]), Is.All.EqualTo(1));

        var replay = new PrioritizedReplay(buffer);
        replay.Update([0, 1], [100, 0]);
        var batch = new ReplayBatch(buffer, 12);
        replay.Sample(new Pcg64(1), 0, batch);
        Assert.That(batch.Weights, Is.All.EqualTo(1));
    }

    [Test]
    public void New_transitions_enter_at_the_largest_priority_ever()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        environment.Step(buffer);
        var replay = new PrioritizedReplay(buffer, alpha: 1, epsilon: 0.5);
        Assert.That(replay[0], Is.EqualTo(1));
        replay.Update([0], [7]);
        replay.Update([0], [0]);
        Assert.That(replay.MaxPriority, Is.EqualTo(7.5));
        environment.Step(buffer);
        Assert.That(new[] { replay[0], replay[1], replay[2], replay[3], replay[4] }, Is.EqualTo(new[] { 0.5f, 1, 7.5f, 7.5f, 0 }));

        // An update after a step: the new transitions are older than the update, and enter at what was the largest before it.
        environment.Step(buffer);
        replay.Update([0], [20]);
        Assert.That(replay[4], Is.EqualTo(7.5f));
    }

    [Test]
    public void The_same_seed_gives_the_same_draws()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small with { Capacity = 1000 });
        for (int step = 0; step < 600; step++) environment.Step(buffer);
        var first = new PrioritizedReplay(buffer);
        var second = new PrioritizedReplay(buffer);
        var one = new ReplayBatch(buffer, 32);
        var two = new ReplayBatch(buffer, 32);
        for (int round = 0; round < 20; round++)
        {
            first.Sample(new Pcg64((ulong)round), 0.5, one);
            second.Sample(new Pcg64((ulong)round), 0.5, two);
            Assert.That(two.Indices, Is.EqualTo(one.Indices));
            Assert.That(two.Weights, Is.EqualTo(one.Weights));
            first.Update(one.Indices, one.Rewards);
            second.Update(two.Indices, two.Rewards);
        }
    }

    [Test]
    public void Loaded_priorities_go_on_exactly_as_the_saved_ones([Values(1, 5, 40)] int steps)
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        var saved = new PrioritizedReplay(buffer);
        var batch = new ReplayBatch(buffer, 2);
        var random = new Pcg64(1);
        for (int step = 0; step < steps; step++)
        {
            environment.Step(buffer);
            saved.Sample(random, 0.5, batch);
            saved.Update(batch.Indices, [random.NextSingle() * 3, random.NextSingle()]);
        }

        environment.Step(buffer);
        byte[] bufferState = ReplayBufferTests.Save(buffer);
        byte[] state = ReplayBufferTests.Save(saved);
        var otherBuffer = new ReplayBuffer(Small);
        var loaded = new PrioritizedReplay(otherBuffer);
        Assert.That(() => ReplayBufferTests.Load(loaded, state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("load the buffer's state first"));
        ReplayBufferTests.Load(otherBuffer, bufferState);
        ReplayBufferTests.Load(loaded, state);
        Assert.That(loaded.MaxPriority, Is.EqualTo(saved.MaxPriority));
        Assert.That(loaded.PrioritySum, Is.EqualTo(saved.PrioritySum));

        var otherBatch = new ReplayBatch(otherBuffer, 2);
        Pcg64 otherRandom = random.Clone();
        for (int step = 0; step < 30; step++)
        {
            environment.Step(buffer);
            environment.Add(otherBuffer);
            saved.Sample(random, 0.5, batch);
            loaded.Sample(otherRandom, 0.5, otherBatch);
            Assert.That(otherBatch.Indices, Is.EqualTo(batch.Indices));
            Assert.That(otherBatch.Observations, Is.EqualTo(batch.Observations));
            Assert.That(otherBatch.Weights, Is.EqualTo(batch.Weights));
            saved.Update(batch.Indices, batch.Rewards);
            loaded.Update(otherBatch.Indices, otherBatch.Rewards);
            Assert.That(ReplayBufferTests.Save(loaded), Is.EqualTo(ReplayBufferTests.Save(saved)));
        }
    }

    [Test]
    public void Every_damaged_byte_and_every_early_end_is_found()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        for (int step = 0; step < 9; step++) environment.Step(buffer);
        var replay = new PrioritizedReplay(buffer);
        replay.Update([1, 2, 3], [4, 5, 6]);
        byte[] state = ReplayBufferTests.Save(replay);
        for (int i = 0; i < state.Length; i++)
        {
            byte[] damaged = [.. state];
            damaged[i] ^= 0x10;
            Assert.That(() => ReplayBufferTests.Load(replay, damaged), Throws.InstanceOf<InvalidDataException>(), $"byte {i} of {state.Length}");
            Assert.That(() => ReplayBufferTests.Load(replay, state[..i]), Throws.InstanceOf<InvalidDataException>(), $"{i} bytes of {state.Length}");
        }

        Assert.That(() => ReplayBufferTests.Load(new PrioritizedReplay(buffer, alpha: 0.5), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("alpha 0.6, and this one has 0.5"));
        Assert.That(() => ReplayBufferTests.Load(new PrioritizedReplay(buffer, epsilon: 0.1), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("epsilon 1E-06"));
        Assert.That(() => ReplayBufferTests.Load(new PrioritizedReplay(new ReplayBuffer(Small with { Capacity = 14 })), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("capacity 12"));
        ReplayBufferTests.Load(replay, state);
        Assert.That(replay[3], Is.EqualTo((float)Math.Pow(6 + 1e-6, 0.6)));
    }

    [Test]
    public void Sampling_and_updating_allocate_nothing()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small with { Capacity = 500 });
        for (int step = 0; step < 300; step++) environment.Step(buffer);
        var replay = new PrioritizedReplay(buffer);
        var batch = new ReplayBatch(buffer, 32);
        var random = new Pcg64(1);
        int[] actions = new int[2];
        Allocation.AssertNone(() =>
        {
            buffer.Add(actions, environment.Rewards, environment.Terminated, environment.Truncated, environment.Observations, environment.Finals);
            replay.Sample(random, 0.4, batch);
            replay.Update(batch.Indices, batch.Rewards);
        });
    }

    [Test]
    public void Bad_input_is_refused_and_changes_nothing()
    {
        (ReplayBuffer buffer, ReplayModel environment) = Make(Small);
        foreach (double bad in new[] { -0.1, 1.1, double.NaN })
            Assert.That(() => new PrioritizedReplay(buffer, alpha: bad), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("alpha").And.Message.Contains("[0, 1]"));
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.That(() => new PrioritizedReplay(buffer, epsilon: bad), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon").And.Message.Contains("above zero"));
        var replay = new PrioritizedReplay(buffer, alpha: 1);
        var batch = new ReplayBatch(buffer, 4);
        environment.Step(buffer);
        Assert.That(() => replay.Sample(new Pcg64(1), 0.4, batch), Throws.ArgumentException.With.Message.Contains("batch of 4").And.Message.Contains("holds 2"));
        environment.Step(buffer);
        foreach (double bad in new[] { -0.1, 1.1, double.NaN })
            Assert.That(() => replay.Sample(new Pcg64(1), bad, batch), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("beta").And.Message.Contains("[0, 1]"));
        Assert.That(
            () => replay.Sample(new Pcg64(1), 0.4, new() { Observations = batch.Observations, NextObservations = batch.NextObservations, Actions = batch.Actions, Rewards = batch.Rewards, Discounts = batch.Discounts }),
            Throws.ArgumentException.With.Message.Contains("Weights has 0 elements and needs 4"));

        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            Assert.That(() => replay.Update([0, 1], [50, bad]), Throws.ArgumentException.With.Message.Contains("transition 1").And.Message.Contains("finite"));
        Assert.That(() => replay.Update([0, 4], [50, 1]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("no transition 4"));
        Assert.That(() => replay.Update([0, -1], [50, 1]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("-1"));
        Assert.That(() => replay.Update([0], [50, 1]), Throws.ArgumentException.With.Message.Contains("2 errors for 1 indices"));
        Assert.That(replay.MaxPriority, Is.EqualTo(1));
        Assert.That(replay.PrioritySum, Is.EqualTo(4));
        replay.Update([0], [float.MaxValue]);
        Assert.That(replay[0], Is.EqualTo(float.MaxValue));
    }

    private static (ReplayBuffer Buffer, ReplayModel Environment) Make(ReplayOptions options)
    {
        var buffer = new ReplayBuffer(options);
        var environment = new ReplayModel(options, seed: 21);
        environment.Start(buffer);
        return (buffer, environment);
    }
}
