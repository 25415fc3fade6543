using BenchmarkDotNet.Attributes;
using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>
/// A rollout of PPO's size (128 steps of 8 CartPoles) from its first step to its last minibatch: storing, advantages, four passes over four minibatches. Against
/// a list of step objects, the advantages' plain loop, and rows that are shuffled and copied field by field.
/// </summary>
[MemoryDiagnoser]
public class RolloutBenchmarks
{
    private const int Steps = 128, Copies = 8, Size = 4, Minibatch = 256, Epochs = 4;
    private const float Gamma = 0.99f, Lambda = 0.95f;

    private readonly Pcg64 _random = new(1);
    private readonly Random _plainRandom = new(1);
    private readonly float[] _observations = new float[Copies * Size];
    private readonly int[] _actions = new int[Copies];
    private readonly float[] _values = new float[Copies];
    private readonly double[] _rewards = new double[Copies];
    private readonly bool[] _flags = new bool[Copies];
    private readonly bool[] _ends = new bool[Copies];
    private readonly float[] _batchObservations = new float[Minibatch * Size];
    private readonly int[] _batchActions = new int[Minibatch];
    private readonly float[] _batchLogProbabilities = new float[Minibatch];
    private readonly float[] _batchValues = new float[Minibatch];
    private readonly float[] _batchAdvantages = new float[Minibatch];
    private readonly float[] _batchReturns = new float[Minibatch];
    private RolloutBuffer _rollout = null!;

    [GlobalSetup]
    public void Setup()
    {
        _rollout = new RolloutBuffer(new() { Steps = Steps, Copies = Copies, ObservationSize = Size });
        _random.Fill(_observations);
        _random.Fill(_values);
        Array.Fill(_rewards, 1);
        _ends[3] = true;
    }

    [Benchmark(Baseline = true)]
    public void Plain()
    {
        var steps = new List<StoredStep>();
        for (int step = 0; step < Steps; step++)
        {
            for (int copy = 0; copy < Copies; copy++)
                steps.Add(new(_observations.AsSpan(copy * Size, Size).ToArray(), _actions[copy], _values[copy], _values[copy], (float)_rewards[copy], step % 32 == 31 && _ends[copy]));
        }

        for (int copy = 0; copy < Copies; copy++)
        {
            float advantage = 0, next = _values[copy];
            for (int step = Steps - 1; step >= 0; step--)
            {
                StoredStep stored = steps[step * Copies + copy];
                float delta = stored.Reward + (stored.Terminated ? 0 : Gamma * next) - stored.Value;
                stored.Advantage = advantage = delta + (stored.Terminated ? 0 : Gamma * Lambda * advantage);
                next = stored.Value;
            }
        }

        int[] order = [.. Enumerable.Range(0, Steps * Copies)];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            _plainRandom.Shuffle(order);
            for (int start = 0; start < order.Length; start += Minibatch)
            {
                for (int i = 0; i < Minibatch; i++)
                {
                    StoredStep stored = steps[order[start + i]];
                    stored.Observation.CopyTo(_batchObservations, i * Size);
                    _batchActions[i] = stored.Action;
                    _batchLogProbabilities[i] = stored.LogProbability;
                    _batchValues[i] = stored.Value;
                    _batchAdvantages[i] = stored.Advantage;
                    _batchReturns[i] = stored.Advantage + stored.Value;
                }
            }
        }
    }

    [Benchmark]
    public void Rollout()
    {
        _rollout.Clear();
        for (int step = 0; step < Steps; step++) _rollout.Add(_observations, _actions, _values, _values, _rewards, step % 32 == 31 ? _ends : _flags, _flags);
        _rollout.ComputeAdvantages(_values, Gamma, Lambda);
        var batch = new RolloutBatchSpans
        {
            Observations = _batchObservations,
            Actions = _batchActions,
            LogProbabilities = _batchLogProbabilities,
            Values = _batchValues,
            Advantages = _batchAdvantages,
            Returns = _batchReturns,
        };
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (ReadOnlySpan<int> rows in _rollout.Minibatches(_random, Minibatch)) _rollout.Gather(rows, batch);
        }
    }

    private sealed class StoredStep(float[] observation, int action, float logProbability, float value, float reward, bool terminated)
    {
        public float[] Observation { get; } = observation;

        public int Action { get; } = action;

        public float LogProbability { get; } = logProbability;

        public float Value { get; } = value;

        public float Reward { get; } = reward;

        public bool Terminated { get; } = terminated;

        public float Advantage { get; set; }
    }
}
