using BenchmarkDotNet.Attributes;

namespace RlKit.Benchmarks;

/// <summary>Single draws and filled spans of <see cref="Pcg64"/> and <see cref="Mt19937"/>, with System.Random as the baseline.</summary>
[MemoryDiagnoser]
public class RandomNumbers
{
    private const int Length = 1024;

    private readonly Random _system = new();
    private readonly Random _systemSeeded = new(1);
    private readonly Pcg64 _pcg = new(1);
    private readonly Mt19937 _mt = new(1);
    private readonly double[] _doubles = new double[Length];
    private readonly float[] _singles = new float[Length];
    private readonly int[] _integers = new int[Length];
    private readonly byte[] _bytes = new byte[Length];
    private readonly double[] _probabilities = [0.1, 0.2, 0.3, 0.4];

    [Benchmark(Baseline = true)]
    public double System_NextDouble() => _system.NextDouble();

    [Benchmark]
    public double System_seeded_NextDouble() => _systemSeeded.NextDouble();

    [Benchmark]
    public int System_Next_6() => _system.Next(6);

    [Benchmark]
    public double NextDouble() => _pcg.NextDouble();

    [Benchmark]
    public float NextSingle() => _pcg.NextSingle();

    [Benchmark]
    public double Uniform() => _pcg.Uniform(-0.05, 0.05);

    [Benchmark]
    public int Integers_6() => _pcg.Integers(6);

    [Benchmark]
    public double StandardNormal() => _pcg.StandardNormal();

    [Benchmark]
    public float StandardNormalSingle() => _pcg.StandardNormalSingle();

    [Benchmark]
    public double StandardExponential() => _pcg.StandardExponential();

    [Benchmark]
    public int Choice_of_four_by_probability() => _pcg.Choice(_probabilities);

    [Benchmark]
    public double Mt19937_NextDouble() => _mt.NextDouble();

    [Benchmark]
    public void Reseed() => _pcg.Reseed(42);

    [Benchmark]
    public Pcg64 New() => new(42);

    [Benchmark]
    public void Fill_1024_doubles() => _pcg.Fill(_doubles);

    [Benchmark]
    public void Fill_1024_normal_singles() => _pcg.StandardNormal(_singles);

    [Benchmark]
    public void Fill_1024_integers() => _pcg.Integers(_integers, 0, 6);

    [Benchmark]
    public void Fill_1024_bytes() => _pcg.Integers(_bytes, 0, 256);

    [Benchmark]
    public void Permutation_of_1024() => _pcg.Permutation(_integers);

    [Benchmark]
    public void Choose_1024_of_100000() => _pcg.ChoiceWithoutReplacement(_integers, 100000, shuffle: false);
}
