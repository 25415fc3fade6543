using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>The baseline: replay as it is written first, a ring of transition objects with arrays of their own, each observation stored twice.</summary>
internal sealed class PlainReplay(int capacity)
{
    private readonly Transition[] _ring = new Transition[capacity];
    private int _next;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<float> observation, int action, float reward, ReadOnlySpan<float> nextObservation, bool terminated)
    {
        _ring[_next] = new(observation.ToArray(), action, reward, nextObservation.ToArray(), terminated);
        _next = (_next + 1) % _ring.Length;
        Count = Math.Min(Count + 1, _ring.Length);
    }

    public void Sample(Random random, ReplayBatch batch)
    {
        for (int i = 0; i < batch.Size; i++) Read(random.Next(Count), i, batch);
    }

    public void Read(int index, int sample, ReplayBatch batch)
    {
        Transition transition = _ring[index];
        int size = transition.Observation.Length;
        transition.Observation.CopyTo(batch.Observations, sample * size);
        transition.NextObservation.CopyTo(batch.NextObservations, sample * size);
        batch.Actions[sample] = transition.Action;
        batch.Rewards[sample] = transition.Reward;
        batch.Discounts[sample] = transition.Terminated ? 0 : 0.99f;
    }

    private sealed record Transition(float[] Observation, int Action, float Reward, float[] NextObservation, bool Terminated);
}
