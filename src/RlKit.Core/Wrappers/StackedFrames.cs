namespace RlKit;

/// <summary>
/// The last few observations of an episode, the oldest first, one after the other in memory: <see cref="Span"/> is what a network reads, without a copy.
/// </summary>
/// <remarks>It looks into the memory of the <see cref="FrameStack{T,TAction}"/> that gave it and changes with the next step or reset: copy what you keep (<see cref="ToArray"/>).</remarks>
/// <typeparam name="T">The type of the elements: float or byte.</typeparam>
public readonly struct StackedFrames<T> : IEquatable<StackedFrames<T>>
{
    private readonly ReadOnlyMemory<T> _elements;

    /// <summary>Frames that lie one after the other.</summary>
    /// <param name="elements">The elements, the oldest frame first.</param>
    /// <param name="count">How many frames they are, 1 or more.</param>
    /// <exception cref="ArgumentException">The elements are not that many frames of one length.</exception>
    public StackedFrames(ReadOnlyMemory<T> elements, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (elements.Length % count != 0)
            throw new ArgumentException($"{elements.Length} elements are not {count} frames of one length.", nameof(elements));
        _elements = elements;
        Count = count;
    }

    /// <summary>The number of frames.</summary>
    public int Count { get; }

    /// <summary>The elements of one frame.</summary>
    public int FrameLength => Count == 0 ? 0 : _elements.Length / Count;

    /// <summary>All elements, the oldest frame first.</summary>
    public ReadOnlySpan<T> Span => _elements.Span;

    /// <summary>One frame; 0 is the oldest, ^1 the newest.</summary>
    public ReadOnlySpan<T> this[Index index] => Span.Slice(index.GetOffset(Count) * FrameLength, FrameLength);

    /// <summary>Whether two stacks hold the same elements.</summary>
    public static bool operator ==(StackedFrames<T> left, StackedFrames<T> right) => left.Equals(right);

    /// <summary>Whether two stacks hold different elements.</summary>
    public static bool operator !=(StackedFrames<T> left, StackedFrames<T> right) => !left.Equals(right);

    /// <summary>A copy of all elements that later steps do not change.</summary>
    public T[] ToArray() => _elements.ToArray();

    /// <inheritdoc/>
    public bool Equals(StackedFrames<T> other) => Count == other.Count && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StackedFrames<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _elements.Length == 0 ? 0 : HashCode.Combine(Count, _elements.Length, Span[^1]);
}
