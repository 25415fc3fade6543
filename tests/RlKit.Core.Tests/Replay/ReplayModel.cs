using RlKit.Replay;

namespace RlKit.Tests.Replay;

/// <summary>
/// Copies of a made-up environment whose observations tell copy, step and position in the stack, and a plain list of whole transitions
/// that they went through: what a replay buffer has to give back.
/// </summary>
internal sealed class ReplayModel
{
    private readonly Pcg64 _random;
    private readonly double _endChance;
    private readonly int _padding;
    private readonly List<Transition[]> _steps = [];
    private int _lastFrame;

    /// <param name="padding">How first stacks look: 0 copies of the first frame, 1 zeros, 2 frames of their own, 3 any of these.</param>
    public ReplayModel(ReplayOptions options, ulong seed, double endChance = 0.15, int padding = 0)
    {
        Options = options;
        _random = new Pcg64(seed);
        _endChance = endChance;
        _padding = padding;
        Observations = new float[options.Copies * options.ObservationSize];
        Finals = new float[Observations.Length];
        Actions = new float[options.Copies * options.ActionSize];
        Rewards = new double[options.Copies];
        Terminated = new bool[options.Copies];
        Truncated = new bool[options.Copies];
    }

    public ReplayOptions Options { get; }

    public float[] Observations { get; }

    public float[] Finals { get; }

    public float[] Actions { get; }

    public double[] Rewards { get; }

    public bool[] Terminated { get; }

    public bool[] Truncated { get; }

    public int Kept => Math.Min(_steps.Count, Options.Capacity / Options.Copies);

    public int Added => _steps.Count;

    private int FrameSize => Options.ObservationSize / Options.FrameStack;

    /// <summary>Resets all copies, in the middle of their episodes or not, and tells the buffer.</summary>
    public void Start(ReplayBuffer buffer)
    {
        if (_steps.Count > 0)
        {
            for (int copy = 0; copy < Options.Copies; copy++)
            {
                if (!_steps[^1][copy].Ended) _steps[^1][copy] = _steps[^1][copy] with { Truncated = true };
            }
        }

        for (int copy = 0; copy < Options.Copies; copy++) Reset(copy);
        if (Options.ObservationType == ObservationType.UInt8) buffer.Start(Bytes(Observations));
        else buffer.Start(Observations);
    }

    /// <summary>Steps all copies and tells the buffer.</summary>
    public void Step(ReplayBuffer buffer)
    {
        var transitions = new Transition[Options.Copies];
        for (int copy = 0; copy < Options.Copies; copy++)
        {
            float[] before = Observation(copy).ToArray();
            for (int i = 0; i < Options.ActionSize; i++)
                Actions[copy * Options.ActionSize + i] = Options.ContinuousActions ? (float)_random.Uniform(-1, 1) : _random.Integers(0, 1000);
            Rewards[copy] = (float)_random.Uniform(-1, 1);
            Terminated[copy] = _random.NextDouble() < _endChance;
            Truncated[copy] = _random.NextDouble() < _endChance;
            bool ended = Terminated[copy] || Truncated[copy];

            Span<float> observation = Observation(copy);
            observation[FrameSize..].ToArray().CopyTo(observation);
            WriteFrame(observation[^FrameSize..]);
            float[] after = observation.ToArray();

            // Rows of copies that did not end hold what is of no concern.
            Span<float> final = Finals.AsSpan(copy * Options.ObservationSize, Options.ObservationSize);
            if (ended) after.CopyTo(final);
            else final.Fill(77);
            if (ended) Reset(copy);
            transitions[copy] = new(before, Actions.AsSpan(copy * Options.ActionSize, Options.ActionSize).ToArray(), Rewards[copy], after, Terminated[copy], Truncated[copy]);
        }

        _steps.Add(transitions);
        Add(buffer);
    }

    public void Add(ReplayBuffer buffer)
    {
        int[] whole = Array.ConvertAll(Actions, action => (int)action);
        switch (Options.ObservationType, Options.ContinuousActions)
        {
            case (ObservationType.Float32, false): buffer.Add(whole, Rewards, Terminated, Truncated, Observations, Finals); break;
            case (ObservationType.Float32, true): buffer.Add(Actions, Rewards, Terminated, Truncated, Observations, Finals); break;
            case (_, false): buffer.Add(whole, Rewards, Terminated, Truncated, Bytes(Observations), Bytes(Finals)); break;
            case (_, true): buffer.Add(Actions, Rewards, Terminated, Truncated, Bytes(Observations), Bytes(Finals)); break;
        }
    }

