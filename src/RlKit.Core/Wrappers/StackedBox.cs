using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RlKit;

/// <summary>The space of a few observations of one box: the box with one more dimension in front.</summary>
/// <remarks>It is equal to <see cref="Box"/>, and described by the same JSON: the numbers are the same, held in another type.</remarks>
/// <typeparam name="T">The type of the elements: float or byte.</typeparam>
public sealed class StackedBox<T> : Space<StackedFrames<T>>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    /// <summary>Stacks of frames of a box.</summary>
    /// <param name="frame">The space of one frame.</param>
    /// <param name="count">The frames in a stack, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are less than one frame.</exception>
    public StackedBox(Box<T> frame, int count)
        : base([count, .. (frame ?? throw new ArgumentNullException(nameof(frame))).Shape])
    {
        if (count < 1) throw new ArgumentOutOfRangeException(nameof(count), count, $"A stack of {count} frames was asked for; give 1 or more.");
        Count = count;
        Frame = frame;
        Box = new Box<T>(Repeat(frame.Low), Repeat(frame.High), Shape);
    }

    /// <summary>The frames in a stack.</summary>
    public int Count { get; }

    /// <summary>The space of one frame.</summary>
    public Box<T> Frame { get; }

    /// <summary>The box of all elements of a stack, of shape (frames, shape of a frame).</summary>
    public Box<T> Box { get; }

    /// <inheritdoc/>
    public override int FlatSize => Box.FlatSize;

    /// <inheritdoc/>
    public override string LegalRange => Box.LegalRange;

    /// <inheritdoc/>
    public override ulong[] Seed(ulong seed) => Box.Seed(seed);

    /// <inheritdoc/>
    public override StackedFrames<T> Sample() => new(Box.Sample(), Count);

    /// <inheritdoc/>
    public override bool Contains(StackedFrames<T> value) => value.Count == Count && Box.Contains(value.Span);

    /// <inheritdoc/>
    public override void Flatten(StackedFrames<T> value, Span<float> destination)
    {
        RequireFlatSize(value.Span.Length, nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        if (typeof(T) == typeof(float)) MemoryMarshal.Cast<T, float>(value.Span).CopyTo(destination);
        else for (int i = 0; i < destination.Length; i++) destination[i] = float.CreateTruncating(value.Span[i]);
    }

    /// <inheritdoc/>
    public override StackedFrames<T> Unflatten(ReadOnlySpan<float> flat) => new(Box.Unflatten(flat), Count);

    /// <inheritdoc/>
    public override Box<float> FlattenSpace() => Box.FlattenSpace();

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer) => Box.WriteJson(writer);

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer) => Box.SaveState(writer);

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader) => Box.LoadState(reader);

    /// <inheritdoc/>
    public override bool Equals(Space? other) => Box.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Box.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Box.ToString();

    private T[] Repeat(ReadOnlySpan<T> bounds)
    {
        T[] repeated = new T[bounds.Length * Count];
        for (int i = 0; i < Count; i++) bounds.CopyTo(repeated.AsSpan(i * bounds.Length));
        return repeated;
    }
}
