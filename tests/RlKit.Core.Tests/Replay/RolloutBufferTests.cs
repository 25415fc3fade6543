using RlKit.Replay;

namespace RlKit.Tests.Replay;

[TestFixture]
internal sealed class RolloutBufferTests
{
    private static readonly RolloutOptions Small = new() { Steps = 5, Copies = 3, ObservationSize = 2 };

    private static IEnumerable<RolloutOptions> Shapes()
    {
        foreach (ObservationType type in new[] { ObservationType.Float32, ObservationType.UInt8 })
        {
            foreach (bool continuous in new[] { false, true })
            {
                foreach (int mask in new[] { 0, 4 }) yield return Small with { ObservationType = type, ContinuousActions = continuous, ActionSize = continuous ? 2 : 1, ActionMaskSize = mask };
            }
        }
    }

    [Test]
    public void A_truncated_step_is_bootstrapped_from_its_final_value_and_a_terminated_one_is_not()
    {
        // Three steps of one copy; lambda 0, so that each advantage is its own TD error.
        var buffer = new RolloutBuffer(new() { Steps = 3, ObservationSize = 1 });
        Add(terminated: false, truncated: true);
        Assert.That(buffer.NeedsFinalValue(0), Is.True);
        buffer.SetFinalValue(0, 100);
        Assert.That(buffer.NeedsFinalValue(0), Is.False);
        Add(terminated: true, truncated: true);
        Assert.That(buffer.NeedsFinalValue(0), Is.False);
        Add(terminated: false, truncated: false);
        buffer.ComputeAdvantages([7f], gamma: 0.5, lambda: 0);
        Assert.That(buffer.Advantages.ToArray(), Is.EqualTo(new float[] { 1 + 50 - 10, 1 - 10, 1 + 3.5f - 10 }));
        Assert.That(buffer.Returns.ToArray(), Is.EqualTo(new float[] { 51, 1, 4.5f }));

        void Add(bool terminated, bool truncated) => buffer.Add([0f], [0], [0f], [10f], [1.0], [terminated], [truncated]);
    }

