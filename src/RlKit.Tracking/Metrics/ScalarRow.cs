namespace RlKit.Tracking;

/// <summary>The scalars of one step, each with its newest value. Setting one allocates nothing once its name is known.</summary>
internal sealed class ScalarRow
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<double?> _values = [];

    /// <summary>All names so far, in the order in which they first came.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The step of the newest scalar.</summary>
    public long Step { get; private set; }

    /// <summary>When the newest scalar came, in seconds since 1970.</summary>
    public double Time { get; private set; }

    /// <summary>How many names have a value.</summary>
    public int Filled { get; private set; }

    /// <summary>The value of a name; null when it has none in this row.</summary>
    public double? this[int index] => _values[index];

    /// <summary>Makes a name known.</summary>
    public int Add(string name)
    {
        if (_indices.TryGetValue(name, out int index)) return index;
        index = _names.Count;
        _indices.Add(name, index);
        _names.Add(name);
        _values.Add(null);
        return index;
    }

    public void Set(string name, double value, long step) => Set(name, value, step, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);

    public void Set(string name, double value, long step, double time)
    {
        int index = Add(name);
        if (_values[index] is null) Filled++;
        _values[index] = value;
        Step = step;
        Time = time;
    }

    /// <summary>Forgets the values; names stay known.</summary>
    public void Clear()
    {
        for (int i = 0; i < _values.Count; i++) _values[i] = null;
        Filled = 0;
    }
}
