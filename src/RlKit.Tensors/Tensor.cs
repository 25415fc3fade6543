using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

/// <summary>
/// A float32, n-dimensional, contiguous array, on a <see cref="Tensors.Device"/>, that operations can be recorded on. A small value type that points to
/// its data: copying it copies no data. A tensor made while a <see cref="TensorScope"/> is open lives until the scope closes; others
/// live as long as they are referenced. Operations have PyTorch's meaning.
/// </summary>
public readonly partial struct Tensor
{
    private readonly TensorNode? _node;
    private readonly int _generation;

    /// <summary>For engines: a handle to a node.</summary>
    public Tensor(TensorNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        _node = node;
        _generation = node.Generation;
    }

    /// <summary>The engine's node, for code that extends an engine.</summary>
    /// <exception cref="ObjectDisposedException">The tensor's scope has closed.</exception>
    /// <exception cref="InvalidOperationException">This is default(Tensor).</exception>
    public TensorNode Node
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            TensorNode? node = _node;
            if (node is null || node.Generation != _generation) ThrowUnusable(node);
            return node;
        }
    }

    /// <summary>Whether this is default(Tensor), which points to nothing.</summary>
    public bool IsDefault => _node is null;

    /// <summary>The lengths of the axes.</summary>
    public Shape Shape => Node.Shape;

    /// <summary>The number of axes.</summary>
    public int Rank => Node.Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Length => Node.Shape.Length;

    /// <summary>The device.</summary>
    public Device Device => Node.Device;

    /// <summary>Whether operations on this tensor are recorded.</summary>
    public bool RequiresGrad => Node.RequiresGrad;

    /// <summary>The memory of the values; only where the processor can address it (<see cref="Device.Cpu"/>). Writing to it is not recorded; when the tensor's scope closes, the memory becomes another tensor's.</summary>
    /// <exception cref="NotSupportedException">The tensor is on a device with its own memory; use <see cref="CopyTo"/>.</exception>
    public Span<float> Span
    {
        get
        {
            TensorNode node = Node;
            return node.Device.Engine.AsSpan(node);
        }
    }

    /// <summary>Copies the values out, the last axis running fastest.</summary>
    /// <exception cref="ArgumentException">The span's length is not <see cref="Length"/>.</exception>
    public void CopyTo(Span<float> destination)
    {
        TensorNode node = Node;
        if (destination.Length != node.Shape.Length)
            throw new ArgumentException($"The tensor has {node.Shape.Length} elements, the span {destination.Length}.", nameof(destination));
        node.Device.Engine.Read(node, destination);
    }

    /// <summary>The values in a new array, the last axis running fastest.</summary>
    public float[] ToArray()
    {
        var values = new float[Length];
        CopyTo(values);
        return values;
    }

    /// <summary>The only value of a tensor of one element.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more elements, or none.</exception>
    public float Item()
    {
        TensorNode node = Node;
        if (node.Shape.Length != 1) throw new InvalidOperationException($"Item() reads a tensor of one element; this one has the shape {node.Shape}.");
        float value = 0;
        node.Device.Engine.Read(node, new Span<float>(ref value));
        return value;
    }

    /// <summary>Replaces the values. Not recorded; tensors computed earlier keep theirs.</summary>
    /// <exception cref="ArgumentException">The span's length is not <see cref="Length"/>.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        TensorNode node = Node;
        if (values.Length != node.Shape.Length)
            throw new ArgumentException($"The tensor has {node.Shape.Length} elements, the span {values.Length}.", nameof(values));
        node.Device.Engine.Write(node, values);
    }

    /// <summary>Replaces the values by another tensor's. Not recorded.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyFrom(Tensor source)
    {
        TensorNode node = Node, from = source.Node;
        if (node.Shape != from.Shape) throw new ArgumentException($"CopyFrom: the shapes {node.Shape} and {from.Shape} differ.", nameof(source));
        if (node.Device == from.Device)
        {
            node.Device.Engine.Assign(node, from);
            return;
        }

        if (from.Device == Device.Cpu)
        {
            node.Device.Engine.Write(node, from.Device.Engine.AsSpan(from));
        }
        else if (node.Device == Device.Cpu)
        {
            from.Device.Engine.Read(from, node.Device.Engine.AsSpan(node));
        }
        else
        {
            node.Device.Engine.Write(node, source.ToArray());
        }
    }

    /// <summary>Replaces every value by one. Not recorded.</summary>
    public void Fill(float value)
    {
        TensorNode node = Node;
        node.Device.Engine.Fill(node, value);
    }

    /// <summary>A copy that lives as long as it is referenced, outside all scopes, without a history.</summary>
    public Tensor Keep()
    {
        TensorNode node = Node;
        return new Tensor(node.Device.Engine.Keep(node));
    }

    /// <summary>The same values on another device, without a history; this tensor itself if it is there already.</summary>
    public Tensor To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        TensorNode node = Node;
        if (node.Device == device) return this;
        return node.Device == Device.Cpu ? From(Span, node.Shape, device) : From(ToArray(), node.Shape, device);
    }

    /// <summary>The same data as a constant: nothing is recorded through it.</summary>
    public Tensor Detach()
    {
        TensorNode node = Node;
        return new Tensor(node.Device.Engine.Detach(node));
    }

    /// <summary>Makes this tensor a leaf: <see cref="Backward"/> adds to its <see cref="Grad"/>.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="InvalidOperationException">The tensor is the result of recorded operations.</exception>
    public Tensor RequireGrad()
    {
        TensorNode node = Node;
        node.Device.Engine.SetRequiresGrad(node, true);
        return this;
    }

    /// <summary>The gradient that <see cref="Backward"/> has added up in a leaf; zeros at first and after <see cref="ZeroGrad"/>.</summary>
    /// <exception cref="InvalidOperationException">The tensor is no leaf that requires a gradient.</exception>
    public Tensor Grad
    {
        get
        {
            TensorNode node = Node;
            return new Tensor(node.Device.Engine.Gradient(node));
        }
    }

    /// <summary>Sets the gradient of a leaf to zero.</summary>
    /// <exception cref="InvalidOperationException">The tensor is no leaf that requires a gradient.</exception>
    public void ZeroGrad()
    {
        TensorNode node = Node;
        node.Device.Engine.ZeroGradient(node);
    }

    /// <summary>Adds the derivatives of this scalar to the <see cref="Grad"/> of every leaf it was computed from.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more than one element, or was not recorded.</exception>
    public void Backward()
    {
        TensorNode node = Node;
        RequireDifferentiableScalar(node);
        node.Device.Engine.Backward(node);
    }

    /// <summary>The shape, the device and the values, as in "Tensor [2, 2] on cpu: [[1, 2], [3, 4]]"; of an axis longer than eight the first and last three.</summary>
    public override string ToString()
    {
        if (_node is null) return "no tensor";
        if (_node.Generation != _generation) return "a tensor whose scope has closed";
        StringBuilder text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"Tensor {Shape} on {Device}: ");
        AppendValues(text, ToArray(), Shape.Lengths);
        return text.ToString();
    }

    private static void AppendValues(StringBuilder text, ReadOnlySpan<float> values, ReadOnlySpan<int> lengths)
    {
        const int Most = 8, Edge = 3;
        if (lengths.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"{values[0]:G6}");
            return;
        }

        int count = lengths[0], size = count == 0 ? 0 : values.Length / count;
        text.Append('[');
        for (int i = 0; i < count; i++)
        {
            if (i > 0) text.Append(", ");
            if (count > Most && i == Edge)
            {
                text.Append("..., ");
                i = count - Edge;
            }

            AppendValues(text, values.Slice(i * size, size), lengths[1..]);
        }

        text.Append(']');
    }

    internal static void RequireDifferentiableScalar(TensorNode node)
    {
        if (node.Shape.Length != 1)
            throw new InvalidOperationException($"Backward starts at a tensor of one element, a loss; this one has the shape {node.Shape}. Take its Sum() or Mean().");
        if (!node.RequiresGrad)
            throw new InvalidOperationException("Backward needs a tensor computed from one that requires a gradient, outside Autograd.NoGrad().");
    }

    [DoesNotReturn]
    internal static void ThrowUnusable(TensorNode? node)
    {
        if (node is null) throw new InvalidOperationException("This is default(Tensor): it points to no data. Make tensors by Tensor.Zeros, Tensor.From and the like.");
        throw new ObjectDisposedException(nameof(Tensor), "The TensorScope in which this tensor was made has closed; take what outlives a scope out by Keep(), CopyTo() or Item().");
    }

    /// <summary>The engine both are on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Engine Common(TensorNode a, TensorNode b, [CallerMemberName] string operation = "")
    {
        Device device = a.Device;
        if (device != b.Device) ThrowDevices(a, b, operation);
        return device.Engine;
    }

    [DoesNotReturn]
    private static void ThrowDevices(TensorNode a, TensorNode b, string operation) =>
        throw new ArgumentException($"{operation}: one tensor is on {a.Device}, the other on {b.Device}; move one by To(device).");

    [DoesNotReturn]
    private static void ThrowShapes(string operation, in Shape a, in Shape b, string reason) =>
        throw new ArgumentException($"{operation}: the shapes {a} and {b} {reason}.");
}
