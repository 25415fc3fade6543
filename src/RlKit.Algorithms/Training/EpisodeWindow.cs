namespace RlKit;

/// <summary>Returns and lengths of the episodes of a run: running sums of those under way, and the last 100 that finished.</summary>
public sealed class EpisodeWindow : IStateful
{
    /// <summary>How many finished episodes the means are over.</summary>
    public const int Length = 100;

    private readonly double[] _runningReturns;
    private readonly int[] _runningLengths;
    private readonly double[] _returns = new double[Length];
    private readonly int[] _lengths = new int[Length];

    /// <summary>Statistics of as many copies of an environment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one.</exception>
    public EpisodeWindow(int environments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(environments, 1);
        _runningReturns = new double[environments];
        _runningLengths = new int[environments];
    }

    /// <summary>Episodes that finished so far.</summary>
    public long Count { get; private set; }

    /// <summary>Mean return of the last 100 episodes (or of all, while they are fewer); NaN before the first.</summary>
    public double MeanReturn => Mean(_returns);

    /// <summary>Mean length of the same episodes, in steps.</summary>
    public double MeanLength => Mean(_lengths);

    /// <summary>Highest return of one episode so far; negative infinity before the first.</summary>
    public double MaxReturn { get; private set; } = double.NegativeInfinity;

    private int Held => (int)Math.Min(Count, Length);

    /// <summary>Takes in one step of one copy.</summary>
    /// <param name="step">Environment steps over all copies, this one included.</param>
    /// <param name="environment">The copy.</param>
    /// <param name="reward">Its reward.</param>
    /// <param name="terminated">Its episode terminated.</param>
    /// <param name="truncated">Its episode was truncated.</param>
    /// <param name="episode">The episode, if this step finished it.</param>
    /// <returns>Whether this step finished an episode.</returns>
    public bool Add(long step, int environment, double reward, bool terminated, bool truncated, out Episode episode)
    {
        _runningReturns[environment] += reward;
        _runningLengths[environment]++;
        if (!(terminated || truncated))
        {
            episode = default;
            return false;
        }

        episode = new Episode(step, environment, _runningReturns[environment], _runningLengths[environment], Truncated: !terminated);
        _runningReturns[environment] = 0;
        _runningLengths[environment] = 0;
        _returns[Count % Length] = episode.Return;
        _lengths[Count % Length] = episode.Length;
        MaxReturn = Math.Max(MaxReturn, episode.Return);
        Count++;
        return true;
    }

    /// <summary>Forgets the episodes that are under way.</summary>
    internal void EndEpisodes()
    {
        Array.Clear(_runningReturns);
        Array.Clear(_runningLengths);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_runningReturns.Length);
        foreach (double value in _runningReturns) writer.Write(value);
        foreach (int value in _runningLengths) writer.Write(value);
        foreach (double value in _returns) writer.Write(value);
        foreach (int value in _lengths) writer.Write(value);
        writer.Write(Count);
        writer.Write(MaxReturn);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int environments = reader.ReadInt32();
        if (environments != _runningReturns.Length)
            throw new InvalidDataException($"The episode statistics are of {environments} environments, and this run has {_runningReturns.Length}; resume with as many.");
        foreach (ref double value in _runningReturns.AsSpan()) value = reader.ReadDouble();
        foreach (ref int value in _runningLengths.AsSpan()) value = reader.ReadInt32();
        foreach (ref double value in _returns.AsSpan()) value = reader.ReadDouble();
        foreach (ref int value in _lengths.AsSpan()) value = reader.ReadInt32();
        Count = reader.ReadInt64();
        MaxReturn = reader.ReadDouble();
    }

    private double Mean(ReadOnlySpan<double> values)
    {
        if (Count == 0) return double.NaN;
        double sum = 0;
        foreach (double value in values[..Held]) sum += value;
        return sum / Held;
    }

    private double Mean(ReadOnlySpan<int> values)
    {
        if (Count == 0) return double.NaN;
        long sum = 0;
        foreach (int value in values[..Held]) sum += value;
        return (double)sum / Held;
    }
}
