using BenchmarkDotNet.Attributes;
using RlKit.ClassicControl;

namespace RlKit.Benchmarks;

/// <summary>What each wrapper adds to a step of CartPole, with resets. The time is for one step.</summary>
[MemoryDiagnoser]
public class WrapperOverhead : IDisposable
{
    private const int Steps = 1000;

    private IEnvironment<float[], int> _bare = null!;
    private IEnvironment<float[], int> _environment = null!;
    private IEnvironment<StackedFrames<float>, int> _stacked = null!;
    private int[] _actions = null!;

    /// <summary>The wrapper around CartPole.</summary>
    [Params(
        "Make", "TimeLimit", "RecordEpisodeStatistics", "RandomAction", "StickyAction", "ClipReward", "NormalizeReward", "NormalizeObservation", "TimeAwareObservation")]
    public string Wrapper { get; set; } = "Make";

    [GlobalSetup]
    public void Setup()
    {
        _bare = new CartPole();
        var inner = new CartPole();
        _environment = Wrapper switch
        {
            "Make" => Environments.Make<float[], int>("CartPole-v1"),
            "TimeLimit" => inner.WithTimeLimit(500),
            "RecordEpisodeStatistics" => inner.WithEpisodeStatistics(),
            "RandomAction" => inner.WithRandomAction(0.35),
            "StickyAction" => inner.WithStickyAction(0.25),
            "ClipReward" => inner.WithClipReward(),
            "NormalizeReward" => inner.WithNormalizeReward(),
            "NormalizeObservation" => inner.WithNormalizeObservation(),
            _ => inner.WithTimeLimit(500).WithTimeAwareObservation(),
        };
        _stacked = new CartPole().WithFrameStack(4);
        _actions = new int[Steps];
        new Pcg64(0).Integers(_actions, 0, 2);
        _bare.Reset(seed: 0);
        _environment.Reset(seed: 0);
        _stacked.Reset(seed: 0);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _bare.Dispose();
        _environment.Dispose();
        _stacked.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Steps, Baseline = true)]
    public double Bare()
    {
        double sum = 0;
        foreach (int action in _actions)
        {
            StepResult<float[]> result = _bare.Step(action);
            sum += result.Reward;
            if (result.Done) _bare.Reset();
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public double Wrapped()
    {
        double sum = 0;
        foreach (int action in _actions)
        {
            StepResult<float[]> result = _environment.Step(action);
            sum += result.Reward;
            if (result.Done) _environment.Reset();
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public double FrameStackOf4()
    {
        double sum = 0;
        foreach (int action in _actions)
        {
            StepResult<StackedFrames<float>> result = _stacked.Step(action);
            sum += result.Reward;
            if (result.Done) _stacked.Reset();
        }

        return sum;
    }
}
