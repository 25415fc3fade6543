using BenchmarkDotNet.Attributes;
using RlKit.ClassicControl;

namespace RlKit.Benchmarks;

/// <summary>What each wrapper adds to a step of 64 CartPoles, and what the adaptor costs beside the native vector. The time is for one step of one copy.</summary>
[MemoryDiagnoser]
public class VectorWrapperOverhead
{
    private const int Count = 64;

    private IVectorEnvironment _native = null!;
    private IVectorEnvironment _vector = null!;
    private int[] _actions = null!;

    /// <summary>The wrapper around the vector.</summary>
    [Params("Adaptor", "Adaptor, 2 threads", "RecordEpisodeStatistics", "RandomAction", "StickyAction", "ClipReward", "NormalizeReward", "NormalizeObservation", "FrameStack")]
    public string Wrapper { get; set; } = "Adaptor";

    [GlobalSetup]
    public void Setup()
    {
        _native = Environments.MakeVector("CartPole-v1", Count);
        IVectorEnvironment inner = Environments.MakeVector("CartPole-v1", Count);
        _vector = Wrapper switch
        {
            "Adaptor" => new VectorAdaptor<float[], int>(() => new CartPole().WithTimeLimit(500), Count),
            "Adaptor, 2 threads" => new VectorAdaptor<float[], int>(() => new CartPole().WithTimeLimit(500), Count, threads: 2),
            "RecordEpisodeStatistics" => inner.WithEpisodeStatistics(),
            "RandomAction" => inner.WithRandomAction(0.35),
            "StickyAction" => inner.WithStickyAction(0.25),
            "ClipReward" => inner.WithClipReward(),
            "NormalizeReward" => inner.WithNormalizeReward(),
            "NormalizeObservation" => inner.WithNormalizeObservation(),
            _ => inner.WithFrameStack(4),
        };
        _actions = new int[Count];
        new Pcg64(0).Integers(_actions, 0, 2);
        _native.Reset(seed: 0);
        _vector.Reset(seed: 0);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _native.Dispose();
        _vector.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Count, Baseline = true)]
    public void Native() => _native.Step(_actions);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Wrapped() => _vector.Step(_actions);
}