    [Test]
    public void The_value_of_an_endless_task_is_right_with_the_bootstrap_at_time_limits_and_wrong_without_it()
    {
        // Reward 1 for ever, cut every 4 steps; the true value is 1 / (1 - gamma) everywhere, and with it every advantage is 0.
        const double Gamma = 0.9;
        float value = (float)(1 / (1 - Gamma));
        Assert.That(Largest(value), Is.LessThan(1e-4));
        Assert.That(Largest(0), Is.GreaterThan(5));

        double Largest(float finalValue)
        {
            var buffer = new RolloutBuffer(new() { Steps = 16, ObservationSize = 1 });
            for (int step = 0; step < 16; step++)
            {
                bool cut = step % 4 == 3;
                buffer.Add([0f], [0], [0f], [value], [1.0], [false], [cut]);
                if (cut) buffer.SetFinalValue(0, finalValue);
            }

            buffer.ComputeAdvantages([value], Gamma, 0.95);
            return buffer.Advantages.ToArray().Max(advantage => Math.Abs(advantage));
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void Minibatches_give_each_row_once_as_it_was_added(RolloutOptions options)
    {
        var buffer = new RolloutBuffer(options);
        Fill(buffer);
        buffer.ComputeAdvantages([1f, 2f, 3f], 0.9, 0.9);
        bool bytes = options.ObservationType == ObservationType.UInt8;
        float[] observations = new float[8];
        byte[] byteObservations = new byte[8];
        int[] actions = new int[4 * options.ActionSize];
        float[] continuousActions = new float[4 * options.ActionSize];
        bool[] masks = new bool[4 * options.ActionMaskSize];
        float[] logProbabilities = new float[4];
        float[] values = new float[4];
        float[] advantages = new float[4];
        float[] returns = new float[4];
        var random = new Pcg64(1);
        List<int> previous = [];
        for (int pass = 0; pass < 3; pass++)
        {
            List<int> seen = [];
            List<int> sizes = [];
            foreach (ReadOnlySpan<int> indices in buffer.Minibatches(random, 4))
            {
                buffer.Gather(indices, new()
                {
                    Observations = bytes ? [] : observations,
                    ByteObservations = bytes ? byteObservations : [],
                    Actions = options.ContinuousActions ? [] : actions,
                    ContinuousActions = options.ContinuousActions ? continuousActions : [],
                    ActionMasks = masks,
                    LogProbabilities = logProbabilities,
                    Values = values,
                    Advantages = advantages,
                    Returns = returns,
                });
                sizes.Add(indices.Length);
                for (int i = 0; i < indices.Length; i++)
                {
                    int row = indices[i];
                    seen.Add(row);
                    Assert.That(bytes ? byteObservations[2 * i] : observations[2 * i], Is.EqualTo(2 * row));
                    Assert.That(bytes ? byteObservations[2 * i + 1] : observations[2 * i + 1], Is.EqualTo(2 * row + 1));
                    for (int k = 0; k < options.ActionSize; k++)
                        Assert.That(options.ContinuousActions ? continuousActions[i * options.ActionSize + k] : actions[i * options.ActionSize + k], Is.EqualTo(row * options.ActionSize + k));
                    for (int k = 0; k < options.ActionMaskSize; k++) Assert.That(masks[i * 4 + k], Is.EqualTo((row + k) % 3 == 0));
                    Assert.That(logProbabilities[i], Is.EqualTo(-row));
                    Assert.That(values[i], Is.EqualTo(row / 2f));
                    Assert.That(advantages[i], Is.EqualTo(buffer.Advantages[row]));
                    Assert.That(returns[i], Is.EqualTo(buffer.Returns[row]));
                }
            }

            Assert.That(sizes, Is.EqualTo(new[] { 4, 4, 4, 3 }));
            Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(0, 15)));
            Assert.That(seen, Is.Not.EqualTo(previous));
            previous = seen;
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void A_loaded_rollout_goes_on_exactly_as_the_saved_one(RolloutOptions options)
    {
        foreach (int steps in new[] { 0, 2, 5 })
        {
            var saved = new RolloutBuffer(options);
            Fill(saved, 0, steps);
            byte[] state = ReplayBufferTests.Save(saved);
            var loaded = new RolloutBuffer(options);
            Fill(loaded);
            loaded.ComputeAdvantages([0f, 0f, 0f], 0.5, 0.5);
            ReplayBufferTests.Load(loaded, state);
            Assert.That(loaded.Steps, Is.EqualTo(steps));
            Fill(saved, steps, 5);
            Fill(loaded, steps, 5);
            saved.ComputeAdvantages([1f, 2f, 3f], 0.9, 0.8);
            loaded.ComputeAdvantages([1f, 2f, 3f], 0.9, 0.8);
            Assert.That(ReplayBufferTests.Save(loaded), Is.EqualTo(ReplayBufferTests.Save(saved)));

            // And with the advantages computed.
            ReplayBufferTests.Load(loaded, ReplayBufferTests.Save(saved));
            Assert.That(loaded.Returns.ToArray(), Is.EqualTo(saved.Returns.ToArray()));
        }
    }

    [Test]
    public void A_damaged_or_other_state_is_refused()
    {
        var buffer = new RolloutBuffer(Small);
        Fill(buffer, 0, 3);
        byte[] state = ReplayBufferTests.Save(buffer);
        for (int i = 0; i < state.Length; i++)
        {
            byte[] damaged = [.. state];
            damaged[i] ^= 0x10;
            Assert.That(() => ReplayBufferTests.Load(buffer, damaged), Throws.InstanceOf<InvalidDataException>(), $"byte {i}");
            Assert.That(() => ReplayBufferTests.Load(buffer, state[..i]), Throws.InstanceOf<InvalidDataException>(), $"{i} bytes");
        }

        Assert.That(() => ReplayBufferTests.Load(new RolloutBuffer(Small with { Steps = 6 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("steps 5, and this one has 6"));
        Assert.That(() => ReplayBufferTests.Load(new RolloutBuffer(Small with { ActionMaskSize = 6 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("action mask size 0"));
        Assert.That(() => ReplayBufferTests.Load(new RolloutBuffer(Small with { ObservationSize = 6 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("observation size 2"));
        Assert.That(() => ReplayBufferTests.Load(new ReplayBuffer(new() { Capacity = 5, ObservationSize = 2 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("begins with 'rollout buffer'"));
    }

    [Test]
    public void A_rollout_allocates_nothing()
    {
        var buffer = new RolloutBuffer(new() { Steps = 16, Copies = 8, ObservationSize = 4 });
        float[] observations = new float[32];
        int[] actions = new int[8];
        float[] eight = new float[8];
        double[] rewards = new double[8];
        bool[] terminated = new bool[8];
        bool[] truncated = [false, true, false, false, false, false, false, false];
        float[] batch = new float[32 * 4];
        var random = new Pcg64(1);
        Allocation.AssertNone(
            () =>
            {
                buffer.Clear();
                while (!buffer.IsFull)
                {
                    buffer.Add(observations, actions, eight, eight, rewards, terminated, truncated);
                    if (buffer.NeedsFinalValue(1)) buffer.SetFinalValue(1, 1);
                }

                buffer.ComputeAdvantages(eight, 0.99, 0.95);
                foreach (ReadOnlySpan<int> indices in buffer.Minibatches(random, 32)) buffer.Gather(indices, new() { Observations = batch });
            },
            repetitions: 100);
    }

    [Test]
    public void Bad_input_is_refused_and_stores_nothing()
    {
        Refused(Small with { Steps = 0 }, "Steps");
        Refused(Small with { Steps = int.MaxValue }, "Steps");
        Refused(Small with { Copies = 0 }, "Copies");
        Refused(Small with { ObservationSize = 0 }, "ObservationSize");
        Refused(Small with { ActionSize = -1 }, "ActionSize");
        Refused(Small with { ActionMaskSize = -1 }, "ActionMaskSize");
        Refused(Small with { ObservationType = (ObservationType)9 }, "ObservationType");

        var buffer = new RolloutBuffer(Small);
        Assert.That(() => Add(observations: new float[5]), Throws.ArgumentException.With.Message.Contains("5 elements in observations; 6"));
        Assert.That(() => Add(actions: new int[4]), Throws.ArgumentException.With.Message.Contains("4 elements in actions; 3"));
        Assert.That(() => Add(logProbabilities: new float[2]), Throws.ArgumentException.With.Message.Contains("logProbabilities"));
        Assert.That(() => Add(values: [0, float.NaN, 0]), Throws.ArgumentException.With.Message.Contains("values holds NaN for copy 1"));
        Assert.That(() => Add(logProbabilities: [0, 0, float.NegativeInfinity]), Throws.ArgumentException.With.Message.Contains("-Infinity for copy 2"));
        Assert.That(() => Add(rewards: [0, double.NaN, 0]), Throws.ArgumentException.With.Message.Contains("copy 1 is NaN"));
        Assert.That(() => Add(masks: new bool[3]), Throws.ArgumentException.With.Message.Contains("actionMasks; 0"));
        Assert.That(() => buffer.Add(new byte[6], new int[3], new float[3], new float[3], new double[3], new bool[3], new bool[3]), Throws.ArgumentException.With.Message.Contains("observations of Byte"));
        Assert.That(() => buffer.Add(new float[6], new float[3], new float[3], new float[3], new double[3], new bool[3], new bool[3]), Throws.ArgumentException.With.Message.Contains("actions of Single"));
        Assert.That(buffer.Steps, Is.Zero);

        Assert.That(() => buffer.ComputeAdvantages([0f, 0f, 0f], 0.9, 0.9), Throws.InvalidOperationException.With.Message.Contains("0 of 5 steps"));
        Assert.That(() => buffer.Advantages.ToArray(), Throws.InvalidOperationException);
        Assert.That(() => buffer.Minibatches(new Pcg64(1), 2), Throws.InvalidOperationException);
        Assert.That(() => buffer.SetFinalValue(0, 1), Throws.InvalidOperationException.With.Message.Contains("Copy 0 was not truncated"));
        Assert.That(() => buffer.NeedsFinalValue(3), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("no copy 3"));
        for (int step = 0; step < 5; step++) Add(truncated: [false, false, step == 2]);
        Assert.That(() => Add(), Throws.InvalidOperationException.With.Message.Contains("all of its 5 steps"));
        Assert.That(() => buffer.ComputeAdvantages([0f, 0f, 0f], 0.9, 0.9), Throws.InvalidOperationException.With.Message.Contains("Copy 2 was truncated at step 2"));

        buffer.Clear();
        for (int step = 0; step < 5; step++)
        {
            Add(truncated: [false, false, step == 2]);
            if (step != 2) continue;
            Assert.That(() => buffer.SetFinalValue(2, float.NaN), Throws.ArgumentException.With.Message.Contains("NaN"));
            buffer.SetFinalValue(2, 1);
            Assert.That(() => buffer.SetFinalValue(2, 1), Throws.InvalidOperationException);
        }

        Assert.That(() => buffer.ComputeAdvantages([0f, 0f], 0.9, 0.9), Throws.ArgumentException.With.Message.Contains("2 elements in lastValues; 3"));
        Assert.That(() => buffer.ComputeAdvantages([0f, 0f, float.NaN], 0.9, 0.9), Throws.ArgumentException.With.Message.Contains("copy 2"));
        Assert.That(() => buffer.ComputeAdvantages([0f, 0f, 0f], -1, 0.9), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("gamma is -1"));
        buffer.ComputeAdvantages([0f, 0f, 0f], 0.9, 0.9);
        Assert.That(() => buffer.Minibatches(new Pcg64(1), 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 15"));
        Assert.That(() => buffer.Minibatches(new Pcg64(1), 16), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 15"));
        Assert.That(() => buffer.Gather([15], new() { Values = new float[1] }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("no row 15"));
        Assert.That(() => buffer.Gather([0, 1], new() { Values = new float[1] }), Throws.ArgumentException.With.Message.Contains("Values has 1 elements and needs 2"));
        Assert.That(() => buffer.Gather([0], new() { ByteObservations = new byte[2] }), Throws.ArgumentException.With.Message.Contains("holds no ByteObservations"));

        void Add(float[]? observations = null, int[]? actions = null, float[]? logProbabilities = null, float[]? values = null, double[]? rewards = null, bool[]? truncated = null, bool[]? masks = null) =>
            buffer.Add(observations ?? new float[6], actions ?? new int[3], logProbabilities ?? new float[3], values ?? new float[3], rewards ?? new double[3], new bool[3], truncated ?? new bool[3], masks);

        static void Refused(RolloutOptions options, string name) =>
            Assert.That(() => new RolloutBuffer(options), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name));
    }

    // Row r has observation (2 r, 2 r + 1), action r, log probability -r and value r / 2.
    private static void Fill(RolloutBuffer buffer, int from = 0, int to = 5)
    {
        RolloutOptions options = buffer.Options;
        for (int step = from; step < to; step++)
        {
            int[] rows = [.. Enumerable.Range(step * 3, 3)];
            float[] observations = [.. rows.SelectMany(row => new float[] { 2 * row, 2 * row + 1 })];
            float[] actions = [.. rows.SelectMany(row => Enumerable.Range(0, options.ActionSize).Select(k => (float)(row * options.ActionSize + k)))];
            float[] logProbabilities = [.. rows.Select(row => (float)-row)];
            float[] values = [.. rows.Select(row => row / 2f)];
            double[] rewards = [.. rows.Select(row => row % 4 - 1.5)];
            bool[] terminated = [.. rows.Select(row => row % 5 == 0)];
            bool[] truncated = [.. rows.Select(row => row % 7 == 0)];
            bool[] masks = [.. rows.SelectMany(row => Enumerable.Range(0, options.ActionMaskSize).Select(k => (row + k) % 3 == 0))];
            byte[] byteObservations = Array.ConvertAll(observations, value => (byte)value);
            int[] wholeActions = Array.ConvertAll(actions, value => (int)value);
            switch (options.ObservationType, options.ContinuousActions)
            {
                case (ObservationType.Float32, false): buffer.Add(observations, wholeActions, logProbabilities, values, rewards, terminated, truncated, masks); break;
                case (ObservationType.Float32, true): buffer.Add(observations, actions, logProbabilities, values, rewards, terminated, truncated, masks); break;
                case (_, false): buffer.Add(byteObservations, wholeActions, logProbabilities, values, rewards, terminated, truncated, masks); break;
                case (_, true): buffer.Add(byteObservations, actions, logProbabilities, values, rewards, terminated, truncated, masks); break;
            }

            for (int copy = 0; copy < 3; copy++)
            {
                if (buffer.NeedsFinalValue(copy)) buffer.SetFinalValue(copy, step + copy);
            }
        }
    }
}
