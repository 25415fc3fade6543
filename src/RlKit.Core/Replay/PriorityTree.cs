using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace RlKit.Replay;

/// <summary>
/// A sum tree and a min tree over the same leaves, each in one flat array padded to a power of two. A leaf holds a priority above zero or is
/// empty: an empty leaf counts nothing towards the sum and is never found.
/// </summary>
/// <remarks>
/// T. Schaul et al., "Prioritized Experience Replay" (2016), appendix B.2.1. A node's sum is always exactly that of its two children, so that
/// nothing drifts, whatever the sequence of changes.
/// </remarks>
public sealed class PriorityTree
{
    // Node 1 is the root, and the children of node i are 2 i and 2 i + 1.
    private readonly double[] _sums;
    private readonly float[] _minima;
    private readonly int _firstLeaf;

    /// <summary>Makes a tree of empty leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is not one leaf, or more than 2^29.</exception>
    public PriorityTree(int leaves)
    {
        if (leaves is < 1 or > 1 << 29)
            throw new ArgumentOutOfRangeException(nameof(leaves), leaves, $"A tree of {leaves} leaves was asked for; it can have 1 to {1 << 29}.");
        Leaves = leaves;
        _firstLeaf = (int)BitOperations.RoundUpToPowerOf2((uint)leaves);
        _sums = new double[2 * _firstLeaf];
        _minima = new float[2 * _firstLeaf];
        Array.Fill(_minima, float.PositiveInfinity);
    }

    /// <summary>The number of leaves, empty or not.</summary>
    public int Leaves { get; }

    /// <summary>The sum of all priorities; 0 when every leaf is empty.</summary>
    public double Sum => _sums[1];

    /// <summary>The smallest priority; positive infinity when every leaf is empty.</summary>
    public float Min => _minima[1];

    /// <summary>A leaf's priority; 0 when it is empty.</summary>
    public float this[int leaf] => (uint)leaf < (uint)Leaves ? (float)_sums[_firstLeaf + leaf] : throw NoLeaf(leaf);

    /// <summary>Gives leaves new priorities. Where a leaf is named twice, the later priority stays.</summary>
    /// <exception cref="ArgumentException">There are more or fewer priorities than leaves, or a priority is not a finite number above zero; nothing was changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf; nothing was changed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(ReadOnlySpan<int> leaves, ReadOnlySpan<float> priorities)
    {
        if (leaves.Length != priorities.Length)
            throw new ArgumentException($"There are {priorities.Length} priorities for {leaves.Length} leaves; give one for each.", nameof(priorities));
        for (int i = 0; i < leaves.Length; i++)
        {
            if ((uint)leaves[i] >= (uint)Leaves) throw NoLeaf(leaves[i]);
            RequirePriority(priorities[i]);
        }

        for (int i = 0; i < leaves.Length; i++)
        {
            _sums[_firstLeaf + leaves[i]] = priorities[i];
            _minima[_firstLeaf + leaves[i]] = priorities[i];
        }

        // Level by level over all leaves, so that the memory accesses of different leaves overlap.
        for (int shift = 1; shift <= BitOperations.Log2((uint)_firstLeaf); shift++)
        {
            foreach (int leaf in leaves) Combine((_firstLeaf + leaf) >> shift);
        }
    }

    /// <summary>Gives a range of leaves one priority.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tree.</exception>
    /// <exception cref="ArgumentException">The priority is not a finite number above zero.</exception>
    public void Fill(int start, int count, float priority)
    {
        RequirePriority(priority);
        RequireRange(start, count);
        if (count == 0) return;
        int first = _firstLeaf + start;
        _sums.AsSpan(first, count).Fill(priority);
        _minima.AsSpan(first, count).Fill(priority);
        Combine(first, first + count - 1);
    }

    /// <summary>Gives the leaves from a first one on their priorities.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tree.</exception>
    /// <exception cref="ArgumentException">A priority is not a finite number above zero; nothing was changed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(int start, ReadOnlySpan<float> priorities)
    {
        RequireRange(start, priorities.Length);
        foreach (float priority in priorities) RequirePriority(priority);
        if (priorities.IsEmpty) return;
        int first = _firstLeaf + start;
        for (int i = 0; i < priorities.Length; i++) _sums[first + i] = priorities[i];
        priorities.CopyTo(_minima.AsSpan(first));
        Combine(first, first + priorities.Length - 1);
    }

    /// <summary>Empties every leaf.</summary>
    public void Clear()
    {
        Array.Clear(_sums);
        Array.Fill(_minima, float.PositiveInfinity);
    }

    /// <summary>
    /// Finds the leaves at which running sums reach given masses: the leaf i with sum of the leaves before i &lt;= mass &lt; that sum plus leaf i.
    /// A mass that rounding has brought to the sum of all, or beyond, finds the last leaf that is not empty.
    /// </summary>
    /// <param name="masses">Each in [0, <see cref="Sum"/>]; overwritten.</param>
    /// <param name="leaves">As many as masses: what was found.</param>
    /// <exception cref="ArgumentException">There are more or fewer leaves than masses.</exception>
    /// <exception cref="InvalidOperationException">Every leaf is empty.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(Span<double> masses, Span<int> leaves)
    {
        if (leaves.Length != masses.Length)
            throw new ArgumentException($"There is room for {leaves.Length} leaves and there are {masses.Length} masses; give room for each.", nameof(leaves));
        if (!(Sum > 0)) throw new InvalidOperationException("Every leaf of the tree is empty; give one a priority first.");
        ReadOnlySpan<double> sums = _sums;
        leaves.Fill(1);
        for (int level = 1; level < _firstLeaf; level *= 2)
        {
            for (int i = 0; i < leaves.Length; i++)
            {
                int child = 2 * leaves[i];
                double left = sums[child];
                double mass = masses[i];

                // Never into an empty half, so that a mass at the right edge stays among the leaves that have one.
                int right = (mass >= left ? 1 : 0) & (sums[child + 1] > 0 ? 1 : 0);
                masses[i] = mass - BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(left) & -(long)right);
                leaves[i] = child + right;
            }
        }

        for (int i = 0; i < leaves.Length; i++) leaves[i] -= _firstLeaf;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Combine(int first, int last)
    {
        while (first > 1)
        {
            first >>= 1;
            last >>= 1;
            for (int node = first; node <= last; node++) Combine(node);
        }
    }

    private void Combine(int node)
    {
        _sums[node] = _sums[2 * node] + _sums[2 * node + 1];
        _minima[node] = Math.Min(_minima[2 * node], _minima[2 * node + 1]);
    }

    private void RequireRange(int start, int count)
    {
        if (start < 0 || start > Leaves) throw NoLeaf(start);
        if (count < 0 || count > Leaves - start)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{count} leaves from {start} on leave the tree, which has {Leaves}.");
    }

    private ArgumentOutOfRangeException NoLeaf(int leaf) => new(nameof(leaf), leaf, $"There is no leaf {leaf}; the tree has {Leaves}, 0 to {Leaves - 1}.");

    private static void RequirePriority(float priority)
    {
        if (!(priority > 0 && priority <= float.MaxValue))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A priority of {priority} is no weight to draw by; it has to be a finite number above zero."), nameof(priority));
    }
}
