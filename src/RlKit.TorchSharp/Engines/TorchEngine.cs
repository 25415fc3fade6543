using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace RlKit.Tensors.Engines;

/// <summary>
/// The engine that has TorchSharp compute: each operation is one of TorchSharp's, recorded by its autograd. Another thread's garbage collection may free whatever
/// nothing refers to while a native call still reads it, as TorchSharp passes bare handles: so every scalar and every intermediate is held by a <c>using</c> or a field, and
/// every node is used after the call that reads its tensor. What TorchSharp makes of a number by itself is avoided: <c>a.add(b)</c> makes a scalar 1 that nothing holds.
/// </summary>
internal sealed partial class TorchEngine : Engine
{
    private readonly torch.Device _torchDevice;
    private readonly bool _isCpu;
    private readonly Scalar _zero = 0f.ToScalar(), _one = 1f.ToScalar();

    public TorchEngine(torch.Device device)
    {
        _torchDevice = device;
        _isCpu = device.type == DeviceType.CPU;
    }

    /// <summary>TorchSharp's name of the device.</summary>
    public torch.Device TorchDevice => _torchDevice;

    private static TorchNode As(TensorNode node) => Unsafe.As<TorchNode>(node);

    private static torch.Tensor In(TensorNode node) => As(node).Operand;

    private static torch.Tensor? InOrNull(TensorNode? node) => node is null ? null : As(node).Operand;

    // Results

    /// <summary>Ends an operation: the inputs are named so that they live until it is done, and to see whether it was recorded.</summary>
    private static TorchNode Result(torch.Tensor value, in Shape shape, TensorNode x, TensorNode? y = null, TensorNode? z = null, [CallerMemberName] string operation = "")
    {
        bool recorded = (x.RequiresGrad || y is { RequiresGrad: true } || z is { RequiresGrad: true }) && Autograd.IsRecording;
        TorchNode node = TorchNode.Make(x.Device, value, shape, recorded);
        if (Autograd.IsDetectingAnomaly) Examine(node, operation, x, y, z);
        return node;
    }

    /// <summary>Ends a module of the user's.</summary>
    public static TorchNode Adopt(Device device, torch.Tensor value, in Shape shape, bool recorded, TensorNode x)
    {
        TorchNode node = TorchNode.Make(device, Contiguous(value), shape, recorded);
        if (Autograd.IsDetectingAnomaly) Examine(node, "The module", x, null, null);
        return node;
    }

    /// <summary>The name of an operation for anomaly mode; nothing outside it, as no one reads it.</summary>
    private static string NameOf<T>(T operation)
        where T : struct, Enum => Autograd.IsDetectingAnomaly ? operation.ToString() : "";

    /// <summary>Nodes are contiguous, so that their memory can be read as it is.</summary>
    private static torch.Tensor Contiguous(torch.Tensor tensor)
    {
        if (tensor.is_contiguous()) return tensor;
        using (tensor) return tensor.contiguous();
    }

    // TorchSharp copies the lengths before a call returns, so one array per rank serves all calls of a thread.
    [ThreadStatic]
    private static long[][]? _lengths;

    private static long[] Lengths(in Shape shape) => Lengths(shape.Lengths);

    private static long[] Lengths(ReadOnlySpan<int> lengths)
    {
        _lengths ??= [.. Enumerable.Range(0, Shape.MaxRank + 2).Select(rank => new long[rank])];
        long[] result = _lengths[lengths.Length];
        for (int i = 0; i < result.Length; i++) result[i] = lengths[i];
        return result;
    }

    // Data

    public override TensorNode FromValues(Device device, in Shape shape, ReadOnlySpan<float> values)
    {
        torch.Tensor value = torch.empty(Lengths(shape), torch.ScalarType.Float32, torch.CPU);
        values.CopyTo(Memory<float>(value));
        return TorchNode.Make(device, ToDevice(value), shape);
    }

    public override TensorNode FromBytes(Device device, in Shape shape, ReadOnlySpan<byte> values, float scale)
    {
        torch.Tensor bytes = torch.empty(Lengths(shape), torch.ScalarType.Byte, torch.CPU);
        values.CopyTo(bytes.bytes);
        using torch.Tensor moved = ToDevice(bytes);
        using Scalar factor = scale.ToScalar();
        return TorchNode.Make(device, moved.to_type(torch.ScalarType.Float32).mul_(factor), shape);
    }