    /// <summary>The transition at an index of the buffer, its return summed the plain way.</summary>
    public Expected At(int index)
    {
        int ring = Options.Capacity / Options.Copies;
        int copy = index % Options.Copies;
        int slot = index / Options.Copies;
        int step = slot + (_steps.Count - 1 - slot) / ring * ring;
        Transition first = _steps[step][copy];
        Transition last = first;
        double sum = 0;
        double discount = 1;
        for (int k = 0; k < Options.NStep && step + k < _steps.Count; k++)
        {
            last = _steps[step + k][copy];
            sum += discount * last.Reward;
            discount *= Options.Gamma;
            if (last.Ended) break;
        }

        return new(first.Before, first.Action, (float)sum, last.After, last.Terminated ? 0 : (float)discount);
    }

    /// <summary>Asserts that every transition of the buffer is as it happened.</summary>
    public void AssertHolds(ReplayBuffer buffer)
    {
        Assert.That(buffer.Count, Is.EqualTo(Kept * Options.Copies));
        Assert.That(buffer.Steps, Is.EqualTo(_steps.Count));
        if (buffer.Count == 0) return;
        var batch = new ReplayBatch(buffer, buffer.Count);
        int[] indices = [.. Enumerable.Range(0, buffer.Count)];
        buffer.Gather(indices, batch);
        AssertBatch(batch, indices);
    }

    public void AssertBatch(ReplayBatch batch, ReadOnlySpan<int> indices)
    {
        bool bytes = Options.ObservationType == ObservationType.UInt8;
        for (int i = 0; i < indices.Length; i++)
        {
            Expected expected = At(indices[i]);
            int observation = i * Options.ObservationSize;
            string what = $"index {indices[i]} of {_steps.Count} steps, {Options}";
            Assert.That(bytes ? Floats(batch.ByteObservations.AsSpan(observation, Options.ObservationSize)) : batch.Observations.AsSpan(observation, Options.ObservationSize).ToArray(), Is.EqualTo(expected.Observation), what);
            Assert.That(bytes ? Floats(batch.NextByteObservations.AsSpan(observation, Options.ObservationSize)) : batch.NextObservations.AsSpan(observation, Options.ObservationSize).ToArray(), Is.EqualTo(expected.NextObservation), what);
            ReadOnlySpan<float> action = Options.ContinuousActions
                ? batch.ContinuousActions.AsSpan(i * Options.ActionSize, Options.ActionSize)
                : Array.ConvertAll(batch.Actions.AsSpan(i * Options.ActionSize, Options.ActionSize).ToArray(), value => (float)value);
            Assert.That(action.ToArray(), Is.EqualTo(expected.Action), what);
            Assert.That(batch.Rewards[i], Is.EqualTo(expected.Return), what);
            Assert.That(batch.Discounts[i], Is.EqualTo(expected.Discount), what);
        }
    }

    private static byte[] Bytes(float[] values) => Array.ConvertAll(values, value => (byte)value);

    private static float[] Floats(ReadOnlySpan<byte> values) => Array.ConvertAll(values.ToArray(), value => (float)value);

    private Span<float> Observation(int copy) => Observations.AsSpan(copy * Options.ObservationSize, Options.ObservationSize);

    private void Reset(int copy)
    {
        Span<float> observation = Observation(copy);
        WriteFrame(observation[^FrameSize..]);
        int padding = _padding < 3 ? _padding : _random.Integers(0, 3);
        for (int frame = 0; frame < Options.FrameStack - 1; frame++)
        {
            Span<float> older = observation.Slice(frame * FrameSize, FrameSize);
            if (padding == 0) observation[^FrameSize..].CopyTo(older);
            else if (padding == 1) older.Clear();
            else WriteFrame(older);
        }
    }

    // No frame looks like another one that is near it.
    private void WriteFrame(Span<float> frame)
    {
        _lastFrame++;
        for (int i = 0; i < frame.Length; i++) frame[i] = Options.ObservationType == ObservationType.UInt8 ? (byte)(_lastFrame * 7 + i) : _lastFrame + i / 1024f;
    }

    public sealed record Expected(float[] Observation, float[] Action, float Return, float[] NextObservation, float Discount);

    private sealed record Transition(float[] Before, float[] Action, double Reward, float[] After, bool Terminated, bool Truncated)
    {
        public bool Ended => Terminated || Truncated;
    }
}
