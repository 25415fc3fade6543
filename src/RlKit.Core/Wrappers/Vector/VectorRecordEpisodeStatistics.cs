using System.Diagnostics;

namespace RlKit;

/// <summary>
/// Adds up the rewards and steps of every episode of a vector environment: <see cref="RecordEpisodeStatistics{TObservation,TAction}"/> for each copy. Right after the step that ended an episode,
/// <see cref="FinalInfo"/> has <c>episode</c> in every autoreset mode, and <see cref="LastEpisode"/> gives it without a lookup.
/// </summary>
/// <remarks>Gymnasium's vector RecordEpisodeStatistics: a step that only resets counts nowhere.</remarks>
public sealed class VectorRecordEpisodeStatistics : VectorWrapper
{
    private readonly EpisodeHistory _history;
    private readonly double[] _returns;
    private readonly int[] _lengths;
    private readonly long[] _starts;
    private readonly bool[] _ended;
    private readonly EpisodeSummary[] _last;
    private readonly Info[] _infos;
    private readonly Info[] _episodes;

    /// <summary>Records episodes.</summary>
    /// <param name="environment">The vector environment to wrap.</param>
    /// <param name="capacity">How many episodes, over all copies, <see cref="RecentEpisodes"/> holds, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public VectorRecordEpisodeStatistics(IVectorEnvironment environment, int capacity = 100)
        : base(environment)
    {
        _history = new EpisodeHistory(capacity);
        _returns = new double[Count];
        _lengths = new int[Count];
        _starts = new long[Count];
        _ended = new bool[Count];
        _last = new EpisodeSummary[Count];
        _infos = new Info[Count];
        _episodes = new Info[Count];
        for (int i = 0; i < Count; i++)
        {
            _infos[i] = new Info();
            _episodes[i] = new Info();
        }
    }

    /// <summary>The number of episodes that have ended, over all copies.</summary>
    public int EpisodeCount => _history.Count;

    /// <summary>The last episodes over all copies, the oldest first (those that end in the same step in the order of the copies): a copy.</summary>
    public IReadOnlyList<EpisodeSummary> RecentEpisodes => _history.ToArray();

    /// <summary>The episode that a copy ended most recently; of length 0 where it has ended none.</summary>
    public EpisodeSummary LastEpisode(int index) => _last[index];

    /// <inheritdoc/>
    public override Info Info(int index) => _ended[index] && AutoresetMode != AutoresetMode.SameStep ? Tell(index, Inner.Info(index)) : Inner.Info(index);

    /// <inheritdoc/>
    public override Info FinalInfo(int index) => _last[index].Length == 0 ? Inner.FinalInfo(index) : Tell(index, Inner.FinalInfo(index));

    /// <inheritdoc/>
    public override void Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        Inner.Reset(seed, options);
        for (int i = 0; i < Count; i++) Restart(i);
    }

    /// <inheritdoc/>
    public override void Reset(ReadOnlySpan<long> seeds, EnvironmentOptions? options = null)
    {
        Inner.Reset(seeds, options);
        for (int i = 0; i < Count; i++) Restart(i);
    }

    /// <inheritdoc/>
    public override void ResetWhere(ReadOnlySpan<bool> mask)
    {
        Inner.ResetWhere(mask);
        for (int i = 0; i < Count; i++)
            if (mask[i]) Restart(i);
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<int> actions)
    {
        Inner.Step(actions);
        Add();
    }

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<float> actions)
    {
        Inner.Step(actions);
        Add();
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _history.SaveState(writer);
        for (int i = 0; i < Count; i++)
        {
            writer.Write(_returns[i]);
            writer.Write(_lengths[i]);
            writer.Write(Stopwatch.GetElapsedTime(_starts[i]).Ticks);
            writer.Write(_ended[i]);
            writer.Write(_last[i].Return);
            writer.Write(_last[i].Length);
            writer.Write(_last[i].Seconds);
        }
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _history.LoadState(reader);
        for (int i = 0; i < Count; i++)
        {
            _returns[i] = reader.ReadDouble();
            _lengths[i] = reader.ReadInt32();
            _starts[i] = Stopwatch.GetTimestamp() - (long)(TimeSpan.FromTicks(reader.ReadInt64()).TotalSeconds * Stopwatch.Frequency);
            _ended[i] = reader.ReadBoolean();
            _last[i] = new EpisodeSummary(reader.ReadDouble(), reader.ReadInt32(), reader.ReadDouble());
        }
    }

    private void Add()
    {
        ReadOnlySpan<double> rewards = Rewards;
        ReadOnlySpan<bool> terminated = Terminated, truncated = Truncated;
        bool sameStep = AutoresetMode == AutoresetMode.SameStep;
        for (int i = 0; i < rewards.Length; i++)
        {
            if (_ended[i] && !sameStep)
            {
                Restart(i);
                continue;
            }

            _returns[i] += rewards[i];
            _lengths[i]++;
            _ended[i] = terminated[i] || truncated[i];
            if (!_ended[i]) continue;
            _last[i] = new EpisodeSummary(_returns[i], _lengths[i], Stopwatch.GetElapsedTime(_starts[i]).TotalSeconds);
            _history.Add(_last[i]);
            if (!sameStep) continue;
            Restart(i);
        }
    }

    private void Restart(int i)
    {
        _returns[i] = 0;
        _lengths[i] = 0;
        _starts[i] = Stopwatch.GetTimestamp();
        _ended[i] = false;
    }

    private Info Tell(int index, Info inner)
    {
        Info episode = _episodes[index];
        episode.Set("r", _last[index].Return);
        episode.Set("l", _last[index].Length);
        episode.Set("t", _last[index].Seconds);
        _infos[index].Clear();
        _infos[index].CopyFrom(inner);
        _infos[index].Set("episode", episode);
        return _infos[index];
    }
}
