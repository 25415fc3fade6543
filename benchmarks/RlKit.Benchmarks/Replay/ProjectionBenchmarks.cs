using BenchmarkDotNet.Attributes;

namespace RlKit.Benchmarks.Replay;

/// <summary>C51's projection of a batch, against the loop as the paper writes it.</summary>
public class ProjectionBenchmarks
{
    private const int Atoms = 51;

    private float[] _next = [];
    private float[] _rewards = [];
    private float[] _discounts = [];
    private float[] _targets = [];

    [Params(32, 128)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Pcg64(1);
        _next = new float[Batch * Atoms];
        _rewards = new float[Batch];
        _discounts = new float[Batch];
        _targets = new float[Batch * Atoms];
        random.Fill(_next);
        random.Fill(_rewards);
        for (int i = 0; i < Batch; i++) _discounts[i] = i % 16 == 0 ? 0 : 0.99f;
    }

    [Benchmark(Baseline = true)]
    public void Plain()
    {
        Array.Clear(_targets);
        for (int sample = 0; sample < Batch; sample++)
        {
            for (int atom = 0; atom < Atoms; atom++)
            {
                float place = (Math.Clamp(_rewards[sample] + _discounts[sample] * (-100 + atom * 4f), -100, 100) + 100) / 4f;
                int lower = (int)MathF.Floor(place);
                int upper = (int)MathF.Ceiling(place);
                float mass = _next[sample * Atoms + atom];
                if (lower == upper)
                {
                    _targets[sample * Atoms + lower] += mass;
                }
                else
                {
                    _targets[sample * Atoms + lower] += mass * (upper - place);
                    _targets[sample * Atoms + upper] += mass * (place - lower);
                }
            }
        }
    }

    [Benchmark]
    public void Project() => CategoricalProjection.Project(_next, _rewards, _discounts, -100, 100, Atoms, _targets);
}
