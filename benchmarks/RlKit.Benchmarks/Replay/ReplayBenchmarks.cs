using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>
/// Replay of transitions of CartPole's size (four floats), full, against a ring of transition objects and the trees of OpenAI Baselines. For scale:
/// Stable-Baselines3 samples 128 in 43 microseconds and adds 0.4 million transitions a second.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class ReplayBenchmarks
{
    private readonly Pcg64 _random = new(1);
    private readonly Random _plainRandom = new(1);
    private ReplayBuffer _buffer = null!;
    private ReplayBuffer _nStep = null!;
    private PrioritizedReplay _prioritized = null!;
    private ReplayBatch _batch = null!;
    private PlainReplay _plain = null!;
    private PlainPriorities _plainPriorities = null!;
    private float[] _errors = [];
    private int[] _indices = [];

    [Params(10_000, 100_000, 1_000_000)]
    public int Items { get; set; }

    [Params(32, 128, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _buffer = new ReplayBuffer(new() { Capacity = Items, ObservationSize = 4 });
        _nStep = new ReplayBuffer(new() { Capacity = Items, ObservationSize = 4, NStep = 3 });
        _plain = new PlainReplay(Items);
        _plainPriorities = new PlainPriorities(Items);
        float[] observation = new float[4];
        _buffer.Start(observation);
        _nStep.Start(observation);
        for (int i = 0; i < Items; i++)
        {
            bool end = _random.NextDouble() < 0.01;
            foreach (ref float value in observation.AsSpan()) value = _random.NextSingle();
            _buffer.Add([1], [1.0], [end], [false], observation, observation);
            _nStep.Add([1], [1.0], [end], [false], observation, observation);
            _plain.Add(observation, 1, 1, observation, end);
        }

        _batch = new ReplayBatch(_buffer, Batch);
        _errors = new float[Batch];
        _indices = new int[Batch];
        _prioritized = new PrioritizedReplay(_buffer);
        for (int i = 0; i < Items; i++)
        {
            float error = _random.NextSingle();
            _prioritized.Update([i], [error]);
            _plainPriorities.Set(i, Math.Pow(error, 0.6));
        }

        for (int i = 0; i < Batch; i++)
        {
            _errors[i] = _random.NextSingle();
            _indices[i] = _random.Integers(0, Items);
        }
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("sample")]
    public void SamplePlain() => _plain.Sample(_plainRandom, _batch);

    [Benchmark]
    [BenchmarkCategory("sample")]
    public void Sample() => _buffer.Sample(_random, _batch);

    [Benchmark]
    [BenchmarkCategory("sample")]
    public void SampleThreeSteps() => _nStep.Sample(_random, _batch);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("prioritised sample")]
    public void SamplePrioritizedPlain() => _plainPriorities.Sample(_plainRandom, 0.4, _plain, _batch);

    [Benchmark]
    [BenchmarkCategory("prioritised sample")]
    public void SamplePrioritized() => _prioritized.Sample(_random, 0.4, _batch);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("priorities")]
    public void UpdatePlain()
    {
        for (int i = 0; i < _indices.Length; i++) _plainPriorities.Set(_indices[i], Math.Pow(_errors[i] + 1e-6, 0.6));
    }

    [Benchmark]
    [BenchmarkCategory("priorities")]
    public void Update() => _prioritized.Update(_indices, _errors);
}
