using RlKit.Tensors.Engines;
using System.Runtime.CompilerServices;

namespace RlKit.Tensors;

public readonly partial struct Tensor
{
    /// <summary>The sum of all elements.</summary>
    public Tensor Sum() => ReduceAll(ReduceOperation.Sum);

    /// <summary>The sums along an axis.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keepAxis = false) => Reduce(ReduceOperation.Sum, axis, keepAxis);

    /// <summary>The sums over several axes.</summary>
    /// <param name="axes">The axes, each named once; negative ones count from the last.</param>
    /// <param name="keepAxes">Whether the axes stay, with length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepAxes = false) => Reduce(ReduceOperation.Sum, axes, keepAxes);

    /// <summary>The mean of all elements.</summary>
    public Tensor Mean() => ReduceAll(ReduceOperation.Mean);

    /// <summary>The means along an axis.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor Mean(int axis, bool keepAxis = false) => Reduce(ReduceOperation.Mean, axis, keepAxis);

    /// <summary>The means over several axes.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepAxes = false) => Reduce(ReduceOperation.Mean, axes, keepAxes);

    /// <summary>The largest element; equal ones share the gradient.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public Tensor Max() => ReduceAll(ReduceOperation.MaxShared);

    /// <summary>The largest elements along an axis; the gradient goes to the first of equal ones.</summary>
    /// <inheritdoc cref="Sum(int, bool)" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">The axis is empty.</exception>
    public Tensor Max(int axis, bool keepAxis = false) => Reduce(ReduceOperation.Max, axis, keepAxis);

    /// <summary>The largest elements along an axis; equal ones share the gradient.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor AMax(int axis, bool keepAxis = false) => Reduce(ReduceOperation.MaxShared, axis, keepAxis);

    /// <summary>The smallest element; equal ones share the gradient.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public Tensor Min() => ReduceAll(ReduceOperation.MinShared);

    /// <summary>The smallest elements along an axis; the gradient goes to the first of equal ones.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor Min(int axis, bool keepAxis = false) => Reduce(ReduceOperation.Min, axis, keepAxis);

    /// <summary>The smallest elements along an axis; equal ones share the gradient.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor AMin(int axis, bool keepAxis = false) => Reduce(ReduceOperation.MinShared, axis, keepAxis);

    /// <summary>The position of the first largest element, counted over all elements.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public IndexTensor ArgMax() => ArgReduceAll(true);

    /// <summary>The positions of the first largest elements along an axis.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public IndexTensor ArgMax(int axis, bool keepAxis = false) => ArgReduce(true, axis, keepAxis);

    /// <summary>The position of the first smallest element, counted over all elements.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public IndexTensor ArgMin() => ArgReduceAll(false);

    /// <summary>The positions of the first smallest elements along an axis.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public IndexTensor ArgMin(int axis, bool keepAxis = false) => ArgReduce(false, axis, keepAxis);

    /// <summary>The variance of all elements.</summary>
    /// <param name="correction">What is subtracted from the count to divide by: 1 for the unbiased estimate, 0 for the variance of the elements.</param>
    public Tensor Variance(int correction = 1)
    {
        Tensor deviation = this - Mean();
        return deviation.Square().Sum() / (Length - correction);
    }

    /// <summary>The variances along an axis.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="correction">What is subtracted from the count to divide by: 1 for the unbiased estimate, 0 for the variance of the elements.</param>
    /// <param name="keepAxis">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Variance(int axis, int correction, bool keepAxis = false)
    {
        Tensor deviation = this - Mean(axis, true);
        return deviation.Square().Sum(axis, keepAxis) / (Shape[axis] - correction);
    }

    /// <summary>The square root of <see cref="Variance(int)"/>; where that is 0, its derivative is 0.</summary>
    /// <inheritdoc cref="Variance(int)"/>
    public Tensor StandardDeviation(int correction = 1) => RootOfSquares(Variance(correction));

    /// <summary>The square root of <see cref="Variance(int, int, bool)"/>; where that is 0, its derivative is 0.</summary>
    /// <inheritdoc cref="Variance(int, int, bool)"/>
    public Tensor StandardDeviation(int axis, int correction, bool keepAxis = false) => RootOfSquares(Variance(axis, correction, keepAxis));

    /// <summary>The Euclidean norm of all elements; its derivative at 0 is 0.</summary>
    public Tensor Norm() => RootOfSquares(Square().Sum());

    /// <summary>log(sum(exp(x))) along an axis, without overflow.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor LogSumExp(int axis, bool keepAxis = false)
    {
        Tensor largest = Detach().Max(axis, true);
        // Infinity less infinity would be no number.
        largest = largest.MaskedFill(largest.Abs().EqualTo(Scalar(float.PositiveInfinity, Device)), 0);
        Tensor sum = (this - largest).Exp().Sum(axis, true).Log() + largest;
        return keepAxis ? sum : sum.Reshape(Shape.Without(axis));
    }

    /// <summary>Running sums along an axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor CumulativeSum(int axis)
    {
        TensorNode x = Node;
        return new Tensor(x.Device.Engine.CumulativeSum(x, x.Shape.NormalizeAxis(axis)));
    }

    /// <summary>exp(x) / sum(exp(x)) along an axis, without overflow.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Softmax(int axis = -1)
    {
        TensorNode x = Node;
        return new Tensor(x.Device.Engine.Softmax(x, x.Shape.NormalizeAxis(axis), logarithm: false));
    }

    /// <summary>The logarithm of the softmax along an axis, computed without it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor LogSoftmax(int axis = -1)
    {
        TensorNode x = Node;
        return new Tensor(x.Device.Engine.Softmax(x, x.Shape.NormalizeAxis(axis), logarithm: true));
    }

    // The root's derivative at 0 is infinite, and 0 times it no number: like PyTorch's, these have the derivative 0 there.
    private static Tensor RootOfSquares(Tensor squares)
    {
        Tensor zero = Scalar(0, squares.Device), isZero = squares.EqualTo(zero);
        return Where(isZero, zero, squares.MaskedFill(isZero, 1).Sqrt());
    }

    private Tensor ReduceAll(ReduceOperation operation)
    {
        TensorNode x = Node;
        if (operation > ReduceOperation.Mean) RequireElements(x, x.Shape.Length);
        return new Tensor(x.Device.Engine.Reduce(operation, x, 0, x.Shape.Rank, default));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Tensor Reduce(ReduceOperation operation, int axis, bool keepAxis)
    {
        TensorNode x = Node;
        axis = x.Shape.NormalizeAxis(axis);
        if (operation > ReduceOperation.Mean) RequireElements(x, x.Shape[axis]);
        return new Tensor(x.Device.Engine.Reduce(operation, x, axis, 1, x.Shape.WithoutAxes(axis, 1, keepAxis)));
    }

    // Reduces runs of neighbouring axes, the last run first, so that the numbers of those before stay valid.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Tensor Reduce(ReduceOperation operation, ReadOnlySpan<int> axes, bool keepAxes)
    {
        Shape shape = Shape;
        int reduced = 0;
        foreach (int axis in axes)
        {
            int bit = 1 << shape.NormalizeAxis(axis, nameof(axes));
            if ((reduced & bit) != 0) throw new ArgumentException($"Axis {axis} of the shape {shape} is named twice.", nameof(axes));
            reduced |= bit;
        }

        Tensor result = this;
        for (int end = shape.Rank; end > 0; end--)
        {
            if ((reduced >> (end - 1) & 1) == 0) continue;
            int start = end - 1;
            while (start > 0 && (reduced >> (start - 1) & 1) != 0) start--;
            TensorNode x = result.Node;
            result = new Tensor(x.Device.Engine.Reduce(operation, x, start, end - start, x.Shape.WithoutAxes(start, end - start, keepAxes)));
            end = start + 1;
        }

        return result;
    }

    private IndexTensor ArgReduceAll(bool largest)
    {
        TensorNode x = Node;
        RequireElements(x, x.Shape.Length);
        return new IndexTensor(x.Device.Engine.ArgReduce(x, largest, 0, x.Shape.Rank, default));
    }

    private IndexTensor ArgReduce(bool largest, int axis, bool keepAxis)
    {
        TensorNode x = Node;
        axis = x.Shape.NormalizeAxis(axis);
        RequireElements(x, x.Shape[axis]);
        return new IndexTensor(x.Device.Engine.ArgReduce(x, largest, axis, 1, x.Shape.WithoutAxes(axis, 1, keepAxis)));
    }

    private static void RequireElements(TensorNode x, int length)
    {
        if (length == 0) throw new InvalidOperationException($"The largest or smallest of no elements is undefined; the shape is {x.Shape}.");
    }
}
