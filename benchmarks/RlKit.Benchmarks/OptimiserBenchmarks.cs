using BenchmarkDotNet.Attributes;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>Optimiser steps over a network's flat buffers; the baseline is Adam as a straightforward loop.</summary>
[MemoryDiagnoser]
public class OptimiserBenchmarks
{
    private Adam _adam = null!;
    private RmsProp _rmsProp = null!;
    private Sgd _sgd = null!;
    private ParameterBuffer _parameters = null!;
    private ParameterBuffer _other = null!;
    private float[] _values = [], _gradients = [], _first = [], _second = [];
    private long _steps;

    /// <summary>Values of a CleanRL-size DQN network, and of a Nature-CNN.</summary>
    [Params(11_000, 1_700_000)]
    public int Values { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _parameters = ParameterBuffer.Pack([new("x", Tensor.Normal([Values], new Generator(1)).RequireGrad())]);
        _other = ParameterBuffer.Pack([new("x", Tensor.Normal([Values], new Generator(2)).RequireGrad())]);
        _parameters.Gradients.CopyFrom(_other.Values);
        _adam = new Adam(_parameters, 1e-9);
        _rmsProp = new RmsProp(_parameters, 1e-9, momentum: 0.9);
        _sgd = new Sgd(_parameters, 1e-9, momentum: 0.9);
        (_values, _gradients, _first, _second) = (_parameters.Values.ToArray(), _other.Values.ToArray(), new float[Values], new float[Values]);
    }

    [Benchmark(Baseline = true)]
    public void AdamByALoop()
    {
        _steps++;
        float rate = (float)(1e-9 / (1 - Math.Pow(0.9, _steps))), scale = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, _steps)));
        for (int i = 0; i < _values.Length; i++)
        {
            _first[i] = (0.9f * _first[i]) + (0.1f * _gradients[i]);
            _second[i] = (0.999f * _second[i]) + (0.001f * _gradients[i] * _gradients[i]);
            _values[i] -= rate * _first[i] / ((MathF.Sqrt(_second[i]) * scale) + 1e-8f);
        }
    }

    [Benchmark]
    public void Adam() => _adam.Step();

    [Benchmark]
    public void RmsProp() => _rmsProp.Step();

    [Benchmark]
    public void Sgd() => _sgd.Step();

    [Benchmark]
    public float GradientNorm() => _parameters.GradientNorm();

    [Benchmark]
    public void PolyakUpdate() => _other.Lerp(_parameters, 0.005f);
}
