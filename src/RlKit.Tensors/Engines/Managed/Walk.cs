using System.Runtime.CompilerServices;

namespace RlKit.Tensors.Engines.Managed;

/// <summary>Steps through a shape in runs along its last axes, with the positions in two strided arrays; neighbouring axes that both arrays step through evenly are one.</summary>
internal ref struct Walk
{
    private readonly int _rank;
    private Axes _lengths, _stridesA, _stridesB, _counts;

    [InlineArray(Shape.MaxRank)]
    private struct Axes
    {
        private int _first;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Walk(in Shape shape, ReadOnlySpan<int> stridesA, ReadOnlySpan<int> stridesB)
    {
        bool two = !stridesB.IsEmpty;
        ReadOnlySpan<int> lengths = shape.Lengths;
        Run = 1;
        int outer = 0; // axes collected, the innermost first
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            int length = lengths[axis], a = stridesA[axis], b = two ? stridesB[axis] : 0;
            if (length == 1) continue;
            if (outer > 0)
            {
                int last = outer - 1;
                if (a == _stridesA[last] * _lengths[last] && b == _stridesB[last] * _lengths[last])
                {
                    _lengths[last] *= length;
                    continue;
                }
            }

            _lengths[outer] = length;
            _stridesA[outer] = a;
            _stridesB[outer] = b;
            outer++;
        }

        _rank = outer;
        if (outer == 0) return;
        Run = _lengths[0];
        StepA = _stridesA[0];
        StepB = _stridesB[0];
    }

    /// <summary>The elements of a run.</summary>
    public int Run { get; }

    /// <summary>The stride of the first array within a run.</summary>
    public int StepA { get; }

    /// <summary>The stride of the second array within a run.</summary>
    public int StepB { get; }

    /// <summary>Where the run begins in the first array.</summary>
    public int A { get; private set; }

    /// <summary>Where the run begins in the second array.</summary>
    public int B { get; private set; }

    /// <summary>Goes to the next run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Next()
    {
        for (int axis = 1; axis < _rank; axis++)
        {
            A += _stridesA[axis];
            B += _stridesB[axis];
            if (++_counts[axis] < _lengths[axis]) return;
            A -= _stridesA[axis] * _lengths[axis];
            B -= _stridesB[axis] * _lengths[axis];
            _counts[axis] = 0;
        }
    }
}
