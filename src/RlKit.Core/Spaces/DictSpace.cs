namespace RlKit;

/// <summary>Values of several named parts, as <c>gymnasium.spaces.Dict</c>.</summary>
public sealed class DictSpace : CompositeSpace<Dictionary<string, object>>
{
    private readonly string[] _keys;

    /// <summary>A space of dictionaries whose parts keep the given order.</summary>
    /// <param name="parts">The name and space of each part, at least one.</param>
    /// <exception cref="ArgumentException">There are none, one is null, or two have the same name.</exception>
    public DictSpace(params ReadOnlySpan<(string Key, Space Space)> parts)
        : this(SpacesOf(parts), KeysOf(parts))
    {
    }

    /// <summary>A space of dictionaries whose parts are in the order of their sorted names, as Gymnasium sorts a plain dictionary.</summary>
    /// <param name="parts">The space of each part by its name, at least one.</param>
    /// <exception cref="ArgumentException">There are none, or one is null.</exception>
    public DictSpace(IReadOnlyDictionary<string, Space> parts)
        : this(Sorted(parts))
    {
    }

    private DictSpace(Space[] spaces, string[] keys)
        : base(spaces, keys) => _keys = keys;

    /// <summary>The names of the parts, in order.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The space of a part.</summary>
    /// <exception cref="KeyNotFoundException">There is no part of this name.</exception>
    public Space this[string key] => Array.IndexOf(_keys, key) is >= 0 and var index
        ? Spaces[index]
        : throw new KeyNotFoundException($"There is no part '{key}'; there are {KeyList()}.");

    /// <summary>Seeds the parts, each with a seed of its own.</summary>
    /// <param name="seeds">A seed for each part.</param>
    /// <returns>The seed of every basic space within, in order.</returns>
    /// <exception cref="ArgumentException">The names are not those of the parts.</exception>
    public ulong[] Seed(IReadOnlyDictionary<string, ulong> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        RequireKeys(seeds.Count, seeds.ContainsKey, nameof(seeds));
        return [.. _keys.SelectMany((key, i) => Spaces[i].Seed(seeds[key]))];
    }

    /// <inheritdoc/>
    public override Dictionary<string, object> Sample()
    {
        var sample = new Dictionary<string, object>(_keys.Length);
        for (int i = 0; i < _keys.Length; i++) sample.Add(_keys[i], Spaces[i].Sample());
        return sample;
    }

    /// <summary>A random value, with masks or probabilities for some parts.</summary>
    /// <param name="masks">For each part what the typed overload of its Sample takes, as an array (a bool[] or double[] for <see cref="Discrete"/>); null for none.</param>
    /// <exception cref="ArgumentException">The names are not those of the parts, or a mask does not fit its part.</exception>
    public Dictionary<string, object> Sample(IReadOnlyDictionary<string, object?> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        RequireKeys(masks.Count, masks.ContainsKey, nameof(masks));
        var sample = new Dictionary<string, object>(_keys.Length);
        for (int i = 0; i < _keys.Length; i++)
            sample.Add(_keys[i], masks[_keys[i]] is { } mask ? Spaces[i].SampleObject(mask) : Spaces[i].Sample());
        return sample;
    }

    /// <inheritdoc/>
    public override bool Contains(Dictionary<string, object> value)
    {
        if (value is null || value.Count != _keys.Length) return false;
        for (int i = 0; i < _keys.Length; i++)
            if (!value.TryGetValue(_keys[i], out object? part) || !Spaces[i].Contains(part)) return false;
        return true;
    }

    /// <inheritdoc/>
    public override void Flatten(Dictionary<string, object> value, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireKeys(value.Count, value.ContainsKey, nameof(value));
        RequireFlatSize(destination.Length, nameof(destination));
        for (int i = 0, start = 0; i < _keys.Length; start += Spaces[i++].FlatSize)
            Spaces[i].Flatten(value[_keys[i]], destination.Slice(start, Spaces[i].FlatSize));
    }

    /// <inheritdoc/>
    public override Dictionary<string, object> Unflatten(ReadOnlySpan<float> flat)
    {
        RequireFlatSize(flat.Length, nameof(flat));
        var value = new Dictionary<string, object>(_keys.Length);
        for (int i = 0, start = 0; i < _keys.Length; start += Spaces[i++].FlatSize)
            value.Add(_keys[i], Spaces[i].Unflatten(flat.Slice(start, Spaces[i].FlatSize)));
        return value;
    }

    /// <inheritdoc/>
    protected internal override object SampleObject(object mask) => mask is IReadOnlyDictionary<string, object?> masks
        ? Sample(masks)
        : throw new ArgumentException($"The masks of {this} are a dictionary with one for each part, not a {mask?.GetType().Name}.", nameof(mask));

    private static Space[] SpacesOf(ReadOnlySpan<(string Key, Space Space)> parts)
    {
        var spaces = new Space[parts.Length];
        for (int i = 0; i < spaces.Length; i++) spaces[i] = parts[i].Space;
        return spaces;
    }

    private static string[] KeysOf(ReadOnlySpan<(string Key, Space Space)> parts)
    {
        string[] keys = new string[parts.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            string key = parts[i].Key ?? throw new ArgumentException($"The name of part {i} is null; give each part a name.", nameof(parts));
            if (keys.AsSpan(0, i).Contains(key)) throw new ArgumentException($"Two parts have the name '{key}'; give each its own.", nameof(parts));
            keys[i] = key;
        }

        return keys;
    }

    private static (string Key, Space Space)[] Sorted(IReadOnlyDictionary<string, Space> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return [.. parts.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => (part.Key, part.Value))];
    }

    private void RequireKeys(int count, Func<string, bool> has, string name)
    {
        foreach (string key in _keys)
            if (!has(key)) throw new ArgumentException($"{name} lacks the part '{key}'; there are {KeyList()}.", name);
        if (count != _keys.Length) throw new ArgumentException($"{name} has {count} parts; there are just {KeyList()}.", name);
    }

    private string KeyList() => string.Join(", ", _keys.Select(key => $"'{key}'"));
}
