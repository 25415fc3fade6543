using System.Buffers;
using RlKit.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RlKit;

/// <summary>
/// Makes tensors of flat observations: pictures have the axes (channels, height, width), whichever way round the environment has them, and all else is one row each.
/// Bytes are divided by the largest bound of their box, so that they become 0 to 1.
/// </summary>
internal sealed class ObservationReader
{
    private readonly PictureLayout? _picture;
    private readonly int _size;
    private readonly float _byteScale = 1f / byte.MaxValue;
    private readonly Device? _device;

    public ObservationReader(Space observationSpace, NetworkKind kind, Device? device = null)
    {
        if (kind != NetworkKind.Mlp) _picture = PictureLayout.Of(observationSpace.Shape);
        Box<byte>? bytes = observationSpace as Box<byte> ?? (observationSpace as StackedBox<byte>)?.Box;
        if (bytes is not null && TensorPrimitives.Max(bytes.High) is > 0 and var high) _byteScale = 1f / high;
        _size = observationSpace.FlatSize;
        _device = device;
    }

    public Tensor Read(ReadOnlySpan<float> observations)
    {
        if (_picture is not { ChannelsLast: true } picture) return Tensor.From(observations, Shape(observations.Length / _size), _device);
        float[] turned = ArrayPool<float>.Shared.Rent(observations.Length);
        picture.BringChannelsFirst(observations, turned);
        Tensor tensor = Tensor.From(turned.AsSpan(0, observations.Length), Shape(observations.Length / _size), _device);
        ArrayPool<float>.Shared.Return(turned);
        return tensor;
    }

    public Tensor Read(ReadOnlySpan<byte> observations)
    {
        if (_picture is not { ChannelsLast: true } picture) return Tensor.FromBytes(observations, Shape(observations.Length / _size), _byteScale, _device);
        byte[] turned = ArrayPool<byte>.Shared.Rent(observations.Length);
        picture.BringChannelsFirst(observations, turned);
        Tensor tensor = Tensor.FromBytes(turned.AsSpan(0, observations.Length), Shape(observations.Length / _size), _byteScale, _device);
        ArrayPool<byte>.Shared.Return(turned);
        return tensor;
    }

    public Tensor Read(ObservationBatch observations) => observations.IsBytes ? Read(observations.Bytes) : Read(observations.Floats);

    private Shape Shape(int rows) => _picture is { } picture ? [rows, picture.Channels, picture.Height, picture.Width] : [rows, _size];
}
