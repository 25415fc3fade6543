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

    /// <summary>A copy that later steps do not change. Arrays and infos in it are copied too.</summary>
    public Info Copy()
    {
        var copy = new Info();
        copy.CopyFrom(this);
        for (int i = 0; i < copy.Count; i++)
        {
            if (copy._entries[i].Reference is Array array) copy._entries[i].Reference = array.Clone();
            else if (copy._entries[i].Reference is Info info) copy._entries[i].Reference = info.Copy();
        }

        return copy;
    }

    /// <summary>
    /// Becomes a copy that later steps do not change. Arrays are copied into those that this info holds already where type and length fit, so that
    /// holding one info after another allocates nothing.
    /// </summary>
    internal void Hold(Info other)
    {
        if (_entries.Length < other.Count) Array.Resize(ref _entries, Math.Max(InitialCapacity, other.Count));
        for (int i = 0; i < other.Count; i++)
        {
            object? held = _entries[i].Reference;
            _entries[i] = other._entries[i];
            if (_entries[i].Reference is Array array) _entries[i].Reference = CopyOf(array, held as Array);
            else if (_entries[i].Reference is Info info) _entries[i].Reference = CopyOf(info, held as Info);
        }

        Count = other.Count;
    }

    /// <summary>Writes the values.</summary>
    /// <exception cref="NotSupportedException">One is neither a number, a flag, a text, an info nor an array of numbers or flags.</exception>
    internal void SaveState(BinaryWriter writer)
    {
        writer.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            ref Entry entry = ref _entries[i];
            writer.Write(entry.Name);
            writer.Write((byte)entry.Kind);
            if (entry.Kind != Kind.Reference) writer.Write(entry.Bits);
            else WriteReference(writer, entry.Name, entry.Reference!);
        }
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data is no such state.</exception>
    internal void LoadState(BinaryReader reader)
    {
        Clear();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            var kind = (Kind)reader.ReadByte();
            if (kind > Kind.Reference) throw new InvalidDataException($"{kind} is no kind of value of an info; the state is damaged.");
            if (kind != Kind.Reference) Put(name, kind) = reader.ReadInt64();
            else Set(name, ReadReference(reader));
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return new(_entries[i].Name, _entries[i].Boxed());
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "{" + string.Join(", ", this.Select(pair => FormattableString.Invariant($"{pair.Key}: {pair.Value}"))) + "}";

    private static Array CopyOf(Array array, Array? held)
    {
        if (held is null || held.GetType() != array.GetType() || held.Length != array.Length) return (Array)array.Clone();
        Array.Copy(array, held, array.Length);
        return held;
    }

    private static Info CopyOf(Info info, Info? held)
    {
        held ??= new Info();
        held.Hold(info);
        return held;
    }

    private static void WriteReference(BinaryWriter writer, string name, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write('s');
                writer.Write(text);
                break;
            case Info info:
                writer.Write('o');
                info.SaveState(writer);
                break;
            case float[] floats:
                WriteArray(writer, 'f', floats, writer.Write);
                break;
            case double[] doubles:
                WriteArray(writer, 'd', doubles, writer.Write);
                break;
            case int[] ints:
                WriteArray(writer, 'i', ints, writer.Write);
                break;
            case long[] longs:
                WriteArray(writer, 'l', longs, writer.Write);
                break;
            case bool[] flags:
                WriteArray(writer, 'b', flags, writer.Write);
                break;
            case sbyte[] signed:
                WriteArray(writer, 'c', signed, writer.Write);
                break;
            case byte[] bytes:
                WriteArray(writer, 'u', bytes, writer.Write);
                break;
            default:
                throw new NotSupportedException($"info['{name}'] is a {value.GetType().Name}, which cannot be saved; use a number, a flag, a text or an array of numbers or flags.");
        }
    }

    private static void WriteArray<T>(BinaryWriter writer, char tag, T[] values, Action<T> write)
    {
        writer.Write(tag);
        writer.Write(values.Length);
        foreach (T value in values) write(value);
    }

    private static object ReadReference(BinaryReader reader)
    {
        char tag = reader.ReadChar();
        switch (tag)
        {
            case 's': return reader.ReadString();
            case 'o':
                var info = new Info();
                info.LoadState(reader);
                return info;
            case 'f': return ReadArray(reader, reader.ReadSingle);
            case 'd': return ReadArray(reader, reader.ReadDouble);
            case 'i': return ReadArray(reader, reader.ReadInt32);
            case 'l': return ReadArray(reader, reader.ReadInt64);
            case 'b': return ReadArray(reader, reader.ReadBoolean);
            case 'c': return ReadArray(reader, reader.ReadSByte);
            case 'u': return ReadArray(reader, reader.ReadByte);
            default: throw new InvalidDataException($"'{tag}' is no type of a value of an info; the state is damaged.");
        }
    }

    private static T[] ReadArray<T>(BinaryReader reader, Func<T> read)
    {
        int length = reader.ReadInt32();
        if (length < 0) throw new InvalidDataException("An array in an info has a length below zero; the state is damaged.");
        var values = new T[length];
        for (int i = 0; i < values.Length; i++) values[i] = read();
        return values;
    }

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
