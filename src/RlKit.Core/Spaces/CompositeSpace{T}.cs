using System.Text.Json;

namespace RlKit;

/// <summary>A space whose values have several parts, each of a space of its own.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
public abstract class CompositeSpace<T> : Space<T>, ICompositeSpace
    where T : notnull
{
    private readonly Space[] _spaces;
    private readonly string[]? _names;

    private protected CompositeSpace(ReadOnlySpan<Space> spaces, string[]? names = null)
        : base([])
    {
        _names = names;
        if (spaces.IsEmpty) throw new ArgumentException("There are no parts; give at least one space.", nameof(spaces));
        foreach (Space space in spaces) ArgumentNullException.ThrowIfNull(space, nameof(spaces));
        _spaces = spaces.ToArray();
        foreach (Space space in spaces) FlatSize = checked(FlatSize + space.FlatSize);
    }

    /// <summary>The space of each part, in order.</summary>
    public IReadOnlyList<Space> Spaces => _spaces;

    /// <inheritdoc/>
    public sealed override int FlatSize { get; }

    IReadOnlyList<string>? ICompositeSpace.PartNames => _names;

    /// <summary>Seeds this space with the seed, and from it draws one for each part.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>The seed of every basic space within, in order.</returns>
    public override ulong[] Seed(ulong seed)
    {
        base.Seed(seed);
        long[] seeds = new long[_spaces.Length];
        Random.Integers(seeds, 0, int.MaxValue);
        return [.. _spaces.Zip(seeds).SelectMany(part => part.First.Seed(part.Second))];
    }

    /// <inheritdoc/>
    public override Box<float> FlattenSpace()
    {
        float[] low = new float[FlatSize];
        float[] high = new float[FlatSize];
        int start = 0;
        foreach (Space space in _spaces)
        {
            Box<float> flat = space.FlattenSpace();
            flat.Low.CopyTo(low.AsSpan(start));
            flat.High.CopyTo(high.AsSpan(start));
            start += space.FlatSize;
        }

        return new Box<float>(low, high);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        foreach (Space space in _spaces) space.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        foreach (Space space in _spaces) space.LoadState(reader);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type", _names is null ? "Tuple" : "Dict");
        if (_names is not null)
        {
            writer.WriteStartArray("keys");
            foreach (string name in _names) writer.WriteStringValue(name);
            writer.WriteEndArray();
        }

        writer.WriteStartArray("spaces");
        foreach (Space space in _spaces) space.WriteJson(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Whether another space has the same parts, with the same names, in the same order; tuples with typed and with untyped parts are equal.</summary>
    public override bool Equals(Space? other) =>
        other is ICompositeSpace composite && _spaces.SequenceEqual(composite.Spaces)
        && (_names is null ? composite.PartNames is null : composite.PartNames is { } names && _names.SequenceEqual(names));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (Space space in _spaces) hash.Add(space);
        foreach (string name in _names ?? []) hash.Add(name, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => _names is null
        ? $"Tuple({string.Join<Space>(", ", _spaces)})"
        : $"Dict({string.Join(", ", _names.Zip(_spaces, (name, space) => $"'{name}': {space}"))})";
}
