using BenchmarkDotNet.Attributes;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>The updates by BenchmarkDotNet, single-threaded; the baseline is the multiply-add limit for as much arithmetic as the DQN update has.</summary>
[MemoryDiagnoser]
public class UpdateBenchmarks
{
    private readonly DqnUpdate _dqn = new();
    private readonly PpoUpdate _ppo = new();
    private readonly SacUpdate _sac = new();
    private readonly NatureCnnUpdate _natureCnn = new();
    private readonly PolicyForward _forward = new();
    private int _limitTurns;

    [GlobalSetup]
    public void Setup()
    {
        TensorThreads.Count = 1;
        _limitTurns = (int)(_dqn.Flops / FmaLimit.FlopsPerTurn);
    }

    [Benchmark(Baseline = true)]
    public float DqnArithmetic() => FmaLimit.Loop(_limitTurns);

    [Benchmark]
    public void Dqn() => _dqn.Run();

    [Benchmark]
    public void Ppo() => _ppo.Run();

    [Benchmark]
    public void Sac() => _sac.Run();

    [Benchmark]
    public void NatureCnn() => _natureCnn.Run();

    [Benchmark]
    public void PolicyForward() => _forward.Run();
}
