namespace RlKit.Replay;

/// <summary>One pass over a rollout in minibatches of shuffled rows, for <c>foreach</c>; it allocates nothing.</summary>
public ref struct RolloutMinibatches
{
    private readonly ReadOnlySpan<int> _indices;
    private readonly int _size;
    private int _start;

    internal RolloutMinibatches(ReadOnlySpan<int> indices, int size)
    {
        _indices = indices;
        _size = size;
        _start = -size;
    }

    /// <summary>The rows of the present minibatch; the last one is smaller where the size does not divide the rollout.</summary>
    public readonly ReadOnlySpan<int> Current => _indices.Slice(_start, Math.Min(_size, _indices.Length - _start));

    /// <summary>Goes to the next minibatch.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext() => (_start += _size) < _indices.Length;

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly RolloutMinibatches GetEnumerator() => this;
}
