namespace RlKit;

/// <summary>What the updates since the last report measured: a mean per name. Recording allocates nothing once a name is known.</summary>
public sealed class UpdateMetrics : IStateful
{
    private readonly List<string> _names = [];
    private readonly List<double> _sums = [];
    private readonly List<long> _counts = [];

    /// <summary>Takes in one value; the report shows the mean of those since the last report.</summary>
    /// <param name="name">One of <see cref="Metrics"/>.</param>
    /// <param name="value">The value.</param>
    public void Record(string name, double value)
    {
        int index = _names.IndexOf(name);
        if (index < 0)
        {
            index = _names.Count;
            _names.Add(name);
            _sums.Add(0);
            _counts.Add(0);
        }

        _sums[index] += value;
        _counts[index]++;
    }

    /// <summary>Reports the means to a tracker and starts again. Names without a new value are left out.</summary>
    public void Report(ITracker tracker, long step)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        for (int i = 0; i < _names.Count; i++)
        {
            if (_counts[i] == 0) continue;
            tracker.Scalar(_names[i], _sums[i] / _counts[i], step);
            _sums[i] = 0;
            _counts[i] = 0;
        }
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_names.Count);
        for (int i = 0; i < _names.Count; i++)
        {
            writer.Write(_names[i]);
            writer.Write(_sums[i]);
            writer.Write(_counts[i]);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _names.Clear();
        _sums.Clear();
        _counts.Clear();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            _names.Add(reader.ReadString());
            _sums.Add(reader.ReadDouble());
            _counts.Add(reader.ReadInt64());
        }
    }
}
