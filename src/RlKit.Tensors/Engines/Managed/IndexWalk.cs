using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>Steps through an index of the same rank as a tensor: for each of its elements, where the tensor's elements along the axis begin.</summary>
internal ref struct IndexWalk
{
    private readonly int _rank;
    private Axes _lengths, _strides, _counts;

    [InlineArray(Shape.MaxRank)]
    private struct Axes
    {
        private int _first;
    }

    public IndexWalk(in Shape tensor, in Shape index, int axis)
    {
        _rank = tensor.Rank;
        Size = tensor.Lengths[axis];
        Stride = tensor.LengthAfter(axis);
        for (int i = 0; i < _rank; i++)
        {
            _lengths[i] = index.Lengths[i];
            _strides[i] = i == axis ? 0 : tensor.LengthAfter(i);
        }
    }

    /// <summary>The length of the axis.</summary>
    public int Size { get; }

    /// <summary>The distance between elements along the axis.</summary>
    public int Stride { get; }

    /// <summary>Where the elements along the axis begin.</summary>
    public int Start { get; private set; }

    /// <summary>Goes to the next element of the index.</summary>
    public void Next()
    {
        for (int axis = _rank - 1; axis >= 0; axis--)
        {
            Start += _strides[axis];
            if (++_counts[axis] < _lengths[axis]) return;
            Start -= _strides[axis] * _lengths[axis];
            _counts[axis] = 0;
        }
    }
}
