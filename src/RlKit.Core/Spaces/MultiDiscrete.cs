using System.Text.Json;

namespace RlKit;

/// <summary>Arrays of whole numbers, each in a range of its own, as <c>gymnasium.spaces.MultiDiscrete</c>: several <see cref="Discrete"/> spaces at once.</summary>
public sealed class MultiDiscrete : Space<int[]>
{
    private readonly int[] _counts;
    private readonly int[] _start;

    /// <summary>A space of arrays of whole numbers.</summary>
    /// <param name="nvec">How many values each element has, 1 or more each.</param>
    /// <param name="start">The smallest value of each element; 0 where left out.</param>
    /// <param name="shape">The sides, whose product is the number of elements; one dimension where left out.</param>
    /// <exception cref="ArgumentException">There are no elements, a count is below 1, a largest value does not fit an int, or the lengths do not agree.</exception>
    public MultiDiscrete(ReadOnlySpan<int> nvec, ReadOnlySpan<int> start = default, ReadOnlySpan<int> shape = default)
        : base(shape.IsEmpty ? [nvec.Length] : shape)
    {
        if (nvec.IsEmpty) throw new ArgumentException("There are no elements; give the count of values of at least one.", nameof(nvec));
        if (!start.IsEmpty && start.Length != nvec.Length)
            throw new ArgumentException($"There are {start.Length} smallest values for {nvec.Length} elements; give one for each, or none.", nameof(start));
        long size = 1;
        foreach (int side in Shape) size *= side < 1 ? throw new ArgumentOutOfRangeException(nameof(shape), side, "Every side has to be 1 or more.") : side;
        if (size != nvec.Length)
            throw new ArgumentException($"The shape {NumPyText.Tuple(Shape)} has {size} elements, but nvec has {nvec.Length}; make them agree.", nameof(shape));

        for (int i = 0; i < nvec.Length; i++)
        {
            if (nvec[i] < 1) throw new ArgumentOutOfRangeException(nameof(nvec), nvec[i], $"nvec[{i}] has to be 1 or more, the number of values of that element.");
            if (!start.IsEmpty && (long)start[i] + nvec[i] - 1 > int.MaxValue)
                throw new ArgumentOutOfRangeException(nameof(start), start[i], $"The largest value of element {i}, {(long)start[i] + nvec[i] - 1}, does not fit an int; lower start[{i}] or nvec[{i}] = {nvec[i]}.");
            FlatSize = checked(FlatSize + nvec[i]);
        }

        _counts = nvec.ToArray();
        _start = start.IsEmpty ? new int[nvec.Length] : start.ToArray();
    }

    /// <summary>How many values each element has.</summary>
    public ReadOnlySpan<int> NVec => _counts;

    /// <summary>The smallest value of each element.</summary>
    public ReadOnlySpan<int> Start => _start;

    /// <summary>The sum of the counts: each element is one-hot.</summary>
    public override int FlatSize { get; }

    /// <inheritdoc/>
    public override string LegalRange
    {
        get
        {
            int[] last = [.. _start.Zip(_counts, (start, count) => start + count - 1)];
            return $"{_counts.Length} whole numbers, from {NumPyText.Array<int>(_start, Shape)} to {NumPyText.Array<int>(last, Shape)}";
        }
    }

    /// <inheritdoc/>
    public override int[] Sample()
    {
        int[] sample = new int[_counts.Length];
        Sample(sample);
        return sample;
    }

    /// <summary>Fills with a random value.</summary>
    /// <param name="destination">Where the elements go.</param>
    /// <exception cref="ArgumentException">The destination has another number of elements.</exception>
    public void Sample(Span<int> destination)
    {
        RequireLength(destination.Length, nameof(destination));
        Pcg64 random = Random;
        for (int i = 0; i < destination.Length; i++) destination[i] = _start[i] + (int)(random.NextDouble() * _counts[i]);
    }

    /// <summary>A random value among those that masks allow.</summary>
    /// <param name="mask">For each value of each element whether it may be drawn: the masks of the elements one after the other, <see cref="FlatSize"/> in all. An element none of whose values may is its smallest.</param>
    /// <exception cref="ArgumentException">The mask has another length.</exception>
    public int[] Sample(ReadOnlySpan<bool> mask)
    {
        RequireFlatSize(mask.Length, nameof(mask));
        int[] sample = new int[_counts.Length];
        for (int i = 0, first = 0; i < sample.Length; first += _counts[i++])
            sample[i] = _start[i] + Discrete.MaskedIndex(Random, mask.Slice(first, _counts[i]));
        return sample;
    }

