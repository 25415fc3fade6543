using System.Runtime.CompilerServices;
namespace RlKit;

/// <summary>
/// Values of several parts without names, as <c>gymnasium.spaces.Tuple</c>; the parts are of any spaces, and a value is an
/// array of them. <see cref="TupleSpace{T1, T2}"/> and <see cref="TupleSpace{T1, T2, T3}"/> have typed parts.
/// </summary>
public sealed class TupleSpace : CompositeSpace<object[]>
{
    /// <summary>A space of tuples.</summary>
    /// <param name="spaces">The space of each part, at least one.</param>
    /// <exception cref="ArgumentException">There are none, or one is null.</exception>
    public TupleSpace(params ReadOnlySpan<Space> spaces)
        : base(spaces)
    {
    }

    /// <summary>Seeds the parts, each with a seed of its own.</summary>
    /// <param name="seeds">A seed for each part.</param>
    /// <returns>The seed of every basic space within, in order.</returns>
    /// <exception cref="ArgumentException">There are not as many seeds as parts.</exception>
    public ulong[] Seed(ReadOnlySpan<ulong> seeds)
    {
        RequireParts(seeds.Length, nameof(seeds));
        return [.. Spaces.Zip(seeds.ToArray()).SelectMany(part => part.First.Seed(part.Second))];
    }

    /// <inheritdoc/>
    public override object[] Sample() => [.. Spaces.Select(space => space.Sample())];

    /// <summary>A random value, with masks or probabilities for some parts.</summary>
    /// <param name="masks">For each part what the typed overload of its Sample takes, as an array (a bool[] or double[] for <see cref="Discrete"/>); null for none.</param>
    /// <exception cref="ArgumentException">There are not as many masks as parts, or one does not fit its part.</exception>
    public object[] Sample(ReadOnlySpan<object?> masks)
    {
        RequireParts(masks.Length, nameof(masks));
        object[] sample = new object[Spaces.Count];
        for (int i = 0; i < sample.Length; i++) sample[i] = masks[i] is { } mask ? Spaces[i].SampleObject(mask) : Spaces[i].Sample();
        return sample;
    }

    /// <inheritdoc/>
    public override bool Contains(object[] value)
    {
        if (value is null || value.Length != Spaces.Count) return false;
        for (int i = 0; i < value.Length; i++)
            if (!Spaces[i].Contains(value[i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public override void Flatten(object[] value, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireParts(value.Length, nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        for (int i = 0, start = 0; i < value.Length; start += Spaces[i++].FlatSize)
            Spaces[i].Flatten(value[i], destination.Slice(start, Spaces[i].FlatSize));
    }

    /// <inheritdoc/>
    public override object[] Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        object[] value = new object[Spaces.Count];
        for (int i = 0, start = 0; i < value.Length; start += Spaces[i++].FlatSize)
            value[i] = Spaces[i].Unflatten(flat.Slice(start, Spaces[i].FlatSize));
        return value;
    }

    /// <inheritdoc/>
    protected internal override bool ContainsObject(object? value) => value is ITuple tuple ? Contains(Parts(tuple)) : base.ContainsObject(value);

    /// <inheritdoc/>
    protected internal override void FlattenObject(object value, Span<float> destination)
    {
        if (value is ITuple tuple) Flatten(Parts(tuple), destination);
        else base.FlattenObject(value, destination);
    }

    /// <inheritdoc/>
    protected internal override object SampleObject(object mask) => mask is object?[] masks
        ? Sample(masks)
        : throw new ArgumentException($"The masks of {this} are an object[] with one for each part, not a {mask?.GetType().Name}.", nameof(mask));

    private static object[] Parts(ITuple tuple)
    {
        object[] parts = new object[tuple.Length];
        for (int i = 0; i < parts.Length; i++) parts[i] = tuple[i]!;
        return parts;
    }

    private void RequireParts(int count, string name)
    {
        if (count != Spaces.Count) throw new ArgumentException($"{name} has {count} parts; {this} has {Spaces.Count}.", name);
    }
}
