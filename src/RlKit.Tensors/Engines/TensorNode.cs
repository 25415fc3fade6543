using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines;

/// <summary>
/// What a <see cref="Tensor"/> points to: an engine's own object with the data. A node made while a <see cref="TensorScope"/> is open belongs
/// to it: when the scope closes, the node's generation changes (so that handles to it are refused) and <see cref="Release"/> is called.
/// </summary>
public abstract class TensorNode
{
    /// <summary>Makes a node of a device; an engine sets the shape before it returns the node.</summary>
    protected TensorNode(Device device) => Device = device;

    /// <summary>The device of the engine that made the node.</summary>
    public Device Device { get; }

    /// <summary>The shape of the data.</summary>
    public Shape Shape { get; protected internal set; }

    /// <summary>Whether operations on this node are recorded, and gradients flow to it.</summary>
    public bool RequiresGrad { get; protected internal set; }

    /// <summary>Whether the node holds int32 indices instead of float32 values.</summary>
    public bool IsIndex { get; protected internal set; }

    /// <summary>Whether a scope owns the node.</summary>
    public bool InScope { get; internal set; }

    /// <summary>Whether the node is no result of recorded operations.</summary>
    public abstract bool IsLeaf { get; }

    /// <summary>How often the node has been released: a handle of another generation is stale.</summary>
    internal int Generation { get; set; }

    /// <summary>Makes a node belong to the innermost open scope of this thread; an engine calls it once for each node it makes. Without a scope nothing happens.</summary>
    /// <returns>Whether a scope took the node.</returns>
    protected internal bool JoinScope() => TensorContext.Current.Join(this);

    /// <summary>Called when the node's scope closes: free or reuse what the node holds.</summary>
    protected internal abstract void Release();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Expire()
    {
        Generation++;
        InScope = false;
        Release();
    }
}