    /// <summary>A random value, drawn with given probabilities.</summary>
    /// <param name="probability">The probability of each value of each element: those of the elements one after the other, <see cref="FlatSize"/> in all; the sum for each element is 1.</param>
    /// <exception cref="ArgumentException">There is another number of them, one is negative or NaN, or those of an element do not sum to 1.</exception>
    public int[] Sample(ReadOnlySpan<double> probability)
    {
        RequireFlatSize(probability.Length, nameof(probability));
        int[] sample = new int[_counts.Length];
        for (int i = 0, first = 0; i < sample.Length; first += _counts[i++])
            sample[i] = _start[i] + Random.Choice(probability.Slice(first, _counts[i]));
        return sample;
    }

    /// <inheritdoc/>
    public override bool Contains(int[] value) => value is not null && Contains(value.AsSpan());

    /// <summary>Whether there are the right number of elements and every one is in its range.</summary>
    public bool Contains(ReadOnlySpan<int> value)
    {
        if (value.Length != _counts.Length) return false;
        for (int i = 0; i < value.Length; i++)
            if ((uint)(value[i] - _start[i]) >= (uint)_counts[i]) return false;
        return true;
    }

    /// <summary>One-hot for each element, one after the other.</summary>
    /// <param name="value">A value of the space.</param>
    /// <param name="destination">Where the <see cref="FlatSize"/> numbers go.</param>
    /// <exception cref="ArgumentException">It is not a value of the space, or the destination has another length.</exception>
    public override void Flatten(int[] value, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireLength(value.Length, nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        destination.Clear();
        for (int i = 0, first = 0; i < value.Length; first += _counts[i++])
        {
            int index = value[i] - _start[i];
            if ((uint)index >= (uint)_counts[i])
                throw new ArgumentOutOfRangeException(nameof(value), value[i], $"Element {i} has to be in {_start[i]}..{_start[i] + _counts[i] - 1}.");
            destination[first + index] = 1;
        }
    }

    /// <inheritdoc/>
    public override int[] Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        int[] value = new int[_counts.Length];
        for (int i = 0, first = 0; i < value.Length; first += _counts[i++])
        {
            int index = flat.Slice(first, _counts[i]).IndexOfAnyExcept(0f);
            if (index < 0) throw new ArgumentException($"All {_counts[i]} numbers of element {i} are 0; the place of its value has to hold another.", nameof(flat));
            value[i] = _start[i] + index;
        }

        return value;
    }

    /// <inheritdoc/>
    public override Box<float> FlattenSpace() => new(0, 1, [FlatSize]);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type", nameof(MultiDiscrete));
        SpaceJson.WriteIntegers(writer, "shape", Shape);
        SpaceJson.WriteIntegers(writer, "nvec", _counts);
        SpaceJson.WriteIntegers(writer, "start", _start);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) =>
        other is MultiDiscrete multi && Shape.SequenceEqual(multi.Shape) && NVec.SequenceEqual(multi._counts) && Start.SequenceEqual(multi._start);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int side in Shape) hash.Add(side);
        foreach (int count in _counts) hash.Add(count);
        foreach (int first in _start) hash.Add(first);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Start.IndexOfAnyExcept(0) < 0
        ? $"MultiDiscrete({NumPyText.Array<int>(_counts, Shape)})"
        : $"MultiDiscrete({NumPyText.Array<int>(_counts, Shape)}, start={NumPyText.Array<int>(_start, Shape)})";

    /// <inheritdoc/>
    protected internal override object SampleObject(object mask) => mask switch
    {
        bool[] allowed => Sample(allowed),
        double[] probability => Sample(probability),
        _ => throw new ArgumentException($"The masks of {this} are a bool[], its probabilities a double[], not a {mask?.GetType().Name}.", nameof(mask)),
    };

    private void RequireLength(int length, string name)
    {
        if (length != _counts.Length) throw new ArgumentException($"{name} has {length} elements; a value of {this} has {_counts.Length}.", name);
    }
}
