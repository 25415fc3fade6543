using System.Text.Json;

namespace RlKit;

/// <summary>The whole numbers <c>Start, ..., Start + N - 1</c>, as <c>gymnasium.spaces.Discrete</c>.</summary>
public sealed class Discrete : Space<int>
{
    /// <summary>A space of n whole numbers.</summary>
    /// <param name="n">How many, 1 or more.</param>
    /// <param name="start">The smallest.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1, or the largest number does not fit an int.</exception>
    public Discrete(int n, int start = 0)
        : base([])
    {
        if (n < 1) throw new ArgumentOutOfRangeException(nameof(n), n, "A Discrete space needs at least one element; give n of 1 or more.");
        if ((long)start + n - 1 > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The largest element, start + n - 1 = {(long)start + n - 1}, does not fit an int; lower start or n = {n}.");
        N = n;
        Start = start;
    }

    /// <summary>How many elements there are.</summary>
    public int N { get; }

    /// <summary>The smallest element.</summary>
    public int Start { get; }

    /// <inheritdoc/>
    public override int FlatSize => N;

    /// <inheritdoc/>
    public override string LegalRange => $"a whole number from {Start} to {Start + N - 1}";

    /// <inheritdoc/>
    public override int Sample() => Start + Random.Integers(N);

    /// <summary>A random element among those that a mask allows, every one equally likely.</summary>
    /// <param name="mask">For each element whether it may be drawn, N in all. Where none may, <see cref="Start"/> is the result, as in Gymnasium.</param>
    /// <exception cref="ArgumentException">The mask has not N elements.</exception>
    public int Sample(ReadOnlySpan<bool> mask)
    {
        RequireLength(mask.Length, nameof(mask));
        return Start + MaskedIndex(Random, mask);
    }

    /// <summary>A random element, drawn with given probabilities.</summary>
    /// <param name="probability">The probability of each element, N in all, 0 or more, with the sum 1.</param>
    /// <exception cref="ArgumentException">There are not N of them, one is negative or NaN, or they do not sum to 1.</exception>
    public int Sample(ReadOnlySpan<double> probability)
    {
        RequireLength(probability.Length, nameof(probability));
        return Start + Random.Choice(probability);
    }

    /// <inheritdoc/>
    public override bool Contains(int value) => (uint)(value - Start) < (uint)N;

    /// <summary>One-hot: 1 at the place of the value, 0 elsewhere.</summary>
    /// <param name="value">An element.</param>
    /// <param name="destination">Where the N numbers go.</param>
    /// <exception cref="ArgumentException">The value is no element, or the destination has not N numbers.</exception>
    public override void Flatten(int value, Span<float> destination)
    {
        if (!Contains(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{this} holds {Start}..{Start + N - 1}; give one of these.");
        RequireFlatSize(destination.Length, nameof(destination));
        destination.Clear();
        destination[value - Start] = 1;
    }

    /// <inheritdoc/>
    public override int Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        int index = flat.IndexOfAnyExcept(0f);
        if (index < 0) throw new ArgumentException($"All {N} numbers are 0; the place of the element has to hold another.", nameof(flat));
        return Start + index;
    }

    /// <inheritdoc/>
    public override Box<float> FlattenSpace() => new(0, 1, [N]);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type", nameof(Discrete));
        writer.WriteNumber("n", N);
        writer.WriteNumber("start", Start);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is Discrete discrete && discrete.N == N && discrete.Start == Start;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(Discrete), N, Start);

    /// <inheritdoc/>
    public override string ToString() => Start == 0 ? $"Discrete({N})" : $"Discrete({N}, start={Start})";

    /// <summary>A random index among those that a mask allows; 0 where it allows none.</summary>
    internal static int MaskedIndex(Pcg64 random, ReadOnlySpan<bool> mask)
    {
        int allowed = mask.Count(true);
        if (allowed == 0) return 0;
        int left = random.Integers(allowed);
        int index = mask.IndexOf(true);
        for (; left > 0; left--) index += 1 + mask[(index + 1)..].IndexOf(true);
        return index;
    }

    /// <inheritdoc/>
    protected internal override object SampleObject(object mask) => mask switch
    {
        bool[] allowed => Sample(allowed),
        double[] probability => Sample(probability),
        _ => throw new ArgumentException($"The mask of {this} is a bool[], its probabilities a double[], not a {mask?.GetType().Name}.", nameof(mask)),
    };

    private void RequireLength(int length, string name)
    {
        if (length != N) throw new ArgumentException($"{name} has {length} elements; {this} needs {N}, one for each of its elements.", name);
    }
}
