using RlKit.Replay;

namespace RlKit.Tests.Replay;

[TestFixture]
internal sealed class ReplayBufferTests
{
    private static readonly ReplayOptions Small = new() { Capacity = 12, ObservationSize = 4, Gamma = 0.9 };

    private static IEnumerable<ReplayOptions> Shapes()
    {
        foreach (ObservationType type in new[] { ObservationType.Float32, ObservationType.UInt8 })
        {
            foreach (int copies in new[] { 1, 3 })
            {
                foreach (int stack in new[] { 1, 2, 4 })
                {
                    foreach (int nStep in new[] { 1, 3, 20 })
                    {
                        // Frames of 1, 5, 16 and 27 elements: each way of copying a row is taken.
                        foreach (int frame in new[] { 1, 5, 16, 27 })
                        {
                            bool continuous = (frame + stack) % 2 == 0;
                            yield return new()
                            {
                                Capacity = 10 * copies, ObservationSize = frame * stack, ObservationType = type, Copies = copies, FrameStack = stack,
                                NStep = nStep, Gamma = 0.93, ContinuousActions = continuous, ActionSize = continuous ? 5 : 1,
                            };
                        }
                    }
                }
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void Every_transition_is_given_back_as_it_happened(ReplayOptions options)
    {
        var buffer = new ReplayBuffer(options);
        var model = new ReplayModel(options, seed: 5, padding: 3);
        model.Start(buffer);
        for (int step = 0; step < 45; step++)
        {
            model.Step(buffer);
            model.AssertHolds(buffer);
            if (step % 17 == 9) model.Start(buffer);
        }
    }

    [Test]
    public void Capacity_is_rounded_down_to_whole_steps_and_a_full_buffer_keeps_exactly_that_many()
    {
        ReplayOptions options = Small with { Capacity = 11, Copies = 3 };
        var buffer = new ReplayBuffer(options);
        var model = new ReplayModel(options, seed: 1);
        model.Start(buffer);
        Assert.That(buffer.Capacity, Is.EqualTo(9));
        for (int step = 1; step <= 8; step++)
        {
            model.Step(buffer);
            Assert.That(buffer.Count, Is.EqualTo(Math.Min(9, 3 * step)));
        }
    }

    [Test]
    public void A_capacity_of_one_keeps_the_newest_transition()
    {
        ReplayOptions options = Small with { Capacity = 1, FrameStack = 2 };
        var buffer = new ReplayBuffer(options);
        var model = new ReplayModel(options, seed: 1);
        model.Start(buffer);
        for (int step = 0; step < 20; step++)
        {
            model.Step(buffer);
            model.AssertHolds(buffer);
        }
    }

    [Test]
    public void Truncation_bootstraps_from_the_final_observation_and_termination_does_not()
    {
        var buffer = new ReplayBuffer(new() { Capacity = 4, ObservationSize = 1, Gamma = 0.5 });
        buffer.Start([0f]);
        buffer.Add([1], [10.0], [false], [true], [100f], [1f]);
        buffer.Add([1], [20.0], [true], [false], [200f], [101f]);
        buffer.Add([1], [30.0], [true], [true], [300f], [201f]);
        buffer.Add([1], [40.0], [false], [false], [301f], [-1f]);
        var batch = new ReplayBatch(buffer, 4);
        buffer.Gather([0, 1, 2, 3], batch);
        Assert.That(batch.Observations, Is.EqualTo(new float[] { 0, 100, 200, 300 }));
        Assert.That(batch.NextObservations, Is.EqualTo(new float[] { 1, 101, 201, 301 }));
        Assert.That(batch.Discounts, Is.EqualTo(new[] { 0.5f, 0, 0, 0.5f }));
    }

    [Test]
    public void A_start_in_the_middle_of_an_episode_truncates_what_came_before()
    {
        var buffer = new ReplayBuffer(new() { Capacity = 4, ObservationSize = 1, Gamma = 0.5, NStep = 3 });
        buffer.Start([0f]);
        buffer.Add([1], [1.0], [false], [false], [1f], [-1f]);
        buffer.Start([100f]);
        buffer.Start([200f]);
        buffer.Add([1], [2.0], [false], [false], [201f], [-1f]);
        var batch = new ReplayBatch(buffer, 2);
        buffer.Gather([0, 1], batch);
        Assert.That(batch.Observations, Is.EqualTo(new float[] { 0, 200 }));
        Assert.That(batch.NextObservations, Is.EqualTo(new float[] { 1, 201 }));
        Assert.That(batch.Rewards, Is.EqualTo(new float[] { 1, 2 }));
        Assert.That(batch.Discounts, Is.EqualTo(new[] { 0.5f, 0.5f }));
    }

    [Test]
    [Category("Golden")]
    public void NStep_returns_are_the_reference()
    {
        using var golden = Golden.Read("rl/nstep_returns");
        int compared = 0;
        foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            double[] rewards = [.. item.GetProperty("rewards").EnumerateArray().Select(Golden.Double)];
            bool[] terminated = [.. item.GetProperty("terminated").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
            bool[] truncated = [.. item.GetProperty("truncated").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
            double[] nextValues = [.. item.GetProperty("next_values").EnumerateArray().Select(Golden.Double)];
            int n = item.GetProperty("n").GetInt32();
            double gamma = item.GetProperty("gamma").Double();

            // Observation t is t, and the one after a step t is t + 1; of the next episode's first ones nothing may be seen.
            var buffer = new ReplayBuffer(new() { Capacity = rewards.Length, ObservationSize = 1, NStep = n, Gamma = gamma });
            buffer.Start([0f]);
            for (int t = 0; t < rewards.Length; t++) buffer.Add([0], [rewards[t]], [terminated[t]], [truncated[t]], [t + 1f], [t + 1f]);
            var batch = new ReplayBatch(buffer, rewards.Length);
            buffer.Gather([.. Enumerable.Range(0, rewards.Length)], batch);

            double[] sums = [.. item.GetProperty("nstep_reward_sum").EnumerateArray().Select(Golden.Double)];
            double[] factors = [.. item.GetProperty("bootstrap_factor").EnumerateArray().Select(Golden.Double)];
            double[] targets = [.. item.GetProperty("target").EnumerateArray().Select(Golden.Double)];
            int[] lasts = [.. item.GetProperty("last_index").EnumerateArray().Select(last => last.GetInt32())];
            for (int t = 0; t < rewards.Length; t++)
            {
                string what = $"{item.GetProperty("name")}, step {t}";
                Assert.That(batch.Rewards[t], Is.EqualTo(sums[t]).Within(1e-5), what);
                Assert.That(batch.Discounts[t], Is.EqualTo(factors[t]).Within(1e-7), what);
                Assert.That(batch.NextObservations[t], Is.EqualTo(lasts[t] + 1), what);
                Assert.That(batch.Rewards[t] + batch.Discounts[t] * nextValues[(int)batch.NextObservations[t] - 1], Is.EqualTo(targets[t]).Within(1e-5), what);
                compared++;
            }
        }

        Assert.That(compared, Is.GreaterThan(0));
    }

    [Test]
    public void A_sample_is_what_its_indices_say()
    {
        ReplayOptions options = Small with { Copies = 2, FrameStack = 2, NStep = 3 };
        var buffer = new ReplayBuffer(options);
        var model = new ReplayModel(options, seed: 8);
        model.Start(buffer);
        for (int step = 0; step < 30; step++) model.Step(buffer);
        var batch = new ReplayBatch(buffer, 12);
        var random = new Pcg64(3);
        for (int round = 0; round < 50; round++)
        {
            buffer.Sample(random, batch);
            model.AssertBatch(batch, batch.Indices);
            Assert.That(batch.Weights, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void Samples_are_uniform_over_what_is_stored()
    {
        var buffer = new ReplayBuffer(Small with { Capacity = 20 });
        var model = new ReplayModel(buffer.Options, seed: 8);
        model.Start(buffer);
        for (int step = 0; step < 33; step++) model.Step(buffer);
        var batch = new ReplayBatch(buffer, 10);
        var random = new Pcg64(4);
        int[] counts = new int[20];
        const int Rounds = 10_000;
        for (int round = 0; round < Rounds; round++)
        {
            buffer.Sample(random, batch);
            foreach (int index in batch.Indices) counts[index]++;
        }

        // Five standard deviations of a binomial count.
        double mean = Rounds * 10 / 20.0;
        Assert.That(counts, Is.All.EqualTo(mean).Within(5 * Math.Sqrt(mean * 0.95)));
    }

    [Test]
    public void The_draws_do_not_depend_on_whether_indices_are_wanted()
    {
        var buffer = new ReplayBuffer(Small);
        var model = new ReplayModel(Small, seed: 8);
        model.Start(buffer);
        for (int step = 0; step < 9; step++) model.Step(buffer);
        var with = new ReplayBatch(buffer, 5);
        var without = new ReplayBatch(buffer, 5);
        buffer.Sample(new Pcg64(1), with);
        buffer.Sample(new Pcg64(1), new()
        {
            Observations = without.Observations, NextObservations = without.NextObservations, Actions = without.Actions, Rewards = without.Rewards, Discounts = without.Discounts,
        });
        Assert.That(without.Observations, Is.EqualTo(with.Observations));
        Assert.That(without.Rewards, Is.EqualTo(with.Rewards));
    }

    [Test]
    public void A_loaded_buffer_goes_on_exactly_as_the_saved_one([Values(0, 1, 7, 12, 29)] int steps, [Values(1, 3)] int stack, [Values(1, 2)] int copies)
    {
        ReplayOptions options = new() { Capacity = 12, ObservationSize = 5 * stack, ObservationType = ObservationType.UInt8, FrameStack = stack, Copies = copies, NStep = 2 };
        var saved = new ReplayBuffer(options);
        var model = new ReplayModel(options, seed: 9, padding: 3);
        model.Start(saved);
        for (int step = 0; step < steps; step++) model.Step(saved);
        byte[] state = Save(saved);

        // Into a buffer that is in the middle of something else.
        var loaded = new ReplayBuffer(options);
        var other = new ReplayModel(options, seed: 100, padding: 3);
        other.Start(loaded);
        for (int step = 0; step < 17; step++) other.Step(loaded);
        Load(loaded, state);
        Assert.That(Save(loaded), Is.EqualTo(state));
        model.AssertHolds(loaded);

        for (int step = 0; step < 40; step++)
        {
            model.Step(loaded);
            model.Add(saved);
            model.AssertHolds(loaded);
            Assert.That(Save(loaded), Is.EqualTo(Save(saved)));
        }
    }

    [Test]
    public void Every_damaged_byte_and_every_early_end_is_found()
    {
        ReplayOptions options = Small with { Capacity = 6, FrameStack = 2 };
        var buffer = new ReplayBuffer(options);
        var model = new ReplayModel(options, seed: 2, padding: 3);
        model.Start(buffer);
        for (int step = 0; step < 8; step++) model.Step(buffer);
        byte[] state = Save(buffer);
        var target = new ReplayBuffer(options);
        for (int i = 0; i < state.Length; i++)
        {
            byte[] damaged = [.. state];
            damaged[i] ^= 0x10;
            Assert.That(() => Load(target, damaged), Throws.InstanceOf<InvalidDataException>(), $"byte {i} of {state.Length}");
            Assert.That(() => Load(target, state[..i]), Throws.InstanceOf<InvalidDataException>(), $"{i} bytes of {state.Length}");
        }

        Assert.That(target.Count, Is.Zero);
        Load(target, state);
        model.AssertHolds(target);
    }

    [Test]
    public void A_state_of_other_sizes_is_refused_by_name_and_changes_nothing()
    {
        var buffer = new ReplayBuffer(Small);
        var model = new ReplayModel(Small, seed: 2);
        model.Start(buffer);
        for (int step = 0; step < 8; step++) model.Step(buffer);
        byte[] state = Save(buffer);
        Assert.That(() => Load(new ReplayBuffer(Small with { Capacity = 13 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("capacity 12, and this one has 13"));
        Assert.That(() => Load(new ReplayBuffer(Small with { Copies = 2 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("copies 1"));
        Assert.That(() => Load(new ReplayBuffer(Small with { ObservationSize = 8 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("observation size 4"));
        Assert.That(() => Load(new ReplayBuffer(Small with { FrameStack = 2 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("frame stack 1"));
        Assert.That(() => Load(new ReplayBuffer(Small with { ObservationType = ObservationType.UInt8 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("observation type"));
        Assert.That(() => Load(new ReplayBuffer(Small with { ActionSize = 2 }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("action size 1"));
        Assert.That(() => Load(new ReplayBuffer(Small with { ContinuousActions = true }), state), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("continuous actions"));
        Assert.That(() => Load(buffer, [3, 1, 2, 3]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("not the state of a replay buffer"));
        model.AssertHolds(buffer);
    }

    [Test]
    public void Adding_and_sampling_allocate_nothing([Values(1, 4)] int stack, [Values(ObservationType.Float32, ObservationType.UInt8)] ObservationType type)
    {
        ReplayOptions options = new() { Capacity = 256, ObservationSize = 6 * stack, ObservationType = type, FrameStack = stack, Copies = 4, NStep = 3 };
        var buffer = new ReplayBuffer(options);
        float[] floats = new float[4 * options.ObservationSize];
        byte[] bytes = new byte[4 * options.ObservationSize];
        int[] actions = new int[4];
        double[] rewards = new double[4];
        bool[] terminated = [false, true, false, false];
        bool[] truncated = [false, false, true, false];
        var batch = new ReplayBatch(buffer, 32);
        var random = new Pcg64(1);
        if (type == ObservationType.Float32) buffer.Start(floats);
        else buffer.Start(bytes);
        while (buffer.Count < buffer.Capacity) Step();
        Allocation.AssertNone(() =>
        {
            Step();
            buffer.Sample(random, batch);
        });

        void Step()
        {
            if (type == ObservationType.Float32) buffer.Add(actions, rewards, terminated, truncated, floats, floats);
            else buffer.Add(actions, rewards, terminated, truncated, bytes, bytes);
        }
    }

    [Test]
    public void Options_out_of_range_are_refused_with_name_value_and_remedy()
    {
        Refused(Small with { Capacity = 0 }, "Capacity", "0", "1 or more");
        Refused(Small with { Capacity = -5 }, "Capacity", "-5", "1 or more");
        Refused(Small with { Capacity = 3, Copies = 4 }, "Capacity", "3", "4 or more");
        Refused(Small with { Capacity = int.MaxValue }, "Capacity", "2147483647", "lower it");
        Refused(Small with { ObservationSize = 0 }, "ObservationSize", "0", "1 or more");
        Refused(Small with { ActionSize = 0 }, "ActionSize", "0", "1 or more");
        Refused(Small with { Copies = 0 }, "Copies", "0", "1 or more");
        Refused(Small with { FrameStack = 0 }, "FrameStack", "0", "1 or more");
        Refused(Small with { FrameStack = 3 }, "FrameStack", "3", "whole stack");
        Refused(Small with { NStep = 0 }, "NStep", "0", "1 or more");
        Refused(Small with { Gamma = 1.5 }, "Gamma", "1.5", "[0, 1]");
        Refused(Small with { Gamma = double.NaN }, "Gamma", "NaN", "[0, 1]");
        Refused(Small with { ObservationType = (ObservationType)77 }, "ObservationType", "77", "Float32 or UInt8");

        static void Refused(ReplayOptions options, string name, string value, string remedy) => Assert.That(
            () => new ReplayBuffer(options),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name).And.Message.Contains(value).And.Message.Contains(remedy));
    }

    [Test]
    public void Memory_that_cannot_be_had_is_refused_by_its_size()
    {
        // 2,000,000,000 frames of 84 x 84 and a few bytes: 14,112 GB.
        Assert.That(
            () => new ReplayBuffer(new() { Capacity = 2_000_000_000, ObservationSize = 84 * 84, ObservationType = ObservationType.UInt8 }),
            Throws.InstanceOf<InsufficientMemoryException>().With.Message.Contains("14112.00 GB").And.Message.Contains("2000000000 transitions").And.Message.Contains("Lower the capacity"));
    }

    [Test]
    public void A_million_frames_are_stored_once()
    {
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < 9_000_000_000) Assert.Ignore("Less than 9 GB of memory: the test above shows what is said then.");
        long before = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new ReplayBuffer(new() { Capacity = 1_000_000, ObservationSize = 4 * 84 * 84, ObservationType = ObservationType.UInt8, FrameStack = 4 });
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.InRange(7_056_000_000L, 7_100_000_000L));
        GC.KeepAlive(buffer);
    }

    [Test]
    public void Bad_input_is_refused_and_stores_nothing()
    {
        var buffer = new ReplayBuffer(Small with { Copies = 2 });
        float[] observations = new float[8];
        Assert.That(() => Add(), Throws.InvalidOperationException.With.Message.Contains("Start"));
        Assert.That(() => buffer.Start(new float[7]), Throws.ArgumentException.With.Message.Contains("7").And.Message.Contains("8"));
        Assert.That(() => buffer.Start(new byte[8]), Throws.ArgumentException.With.Message.Contains("UInt8"));
        buffer.Start(observations);
        Assert.That(() => Add(actions: new int[3]), Throws.ArgumentException.With.Message.Contains("3 elements in actions; 2"));
        Assert.That(() => Add(rewards: new double[1]), Throws.ArgumentException.With.Message.Contains("1 elements in rewards; 2"));
        Assert.That(() => Add(terminated: new bool[1]), Throws.ArgumentException.With.Message.Contains("terminated"));
        Assert.That(() => Add(truncated: new bool[3]), Throws.ArgumentException.With.Message.Contains("truncated"));
        Assert.That(() => Add(next: new float[9]), Throws.ArgumentException.With.Message.Contains("9 elements in observations; 8"));
        Assert.That(() => Add(final: new float[4]), Throws.ArgumentException.With.Message.Contains("4 elements in finalObservations; 8"));
        Assert.That(() => Add(rewards: [1, double.NaN]), Throws.ArgumentException.With.Message.Contains("copy 1 is NaN"));
        Assert.That(() => Add(rewards: [1e300, 0]), Throws.ArgumentException.With.Message.Contains("copy 0 is 1E+300"));
        Assert.That(() => buffer.Add(new float[2], new double[2], new bool[2], new bool[2], observations, observations), Throws.ArgumentException.With.Message.Contains("whole numbers"));
        Assert.That(() => buffer.Add(new int[2], new double[2], new bool[2], new bool[2], new byte[8], new byte[8]), Throws.ArgumentException.With.Message.Contains("UInt8"));
        Assert.That(buffer.Count, Is.Zero);
        Assert.That(() => new ReplayBatch(buffer, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1 or more"));

        var batch = new ReplayBatch(buffer, 3);
        Assert.That(() => buffer.Sample(new Pcg64(1), batch), Throws.ArgumentException.With.Message.Contains("batch of 3").And.Message.Contains("holds 0"));
        Add();
        Assert.That(() => buffer.Sample(new Pcg64(1), batch), Throws.ArgumentException.With.Message.Contains("batch of 3").And.Message.Contains("holds 2"));
        Add();
        buffer.Sample(new Pcg64(1), batch);
        Assert.That(() => buffer.Sample(null!, batch), Throws.ArgumentNullException);
        Assert.That(() => buffer.Gather([0, 1], batch), Throws.ArgumentException.With.Message.Contains("2 elements in indices; 3"));
        Assert.That(() => buffer.Gather([0, 1, 4], batch), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("no transition 4").And.Message.Contains("0 to 3"));
        Assert.That(() => buffer.Gather([0, -1, 2], batch), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("-1"));
        Assert.That(() => buffer.Sample(new Pcg64(1), new() { Rewards = new float[2] }), Throws.ArgumentException.With.Message.Contains("Observations has 0 elements and needs 8"));
        Assert.That(() => buffer.Sample(new Pcg64(1), default), Throws.ArgumentException.With.Message.Contains("1 or more"));

        void Add(int[]? actions = null, double[]? rewards = null, bool[]? terminated = null, bool[]? truncated = null, float[]? next = null, float[]? final = null) =>
            buffer.Add(actions ?? new int[2], rewards ?? new double[2], terminated ?? new bool[2], truncated ?? new bool[2], next ?? observations, final ?? observations);
    }

    internal static byte[] Save(IStateful stateful)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        stateful.SaveState(writer);
        writer.Flush();
        return stream.ToArray();
    }

    internal static void Load(IStateful stateful, byte[] state)
    {
        using var stream = new MemoryStream(state);
        using var reader = new BinaryReader(stream);
        stateful.LoadState(reader);
        Assert.That(stream.Position, Is.EqualTo(state.Length));
    }
}
