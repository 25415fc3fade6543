using RlKit.Tensors;

namespace RlKit;

/// <summary>Makes tensors of flat observations: pictures keep their three axes, all else is one row each; bytes become 0 to 1.</summary>
internal sealed class ObservationReader
{
    private readonly int[] _pictureShape;
    private readonly int _size;
    private readonly Device? _device;

    public ObservationReader(Space observationSpace, NetworkKind kind, Device? device = null)
    {
        _pictureShape = kind == NetworkKind.Mlp ? [] : observationSpace.Shape.ToArray();
        _size = observationSpace.FlatSize;
        _device = device;
    }

    public Tensor Read(ReadOnlySpan<float> observations) => Tensor.From(observations, Shape(observations.Length / _size), _device);

    public Tensor Read(ReadOnlySpan<byte> observations) => Tensor.FromBytes(observations, Shape(observations.Length / _size), device: _device);

    public Tensor Read(ObservationBatch observations) => observations.IsBytes ? Read(observations.Bytes) : Read(observations.Floats);

    private Shape Shape(int rows) => _pictureShape.Length == 0 ? [rows, _size] : [rows, _pictureShape[0], _pictureShape[1], _pictureShape[2]];
}
