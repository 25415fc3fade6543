using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace RlKit;

/// <summary>
/// What an environment tells beside the observation: a few named values. Numbers and flags are kept without boxing, so
/// that an environment can fill one <see cref="Info"/> again at every step and allocate nothing.
/// </summary>
/// <remarks>The info of a step is the environment's own until the next step; <see cref="Copy"/> what you keep.</remarks>
public sealed class Info : IEnumerable<KeyValuePair<string, object>>
{
    private const int InitialCapacity = 4;

    private readonly bool _isReadOnly;
    private Entry[] _entries = [];

    /// <summary>An info to fill.</summary>
    public Info()
    {
    }

    private Info(bool isReadOnly) => _isReadOnly = isReadOnly;

    private enum Kind : byte
    {
        Integer,
        Number,
        Flag,
        Reference,
    }

    /// <summary>The info without values; it cannot be filled.</summary>
    public static Info Empty { get; } = new(isReadOnly: true);

    /// <summary>How many values there are.</summary>
    public int Count { get; private set; }

    /// <summary>A value by its name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public object this[string name] => Find(name) is >= 0 and var index ? _entries[index].Boxed() : throw Missing(name);

    /// <summary>Sets a whole number.</summary>
    public void Set(string name, long value) => Put(name, Kind.Integer) = value;

    /// <summary>Sets a number.</summary>
    public void Set(string name, double value) => Put(name, Kind.Number) = BitConverter.DoubleToInt64Bits(value);

    /// <summary>Sets a flag.</summary>
    public void Set(string name, bool value) => Put(name, Kind.Flag) = value ? 1 : 0;

    /// <summary>Sets a value of any other type; it is kept by reference.</summary>
    public void Set(string name, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        switch (value)
        {
            case int number: Set(name, (long)number); break;
            case long number: Set(name, number); break;
            case float number: Set(name, (double)number); break;
            case double number: Set(name, number); break;
            case bool flag: Set(name, flag); break;
            default:
                Put(name, Kind.Reference) = 0;
                _entries[Find(name)].Reference = value;
                break;
        }
    }

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        for (int i = 0; i < Count; i++) _entries[i].Reference = null;
        Count = 0;
    }

    /// <summary>True when there is a value of this name.</summary>
    public bool Contains(string name) => Find(name) >= 0;

    /// <summary>A value by its name and type, without boxing for int, long, double and bool.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    /// <exception cref="InvalidCastException">It is of another type.</exception>
    public T Get<T>(string name) => TryGet(name, out T? value) ? value! : throw Missing(name);

    /// <summary>A value by its name and type, if there is one.</summary>
    /// <exception cref="InvalidCastException">It is of another type.</exception>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value)
    {
        int index = Find(name);
        if (index < 0)
        {
            value = default;
            return false;
        }

        ref Entry entry = ref _entries[index];
        if (typeof(T) == typeof(int) && entry.Kind == Kind.Integer) value = (T)(object)checked((int)entry.Bits);
        else if (typeof(T) == typeof(long) && entry.Kind == Kind.Integer) value = (T)(object)entry.Bits;
        else if (typeof(T) == typeof(double) && entry.Kind == Kind.Number) value = (T)(object)BitConverter.Int64BitsToDouble(entry.Bits);
        else if (typeof(T) == typeof(double) && entry.Kind == Kind.Integer) value = (T)(object)(double)entry.Bits;
        else if (typeof(T) == typeof(bool) && entry.Kind == Kind.Flag) value = (T)(object)(entry.Bits != 0);
        else if (entry.Boxed() is T typed) value = typed;
        else throw new InvalidCastException($"info['{name}'] is a {entry.Boxed().GetType().Name}, not a {typeof(T).Name}.");
        return true;
    }

    /// <summary>Takes over all values of another info, replacing those of the same name.</summary>
    public void CopyFrom(Info other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < other.Count; i++)
        {
            ref Entry entry = ref other._entries[i];
            Put(entry.Name, entry.Kind) = entry.Bits;
            _entries[Find(entry.Name)].Reference = entry.Reference;
        }
    }

    /// <summary>A copy that later steps do not change. Arrays in it are copied too.</summary>
    public Info Copy()
    {
        var copy = new Info();
        copy.CopyFrom(this);
        for (int i = 0; i < copy.Count; i++)
            if (copy._entries[i].Reference is Array array) copy._entries[i].Reference = array.Clone();
        return copy;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return new(_entries[i].Name, _entries[i].Boxed());
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "{" + string.Join(", ", this.Select(pair => FormattableString.Invariant($"{pair.Key}: {pair.Value}"))) + "}";

    private int Find(string name)
    {
        for (int i = 0; i < Count; i++)
            if (ReferenceEquals(_entries[i].Name, name) || _entries[i].Name == name) return i;
        return -1;
    }

    private ref long Put(string name, Kind kind)
    {
        if (_isReadOnly) throw new InvalidOperationException("Info.Empty cannot be filled; make a new Info.");
        ArgumentException.ThrowIfNullOrEmpty(name);
        int index = Find(name);
        if (index < 0)
        {
            if (Count == _entries.Length) Array.Resize(ref _entries, Math.Max(InitialCapacity, 2 * Count));
            index = Count++;
            _entries[index].Name = name;
        }

        _entries[index].Kind = kind;
        _entries[index].Reference = null;
        return ref _entries[index].Bits;
    }

    private KeyNotFoundException Missing(string name) =>
        new($"info has no '{name}'; it has {(Count == 0 ? "no values" : string.Join(", ", this.Select(pair => $"'{pair.Key}'")))}.");

    private struct Entry
    {
        public string Name;
        public Kind Kind;
        public long Bits;
        public object? Reference;

        public readonly object Boxed() => Kind switch
        {
            Kind.Integer => Bits,
            Kind.Number => BitConverter.Int64BitsToDouble(Bits),
            Kind.Flag => Bits != 0,
            _ => Reference!,
        };
    }
}
