using BenchmarkDotNet.Attributes;

namespace RlKit.Benchmarks;

/// <summary>A step of all copies of a vector environment, in same-step mode, by copies and threads.</summary>
[MemoryDiagnoser]
public class VectorStepping
{
    private IVectorEnvironment _environment = null!;
    private int[] _actions = null!;
    private float[] _forces = null!;

    [Params("CartPole-v1", "Pendulum-v1", "Taxi-v4")]
    public string Id { get; set; } = "";

    [Params(1, 8, 64, 1024)]
    public int Copies { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _environment = Environments.MakeVector(Id, Copies, new VectorOptions { Threads = Threads });
        _environment.ActionSpace.Seed(0);
        _environment.Reset(0);
        if (_environment.ActionSpace is Discrete discrete) _actions = [.. Enumerable.Range(0, Copies).Select(_ => discrete.Sample())];
        else _forces = [.. Enumerable.Range(0, Copies).Select(_ => ((Box<float>)_environment.ActionSpace).Sample()[0])];
    }

    [Benchmark]
    public void Step()
    {
        if (_forces is null) _environment.Step(_actions);
        else _environment.Step(_forces);
    }

    [GlobalCleanup]
    public void Cleanup() => _environment.Dispose();
}
