using BenchmarkDotNet.Attributes;
using RlKit.Replay;

namespace RlKit.Benchmarks.Replay;

/// <summary>Sampling stacks of four frames of 84 x 84 bytes, each frame stored once, against copying whole stacks of both observations.</summary>
[MemoryDiagnoser]
public class FrameReplayBenchmarks
{
    private const int Items = 20_000;
    private const int Frame = 84 * 84;

    private readonly Pcg64 _random = new(1);
    private readonly Random _plainRandom = new(1);
    private readonly byte[] _plain = new byte[Items / 10 * 8 * Frame];
    private ReplayBuffer _buffer = null!;
    private ReplayBatch _batch = null!;

    [Params(32, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _buffer = new ReplayBuffer(new() { Capacity = Items, ObservationSize = 4 * Frame, ObservationType = ObservationType.UInt8, FrameStack = 4 });
        byte[] observation = new byte[4 * Frame];
        _buffer.Start(observation);
        for (int i = 0; i < Items; i++)
        {
            _random.Integers(observation.AsSpan(3 * Frame), 0, 256);
            _buffer.Add([1], [1.0], [i % 500 == 499], [false], observation, observation);
        }

        _random.Integers(_plain, 0, 256);
        _batch = new ReplayBatch(_buffer, Batch);
    }

    /// <summary>A tenth of the transitions, for memory's sake.</summary>
    [Benchmark(Baseline = true)]
    public void WholeStacks()
    {
        for (int i = 0; i < Batch; i++)
        {
            int start = _plainRandom.Next(Items / 10) * 8 * Frame;
            _plain.AsSpan(start, 4 * Frame).CopyTo(_batch.ByteObservations.AsSpan(i * 4 * Frame));
            _plain.AsSpan(start + 4 * Frame, 4 * Frame).CopyTo(_batch.NextByteObservations.AsSpan(i * 4 * Frame));
        }
    }

    [Benchmark]
    public void FramesStoredOnce() => _buffer.Sample(_random, _batch);
}
