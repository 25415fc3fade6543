using System.Text.Json;

namespace RlKit;

/// <summary>Arrays of zeros and ones, as <c>gymnasium.spaces.MultiBinary</c>.</summary>
public sealed class MultiBinary : Space<byte[]>
{
    /// <summary>A space of arrays of one dimension.</summary>
    /// <param name="n">How many elements there are, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public MultiBinary(int n)
        : base([n])
    {
        if (n < 1) throw new ArgumentOutOfRangeException(nameof(n), n, "A MultiBinary space needs at least one element; give n of 1 or more.");
        FlatSize = n;
    }

    /// <summary>A space of arrays.</summary>
    /// <param name="shape">The sides, 1 or more each, at least one.</param>
    /// <exception cref="ArgumentException">There is no side, or one is below 1.</exception>
    public MultiBinary(ReadOnlySpan<int> shape)
        : base(shape)
    {
        if (shape.IsEmpty) throw new ArgumentException("The shape is empty; give the number of elements on each side.", nameof(shape));
        FlatSize = 1;
        foreach (int side in shape)
        {
            if (side < 1) throw new ArgumentOutOfRangeException(nameof(shape), side, "Every side has to be 1 or more.");
            FlatSize = checked(FlatSize * side);
        }
    }

    /// <summary>The number of elements.</summary>
    public override int FlatSize { get; }

    /// <inheritdoc/>
    public override string LegalRange => $"{FlatSize} zeros and ones";

    /// <inheritdoc/>
    public override byte[] Sample()
    {
        byte[] sample = new byte[FlatSize];
        Sample(sample);
        return sample;
    }

    /// <summary>Fills with a random value: every element 0 or 1, equally likely.</summary>
    /// <param name="destination">Where the <see cref="FlatSize"/> elements go.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Sample(Span<byte> destination)
    {
        RequireFlatSize(destination.Length, nameof(destination));
        Random.Integers(destination, 0, 2);
    }

    /// <summary>A random value some of whose elements are fixed.</summary>
    /// <param name="mask">For each element what it is: true for 1, false for 0, null for either.</param>
    /// <exception cref="ArgumentException">The mask has another length.</exception>
    public byte[] Sample(ReadOnlySpan<bool?> mask)
    {
        RequireFlatSize(mask.Length, nameof(mask));
        byte[] sample = Sample();
        for (int i = 0; i < sample.Length; i++)
            if (mask[i] is { } one) sample[i] = one ? (byte)1 : (byte)0;
        return sample;
    }

    /// <summary>A random value whose elements are 1 with given probabilities.</summary>
    /// <param name="probability">For each element the probability that it is 1, from 0 to 1.</param>
    /// <exception cref="ArgumentException">There is another number of them, or one is outside 0..1.</exception>
    public byte[] Sample(ReadOnlySpan<double> probability)
    {
        RequireFlatSize(probability.Length, nameof(probability));
        for (int i = 0; i < probability.Length; i++)
            if (!(probability[i] is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"probability[{i}] is {probability[i]}; it has to be from 0 to 1."), nameof(probability));
        byte[] sample = new byte[FlatSize];
        for (int i = 0; i < sample.Length; i++) sample[i] = Random.NextDouble() <= probability[i] ? (byte)1 : (byte)0;
        return sample;
    }

    /// <inheritdoc/>
    public override bool Contains(byte[] value) => value is not null && Contains(value.AsSpan());

    /// <summary>Whether there are the right number of elements and every one is 0 or 1.</summary>
    public bool Contains(ReadOnlySpan<byte> value) => value.Length == FlatSize && value.IndexOfAnyExceptInRange((byte)0, (byte)1) < 0;

    /// <summary>The elements as they are.</summary>
    /// <param name="value">A value of the space.</param>
    /// <param name="destination">Where the <see cref="FlatSize"/> numbers go.</param>
    /// <exception cref="ArgumentException">It is not a value of the space, or the destination has another length.</exception>
    public override void Flatten(byte[] value, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireFlatSize(value.Length, nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        int bad = value.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (bad >= 0) throw new ArgumentOutOfRangeException(nameof(value), value[bad], $"Element {bad} has to be 0 or 1.");
        for (int i = 0; i < value.Length; i++) destination[i] = value[i];
    }

    /// <inheritdoc/>
    public override byte[] Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        byte[] value = new byte[flat.Length];
        for (int i = 0; i < flat.Length; i++)
            value[i] = flat[i] is 0 or 1 ? (byte)flat[i] : throw new ArgumentException(FormattableString.Invariant($"Number {i} is {flat[i]}; it has to be 0 or 1."), nameof(flat));
        return value;
    }

    /// <inheritdoc/>
    public override Box<float> FlattenSpace() => new(0, 1, [FlatSize]);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type", nameof(MultiBinary));
        SpaceJson.WriteIntegers(writer, "shape", Shape);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is MultiBinary binary && Shape.SequenceEqual(binary.Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(nameof(MultiBinary));
        foreach (int side in Shape) hash.Add(side);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Shape.Length == 1 ? $"MultiBinary({FlatSize})" : $"MultiBinary({NumPyText.Tuple(Shape)})";

    /// <inheritdoc/>
    protected internal override object SampleObject(object mask) => mask switch
    {
        bool?[] known => Sample(known),
        double[] probability => Sample(probability),
        _ => throw new ArgumentException($"The mask of {this} is a bool?[], its probabilities a double[], not a {mask?.GetType().Name}.", nameof(mask)),
    };
}
