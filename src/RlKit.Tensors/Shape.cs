using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace RlKit.Tensors;

/// <summary>The lengths of a tensor's axes, for example [128, 4]; at most six axes. A scalar has none.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
[StructLayout(LayoutKind.Sequential)]
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The largest number of axes a tensor can have.</summary>
    public const int MaxRank = 6;

    private readonly int _rank;
    // One less than the number of elements, so that default(Shape) is a scalar.
    private readonly int _lengthLessOne;
    private readonly Axes _axes;

    [InlineArray(MaxRank)]
    private struct Axes
    {
        private int _first;
    }

    /// <summary>Makes a shape from the length of each axis, outermost first.</summary>
    /// <exception cref="ArgumentException">More than six axes, a negative length, or more than 2^31-1 elements.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Shape(params ReadOnlySpan<int> lengths)
    {
        if (lengths.Length > MaxRank)
            throw new ArgumentException($"A tensor has at most {MaxRank} axes; {lengths.Length} were given.", nameof(lengths));
        long count = 1;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            int length = lengths[axis];
            if (length < 0)
                throw new ArgumentException($"The length of axis {axis} is {length}; a length is at least 0.", nameof(lengths));
            count *= length;
            if (count > int.MaxValue)
                throw new ArgumentException($"A tensor has at most {int.MaxValue} elements; [{Join(lengths)}] is more.", nameof(lengths));
            _axes[axis] = length;
        }

        _rank = lengths.Length;
        _lengthLessOne = (int)count - 1;
    }

    /// <summary>Makes a shape from the length of each axis (what a collection expression calls).</summary>
    public static Shape Create(ReadOnlySpan<int> lengths) => new(lengths);

    /// <summary>A shape of no axes: one element.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of axes.</summary>
    public int Rank => _rank;

    /// <summary>The number of elements: the product of the axes' lengths; 1 for a scalar.</summary>
    public int Length => _lengthLessOne + 1;

    /// <summary>The length of an axis; negative axes count from the last, as in PyTorch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape has no such axis.</exception>
    public int this[int axis] => _axes[NormalizeAxis(axis)];

    /// <summary>The lengths of the axes, outermost first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> Lengths => ((ReadOnlySpan<int>)_axes)[.._rank];

    /// <summary>The axis counted from the first: -1 becomes Rank - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape has no such axis.</exception>
    public int NormalizeAxis(int axis, [CallerArgumentExpression(nameof(axis))] string? argument = null)
    {
        int normal = axis < 0 ? axis + _rank : axis;
        if ((uint)normal >= (uint)_rank) ThrowAxis(axis, argument);
        return normal;
    }

    /// <summary>The shape without an axis, or with that axis of length 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape has no such axis.</exception>
    public Shape Without(int axis, bool keepAxis = false) => WithoutAxes(NormalizeAxis(axis), 1, keepAxis);

    /// <summary>The same shape with another length for one axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape has no such axis.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Shape With(int axis, int length)
    {
        axis = NormalizeAxis(axis);
        Axes axes = _axes;
        axes[axis] = length;
        return new Shape(((ReadOnlySpan<int>)axes)[.._rank]);
    }

    /// <summary>The shape that two shapes broadcast to by PyTorch's rule: aligned at the last axis, lengths equal or one of them 1.</summary>
    /// <returns>False if they do not broadcast.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryBroadcast(in Shape left, in Shape right, out Shape result)
    {
        int rank = Math.Max(left._rank, right._rank);
        Axes axes = default;
        for (int back = 1; back <= rank; back++)
        {
            int a = back <= left._rank ? left._axes[left._rank - back] : 1;
            int b = back <= right._rank ? right._axes[right._rank - back] : 1;
            if (a != b && a != 1 && b != 1)
            {
                result = default;
                return false;
            }

            axes[rank - back] = a == 1 ? b : a;
        }

        result = new Shape(((ReadOnlySpan<int>)axes)[..rank]);
        return true;
    }

    /// <summary>The elements before an axis: the product of the lengths of axes 0..axis-1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int LengthBefore(int axis)
    {
        int length = 1;
        for (int i = 0; i < axis; i++) length *= _axes[i];
        return length;
    }

    /// <summary>The elements after an axis: the product of the lengths of axes axis+1..Rank-1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int LengthAfter(int axis)
    {
        int length = 1;
        for (int i = axis + 1; i < _rank; i++) length *= _axes[i];
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal Shape WithoutAxes(int axis, int count, bool keepAxis)
    {
        Axes axes = default;
        int rank = 0;
        for (int i = 0; i < _rank; i++)
        {
            if (i < axis || i >= axis + count) axes[rank++] = _axes[i];
            else if (keepAxis) axes[rank++] = 1;
        }

        return new Shape(((ReadOnlySpan<int>)axes)[..rank]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        ref readonly ulong a = ref Unsafe.As<Shape, ulong>(ref Unsafe.AsRef(in this));
        ref readonly ulong b = ref Unsafe.As<Shape, ulong>(ref other);
        return ((a ^ b)
            | (Unsafe.Add(ref Unsafe.AsRef(in a), 1) ^ Unsafe.Add(ref Unsafe.AsRef(in b), 1))
            | (Unsafe.Add(ref Unsafe.AsRef(in a), 2) ^ Unsafe.Add(ref Unsafe.AsRef(in b), 2))
            | (Unsafe.Add(ref Unsafe.AsRef(in a), 3) ^ Unsafe.Add(ref Unsafe.AsRef(in b), 3))) == 0;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int length in Lengths) hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether an axis differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>A shape of one axis.</summary>
    public static implicit operator Shape(int length) => new(length);

    /// <summary>Enumerates the lengths of the axes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Lengths.GetEnumerator();

    /// <summary>The axes as text: "[128, 4]".</summary>
    public override string ToString() => $"[{Join(Lengths)}]";

    private static string Join(ReadOnlySpan<int> lengths)
    {
        var text = new StringBuilder();
        foreach (int length in lengths)
        {
            if (text.Length > 0) text.Append(", ");
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{length}");
        }

        return text.ToString();
    }

    private void ThrowAxis(int axis, string? argument) =>
        throw new ArgumentOutOfRangeException(argument, axis, _rank == 0
            ? "A scalar has no axes."
            : $"The shape {this} has the axes {-_rank} to {_rank - 1}.");
}
