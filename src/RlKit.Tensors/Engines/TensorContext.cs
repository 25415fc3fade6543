using RlKit.Tensors.Engines.Managed;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines;

/// <summary>What one thread needs: its open scopes, the settings of automatic differentiation, and the managed engine's arena and spare nodes.</summary>
internal sealed class TensorContext
{
    [ThreadStatic]
    private static TensorContext? _current;

    private TensorNode[] _nodes = new TensorNode[256];
    private int _nodeCount;
    private OpenScopeMark[] _scopes = new OpenScopeMark[8];
    private int _depth;
    private long _lastScope;
    private ManagedNode[] _spare = new ManagedNode[256];
    private int _spareCount;

    private readonly record struct OpenScopeMark(long Id, int Nodes, ArenaMark Memory);

    public static TensorContext Current => _current ?? (_current = new TensorContext());

    public bool Recording { get; set; } = true;

    public bool DetectAnomaly { get; set; }

    public Device DefaultDevice { get; set; } = Device.Cpu;

    /// <summary>Whether the backward pass that runs stops at leaves that no one asked for.</summary>
    public bool OnlyTargets { get; set; }

    /// <summary>Numbers the recorded operations of this thread in the order they ran.</summary>
    public long Sequence { get; set; }

    public Arena Arena { get; } = new();

    public GradientQueue Queue { get; } = new();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long OpenScope()
    {
        if (_depth == _scopes.Length) Array.Resize(ref _scopes, 2 * _depth);
        _scopes[_depth++] = new OpenScopeMark(++_lastScope, _nodeCount, Arena.Mark());
        return _lastScope;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CloseScope(long id)
    {
        if (_current != this)
            throw new InvalidOperationException("A TensorScope was closed on another thread than the one that opened it; do not hold a scope across an await.");
        if (_depth == 0 || _scopes[_depth - 1].Id != id)
        {
            for (int i = 0; i < _depth; i++)
            {
                if (_scopes[i].Id == id)
                    throw new InvalidOperationException("A TensorScope was closed while one opened later is still open; close scopes in reverse order, best by 'using'.");
            }

            return;
        }

        OpenScopeMark mark = _scopes[--_depth];
        for (int i = _nodeCount - 1; i >= mark.Nodes; i--)
        {
            TensorNode node = _nodes[i];
            node.Expire();
            if (node is ManagedNode managed)
            {
                if (_spareCount == _spare.Length) Array.Resize(ref _spare, 2 * _spareCount);
                _spare[_spareCount++] = managed;
            }
        }

        Array.Clear(_nodes, mark.Nodes, _nodeCount - mark.Nodes);
        _nodeCount = mark.Nodes;
        Arena.Reset(mark.Memory);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Join(TensorNode node)
    {
        if (_depth == 0) return false;
        if (_nodeCount == _nodes.Length) Array.Resize(ref _nodes, 2 * _nodeCount);
        _nodes[_nodeCount++] = node;
        node.InScope = true;
        return true;
    }

    /// <summary>Whether a node lives no longer than the innermost scope, so that what it refers to may belong to that scope too.</summary>
    public bool IsOfInnermostScope(TensorNode node)
    {
        if (_depth == 0) return false;
        int first = _scopes[_depth - 1].Nodes;
        return Array.IndexOf(_nodes, node, first, _nodeCount - first) >= 0;
    }

    /// <summary>A node without data: of the innermost scope, or one that lives as long as it is referenced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ManagedNode RentNode(in Shape shape)
    {
        ManagedNode node;
        if (_depth > 0)
        {
            node = _spareCount > 0 ? _spare[--_spareCount] : new ManagedNode();
            Join(node);
        }
        else
        {
            node = new ManagedNode();
        }

        node.SetShape(shape);
        return node;
    }

    /// <summary>A node with memory for its data, not cleared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ManagedNode Rent(in Shape shape)
    {
        ManagedNode node = RentNode(shape);
        Allocate(node.Length, out node.Array, out node.Offset);
        return node;
    }

    /// <summary>Memory that lives as long as the innermost scope, or, without one, as long as it is referenced; not cleared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Allocate(int length, out float[] array, out int offset)
    {
        if (_depth > 0) Arena.Allocate(length, out array, out offset);
        else Arena.AllocateKept(length, out array, out offset);
    }
}
