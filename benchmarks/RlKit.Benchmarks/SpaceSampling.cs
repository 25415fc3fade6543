using BenchmarkDotNet.Attributes;

namespace RlKit.Benchmarks;

/// <summary>Sampling, checking and flattening values of spaces, with a draw of System.Random as the baseline.</summary>
[MemoryDiagnoser]
public class SpaceSampling
{
    private readonly Random _system = new();
    private readonly Discrete _discrete = new(6);
    private readonly Box<float> _box = new(-1, 1, [6]);
    private readonly Box<float> _open = new(float.NegativeInfinity, float.PositiveInfinity, [6]);
    private readonly Box<byte> _image = new(0, 255, [84, 84]);
    private readonly MultiDiscrete _multiDiscrete = new([5, 2, 2]);
    private readonly MultiBinary _multiBinary = new(8);
    private readonly TupleSpace<int, int, int> _tuple = new(new Discrete(32), new Discrete(11), new Discrete(2));
    private readonly bool[] _mask = [true, false, true, true, false, true];
    private readonly float[] _values = new float[6];
    private readonly float[] _flat = new float[45];
    private readonly byte[] _pixels = new byte[84 * 84];
    private readonly int[] _integers = new int[3];
    private readonly byte[] _bits = new byte[8];

    [Benchmark(Baseline = true)]
    public int System_Next_6() => _system.Next(6);

    [Benchmark]
    public int Discrete_6() => _discrete.Sample();

    [Benchmark]
    public int Discrete_6_masked() => _discrete.Sample(_mask);

    [Benchmark]
    public void Box_of_6() => _box.Sample(_values.AsSpan());

    [Benchmark]
    public void Box_of_6_without_bounds() => _open.Sample(_values.AsSpan());

    [Benchmark]
    public void Image_of_84x84() => _image.Sample(_pixels.AsSpan());

    [Benchmark]
    public void MultiDiscrete_5_2_2() => _multiDiscrete.Sample(_integers.AsSpan());

    [Benchmark]
    public void MultiBinary_8() => _multiBinary.Sample(_bits.AsSpan());

    [Benchmark]
    public (int, int, int) Tuple_of_three() => _tuple.Sample();

    [Benchmark]
    public bool Box_of_6_contains() => _box.Contains(_values);

    [Benchmark]
    public void Flatten_a_tuple() => _tuple.Flatten((3, 2, 1), _flat);
}
