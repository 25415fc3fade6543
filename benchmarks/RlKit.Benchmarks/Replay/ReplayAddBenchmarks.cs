using BenchmarkDotNet.Attributes;
using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>Adding transitions of CartPole's size to a full replay, one copy or 64 at a time; the times are of one transition.</summary>
[MemoryDiagnoser]
public class ReplayAddBenchmarks
{
    private const int Transitions = 6400;

    private readonly float[] _observations = new float[4 * 64];
    private readonly int[] _actions = new int[64];
    private readonly double[] _rewards = new double[64];
    private readonly bool[] _flags = new bool[64];
    private readonly bool[] _ends = new bool[64];
    private ReplayBuffer _one = null!;
    private ReplayBuffer _many = null!;
    private PlainReplay _plain = null!;

    [Params(10_000, 1_000_000)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _one = new ReplayBuffer(new() { Capacity = Items, ObservationSize = 4 });
        _many = new ReplayBuffer(new() { Capacity = Items, ObservationSize = 4, Copies = 64 });
        _plain = new PlainReplay(Items);
        _one.Start(_observations.AsSpan(0, 4));
        _many.Start(_observations);
        _ends[7] = true;
        for (int i = 0; i < 2 * Items; i += Transitions)
        {
            Plain();
            OneCopy();
            ManyCopies();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Transitions)]
    public void Plain()
    {
        for (int i = 0; i < Transitions; i++) _plain.Add(_observations.AsSpan(0, 4), 1, 1, _observations.AsSpan(4, 4), i % 64 == 0);
    }

    [Benchmark(OperationsPerInvoke = Transitions)]
    public void OneCopy()
    {
        for (int i = 0; i < Transitions; i++)
            _one.Add(_actions.AsSpan(0, 1), _rewards.AsSpan(0, 1), i % 64 == 0 ? _ends.AsSpan(7, 1) : _flags.AsSpan(0, 1), _flags.AsSpan(0, 1), _observations.AsSpan(0, 4), _observations.AsSpan(4, 4));
    }

    [Benchmark(OperationsPerInvoke = Transitions)]
    public void ManyCopies()
    {
        for (int i = 0; i < Transitions; i += 64) _many.Add(_actions, _rewards, _ends, _flags, _observations, _observations);
    }
}
