using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>Steps through an index of the same rank as a tensor: for each of its elements, where the tensor's elements along the axis begin.</summary>
internal ref struct IndexWalk
{
    // The index's axes but those of length 1, on which no step is made.
    private readonly int _rank;
    private Axes _lengths, _strides, _counts;

    // The last of them: how many steps are left in a row of it, and how far each goes.
    private readonly int _run;
    private readonly int _runStride;
    private int _left;

    [InlineArray(Shape.MaxRank)]
    private struct Axes
    {
        private int _first;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IndexWalk(in Shape tensor, in Shape index, int axis)
    {
        Size = tensor.Lengths[axis];
        Stride = tensor.LengthAfter(axis);
        for (int i = 0; i < tensor.Rank; i++)
        {
            if (index.Lengths[i] == 1) continue;
            _lengths[_rank] = index.Lengths[i];
            _strides[_rank++] = i == axis ? 0 : tensor.LengthAfter(i);
        }

        _run = _rank > 0 ? _lengths[_rank - 1] : 1;
        _runStride = _rank > 0 ? _strides[_rank - 1] : 0;
        _left = _run;
    }

    /// <summary>The length of the axis.</summary>
    public int Size { get; }

    /// <summary>The distance between elements along the axis.</summary>
    public int Stride { get; }

    /// <summary>Where the elements along the axis begin.</summary>
    public int Start { get; private set; }

    /// <summary>Goes to the next element of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        Start += _runStride;
        if (--_left == 0) NextRow();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NextRow()
    {
        _left = _run;
        Start -= _runStride * _run;
        for (int axis = _rank - 2; axis >= 0; axis--)
        {
            Start += _strides[axis];
            if (++_counts[axis] < _lengths[axis]) return;
            Start -= _strides[axis] * _lengths[axis];
            _counts[axis] = 0;
        }
    }
}
