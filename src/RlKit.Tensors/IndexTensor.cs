using System.Runtime.CompilerServices;
using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>Whole numbers (int32) in an n-dimensional array: actions, classes and positions, for <see cref="Tensor.Gather"/> and its kin. Belongs to scopes as a <see cref="Tensor"/> does.</summary>
public readonly struct IndexTensor
{
    private readonly TensorNode? _node;
    private readonly int _generation;

    internal IndexTensor(TensorNode node)
    {
        _node = node;
        _generation = node.Generation;
    }

    /// <summary>Copies indices into a tensor.</summary>
    /// <param name="values">As many as the shape has elements, the last axis running fastest.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="device">Where; <see cref="Device.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static IndexTensor From(ReadOnlySpan<int> values, Shape shape, Device? device = null)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"The shape {shape} has {shape.Length} elements; {values.Length} values were given.", nameof(values));
        device ??= Device.Default;
        return new IndexTensor(device.Engine.FromIndices(device, shape, values));
    }

    /// <summary>Copies indices into a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static IndexTensor From(ReadOnlySpan<int> values, Device? device = null) => From(values, values.Length, device);

    /// <summary>The engine's node, for code that extends an engine.</summary>
    /// <exception cref="ObjectDisposedException">The tensor's scope has closed.</exception>
    public TensorNode Node
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            TensorNode? node = _node;
            if (node is null || node.Generation != _generation) Tensor.ThrowUnusable(node);
            return node!;
        }
    }

    /// <summary>The shape.</summary>
    public Shape Shape => Node.Shape;

    /// <summary>The number of indices.</summary>
    public int Length => Node.Shape.Length;

    /// <summary>The device.</summary>
    public Device Device => Node.Device;

    /// <summary>The memory of the indices; only where the processor can address it (<see cref="Device.Cpu"/>).</summary>
    /// <exception cref="NotSupportedException">The tensor is on a device with its own memory; use <see cref="CopyTo"/>.</exception>
    public Span<int> Span
    {
        get
        {
            TensorNode node = Node;
            return node.Device.Engine.AsIndexSpan(node);
        }
    }

    /// <summary>The same indices in another shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ in their number of elements.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IndexTensor Reshape(Shape shape)
    {
        TensorNode node = Node;
        if (shape.Length != node.Shape.Length)
            throw new ArgumentException($"Reshape: {node.Shape} has {node.Shape.Length} elements, {shape} has {shape.Length}.", nameof(shape));
        return new IndexTensor(node.Device.Engine.Reshape(node, shape));
    }

    /// <summary>1 at each index along a new last axis, 0 elsewhere.</summary>
    /// <param name="classes">The length of the new axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside 0..classes-1.</exception>
    public Tensor OneHot(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        TensorNode node = Node;
        return new Tensor(node.Device.Engine.OneHot(node, classes));
    }

    /// <summary>Copies the indices out.</summary>
    /// <exception cref="ArgumentException">The span's length is not <see cref="Length"/>.</exception>
    public void CopyTo(Span<int> destination)
    {
        TensorNode node = Node;
        if (destination.Length != node.Shape.Length)
            throw new ArgumentException($"The tensor has {node.Shape.Length} elements, the span {destination.Length}.", nameof(destination));
        node.Device.Engine.ReadIndices(node, destination);
    }

    /// <summary>Replaces the indices.</summary>
    /// <exception cref="ArgumentException">The span's length is not <see cref="Length"/>.</exception>
    public void CopyFrom(ReadOnlySpan<int> values)
    {
        TensorNode node = Node;
        if (values.Length != node.Shape.Length)
            throw new ArgumentException($"The tensor has {node.Shape.Length} elements, the span {values.Length}.", nameof(values));
        node.Device.Engine.WriteIndices(node, values);
    }

    /// <summary>The indices in a new array.</summary>
    public int[] ToArray()
    {
        var values = new int[Length];
        CopyTo(values);
        return values;
    }

    /// <summary>The only index of a tensor of one element.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more elements, or none.</exception>
    public int Item()
    {
        TensorNode node = Node;
        if (node.Shape.Length != 1) throw new InvalidOperationException($"Item() reads a tensor of one element; this one has the shape {node.Shape}.");
        int value = 0;
        node.Device.Engine.ReadIndices(node, new Span<int>(ref value));
        return value;
    }

    /// <summary>The shape and the device.</summary>
    public override string ToString() => _node is null ? "no tensor" : $"IndexTensor {Shape} on {Device}";
}