    public override TensorNode FromIndices(Device device, in Shape shape, ReadOnlySpan<int> values)
    {
        torch.Tensor value = torch.empty(Lengths(shape), torch.ScalarType.Int64, torch.CPU);
        (long, long) range = Widen(values, Memory<long>(value));
        return TorchNode.MakeIndex(device, ToDevice(value), shape, range);
    }

    public override TensorNode Full(Device device, in Shape shape, float value)
    {
        using Scalar filled = value.ToScalar();
        return TorchNode.Make(device, torch.empty(Lengths(shape), torch.ScalarType.Float32, _torchDevice).fill_(filled), shape);
    }

    public override void Read(TensorNode source, Span<float> destination)
    {
        torch.Tensor value = As(source).Value;
        if (value.dtype == torch.ScalarType.Float32)
        {
            ReadMemory(value, destination);
        }
        else
        {
            using torch.Tensor single = value.to_type(torch.ScalarType.Float32);
            ReadMemory(single, destination);
        }

        GC.KeepAlive(source);
    }

    public override void ReadIndices(TensorNode source, Span<int> destination)
    {
        if (_isCpu)
        {
            Narrow(Memory<long>(As(source).Value), destination);
        }
        else
        {
            using torch.Tensor host = As(source).Value.cpu();
            Narrow(Memory<long>(host), destination);
        }

        GC.KeepAlive(source);
    }

    public override void Write(TensorNode target, ReadOnlySpan<float> values)
    {
        TorchNode node = As(target);
        if (_isCpu && node.Value.dtype == torch.ScalarType.Float32)
        {
            values.CopyTo(Memory<float>(node.Value));
        }
        else
        {
            using torch.Tensor host = torch.empty(Lengths(target.Shape), torch.ScalarType.Float32, torch.CPU);
            values.CopyTo(Memory<float>(host));
            node.Constant.copy_(host);
        }

        GC.KeepAlive(target);
    }

    public override void WriteIndices(TensorNode target, ReadOnlySpan<int> values)
    {
        TorchNode node = As(target);
        using torch.Tensor host = torch.empty(Lengths(target.Shape), torch.ScalarType.Int64, torch.CPU);
        node.IndexRange = Widen(values, Memory<long>(host));
        node.Value.copy_(host);
        GC.KeepAlive(target);
    }

    public override void Assign(TensorNode target, TensorNode source)
    {
        As(target).Constant.copy_(As(source).Constant);
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    public override void Fill(TensorNode target, float value)
    {
        using Scalar filled = value.ToScalar();
        As(target).Constant.fill_(filled);
        GC.KeepAlive(target);
    }

    public override Span<float> AsSpan(TensorNode node) => _isCpu
        ? Memory<float>(As(node).Value)
        : throw new NotSupportedException($"The memory of {node.Device} cannot be addressed by the processor; use CopyTo().");

    public override Span<int> AsIndexSpan(TensorNode node) =>
        throw new NotSupportedException($"TorchSharp's indices are of 64 bits, so those of {node.Device} have no memory of 32; use CopyTo().");

    public override TensorNode Keep(TensorNode source)
    {
        TorchNode x = As(source), kept = TorchNode.MakeKept(source.Device, x.Constant.clone(), source.Shape);
        kept.CopyKind(x);
        return kept;
    }

    private torch.Tensor ToDevice(torch.Tensor host)
    {
        if (_isCpu) return host;
        using (host) return host.to(_torchDevice.type, _torchDevice.index);
    }

    /// <summary>Copies the values of a contiguous float32 tensor out.</summary>
    public void ReadMemory(torch.Tensor value, Span<float> destination)
    {
        if (_isCpu)
        {
            Memory<float>(value).CopyTo(destination);
            return;
        }

        using torch.Tensor host = value.cpu();
        Memory<float>(host).CopyTo(destination);
    }

    private static Span<T> Memory<T>(torch.Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    private static (long Smallest, long Largest) Widen(ReadOnlySpan<int> values, Span<long> destination)
    {
        long smallest = long.MaxValue, largest = long.MinValue;
        for (int i = 0; i < values.Length; i++)
        {
            long value = values[i];
            destination[i] = value;
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }

        return values.IsEmpty ? (0, -1) : (smallest, largest);
    }

    private static void Narrow(ReadOnlySpan<long> values, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = (int)values[i];
    }
}
