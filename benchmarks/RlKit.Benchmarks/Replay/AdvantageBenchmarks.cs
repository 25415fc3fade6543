using BenchmarkDotNet.Attributes;
using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>Generalised advantage estimation of a rollout, against the plain loop.</summary>
public class AdvantageBenchmarks
{
    private float[] _rewards = [];
    private float[] _values = [];
    private float[] _nextValues = [];
    private bool[] _terminated = [];
    private bool[] _truncated = [];
    private float[] _advantages = [];
    private float[] _returns = [];

    [Params(4, 8, 64)]
    public int Copies { get; set; }

    [Params(128, 2048)]
    public int Steps { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Pcg64(1);
        int rows = Steps * Copies;
        _rewards = new float[rows];
        _values = new float[rows];
        _nextValues = new float[rows];
        _advantages = new float[rows];
        _returns = new float[rows];
        random.Fill(_rewards);
        random.Fill(_values);
        random.Fill(_nextValues);
        _terminated = new bool[rows];
        _truncated = new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            _terminated[i] = random.NextDouble() < 0.02;
            _truncated[i] = random.NextDouble() < 0.01;
        }
    }

    [Benchmark(Baseline = true)]
    public void Plain()
    {
        for (int copy = 0; copy < Copies; copy++)
        {
            float advantage = 0;
            for (int step = Steps - 1; step >= 0; step--)
            {
                int i = step * Copies + copy;
                float delta = _rewards[i] + (_terminated[i] ? 0 : 0.99f * _nextValues[i]) - _values[i];
                advantage = delta + (_terminated[i] || _truncated[i] ? 0 : 0.99f * 0.95f * advantage);
                _advantages[i] = advantage;
                _returns[i] = advantage + _values[i];
            }
        }
    }

    [Benchmark]
    public void Compute() => GeneralizedAdvantage.Compute(_rewards, _values, _nextValues, _terminated, _truncated, Copies, 0.99, 0.95, _advantages, _returns);
}
