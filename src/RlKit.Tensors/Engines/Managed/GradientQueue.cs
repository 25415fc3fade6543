using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>The recorded results whose gradient has begun to arrive, latest first: when one is taken, all that used it are done.</summary>
internal sealed class GradientQueue
{
    private ManagedNode[] _heap = new ManagedNode[64];
    private ManagedNode? _taken;

    public int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ManagedNode node)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, 2 * Count);
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 1;
            if (_heap[parent].Sequence >= node.Sequence) break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = node;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ManagedNode Take()
    {
        ManagedNode first = _heap[0];
        ManagedNode last = _heap[--Count];
        _heap[Count] = null!;
        _taken = first;
        if (Count == 0) return first;
        int hole = 0;
        while (true)
        {
            int child = 2 * hole + 1;
            if (child >= Count) break;
            if (child + 1 < Count && _heap[child + 1].Sequence > _heap[child].Sequence) child++;
            if (_heap[child].Sequence <= last.Sequence) break;
            _heap[hole] = _heap[child];
            hole = child;
        }

        _heap[hole] = last;
        return first;
    }

    /// <summary>Forgets what an interrupted pass left, the gradient of the node that it was at included: another pass would add to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Clear()
    {
        if (_taken is { GradientTarget: null }) _taken.Gradient = null;
        _taken = null;
        for (int i = 0; i < Count; i++) _heap[i].Gradient = null;
        Array.Clear(_heap, 0, Count);
        Count = 0;
    }
}
