using RlKit.Tensors.Engines;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

public readonly partial struct Tensor
{
    /// <summary>Elements chosen along an axis: for axis 1 of a matrix, result[i, j] = this[i, index[i, j]].</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">Of the same rank, no longer than this tensor in the other axes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index is outside it.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Gather(int axis, IndexTensor index)
    {
        TensorNode x = Node, i = index.Node;
        Engine engine = Common(x, i);
        axis = x.Shape.NormalizeAxis(axis);
        RequireIndexShape(nameof(Gather), x, axis, i);
        return new Tensor(engine.Gather(x, axis, i));
    }

    /// <summary>One element of each row of a matrix, (N): the values of the chosen actions.</summary>
    /// <param name="index">The chosen columns, (N).</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the columns.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor GatherRows(IndexTensor index)
    {
        Shape shape = Shape, chosen = index.Shape;
        if (shape.Rank != 2 || chosen.Rank != 1 || shape[0] != chosen[0]) ThrowShapes(nameof(GatherRows), shape, chosen, "do not fit: a matrix (N, M) and indices (N)");
        return Gather(1, index.Reshape(new Shape(chosen[0], 1))).Reshape(chosen);
    }

    /// <summary>Whole slices chosen along an axis; the shape of the index takes the axis's place.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">The positions, of any shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index is outside it.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor IndexSelect(int axis, IndexTensor index)
    {
        TensorNode x = Node, i = index.Node;
        Engine engine = Common(x, i);
        axis = x.Shape.NormalizeAxis(axis);
        if (x.Shape.Rank - 1 + i.Shape.Rank > Shape.MaxRank) ThrowShapes(nameof(IndexSelect), x.Shape, i.Shape, $"give more than {Shape.MaxRank} axes");
        Span<int> lengths = stackalloc int[x.Shape.Rank - 1 + i.Shape.Rank];
        x.Shape.Lengths[..axis].CopyTo(lengths);
        i.Shape.Lengths.CopyTo(lengths[axis..]);
        x.Shape.Lengths[(axis + 1)..].CopyTo(lengths[(axis + i.Shape.Rank)..]);
        return new Tensor(engine.IndexSelect(x, axis, i, new Shape(lengths)));
    }

    /// <summary>Rows of this table (entries, features) chosen by indices: an embedding; the features become the last axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the entries.</exception>
    public Tensor Embedding(IndexTensor index)
    {
        if (Rank != 2) ThrowShapes(nameof(Embedding), Shape, index.Shape, "do not fit: the table is (entries, features)");
        return IndexSelect(0, index);
    }

    /// <summary>This tensor plus the elements of a source, each added at its index along an axis: for axis 1, result[i, index[i, j]] += source[i, j].</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">Of the source's shape.</param>
    /// <param name="source">Of the same rank, no longer than this tensor in the other axes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index is outside it.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor ScatterAdd(int axis, IndexTensor index, Tensor source)
    {
        TensorNode x = Node, i = index.Node, s = source.Node;
        Common(x, s);
        Engine engine = Common(x, i);
        axis = x.Shape.NormalizeAxis(axis);
        RequireIndexShape(nameof(ScatterAdd), x, axis, i);
        if (i.Shape != s.Shape) ThrowShapes(nameof(ScatterAdd), i.Shape, s.Shape, "of index and source differ");
        return new Tensor(engine.ScatterAdd(x, axis, i, s));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RequireIndexShape(string operation, TensorNode x, int axis, TensorNode index)
    {
        bool fits = x.Shape.Rank == index.Shape.Rank;
        for (int i = 0; fits && i < x.Shape.Rank; i++) fits = i == axis || index.Shape[i] <= x.Shape[i];
        if (!fits) ThrowShapes(operation, x.Shape, index.Shape, $"do not fit: an index has the same rank and is no longer in the axes other than {axis}");
    }
}
