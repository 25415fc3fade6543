using System.Diagnostics;

namespace RlKit;

/// <summary>
/// Adds up the rewards and steps of every episode. The info of an episode's last step has <c>episode</c>, an <see cref="Info"/> with <c>r</c> (the return), <c>l</c> (the length) and <c>t</c> (seconds).
/// </summary>
/// <remarks>Gymnasium's RecordEpisodeStatistics.</remarks>
public sealed class RecordEpisodeStatistics<TObservation, TAction> : Wrapper<TObservation, TAction>
    where TObservation : notnull
    where TAction : notnull
{
    private readonly EpisodeHistory _history;
    private readonly Info _info = new();
    private readonly Info _episode = new();
    private double _return;
    private int _length;
    private long _start = Stopwatch.GetTimestamp();

    /// <summary>Records episodes.</summary>
    /// <param name="environment">The environment to wrap.</param>
    /// <param name="capacity">How many episodes <see cref="RecentEpisodes"/> holds, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public RecordEpisodeStatistics(IEnvironment<TObservation, TAction> environment, int capacity = 100)
        : base(environment) => _history = new EpisodeHistory(capacity);

    /// <summary>The number of episodes that have ended.</summary>
    public int EpisodeCount => _history.Count;

    /// <summary>The last episodes, the oldest first: a copy.</summary>
    public IReadOnlyList<EpisodeSummary> RecentEpisodes => _history.ToArray();

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(long? seed = null, EnvironmentOptions? options = null)
    {
        ResetResult<TObservation> result = Inner.Reset(seed, options);
        _return = 0;
        _length = 0;
        _start = Stopwatch.GetTimestamp();
        return result;
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        StepResult<TObservation> result = Inner.Step(action);
        _return += result.Reward;
        _length++;
        return result.Done ? result with { Info = Finish(result.Info) } : result;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        base.SaveState(writer);
        _history.SaveState(writer);
        writer.Write(_return);
        writer.Write(_length);
        writer.Write(Stopwatch.GetElapsedTime(_start).Ticks);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        base.LoadState(reader);
        _history.LoadState(reader);
        _return = reader.ReadDouble();
        _length = reader.ReadInt32();
        _start = Stopwatch.GetTimestamp() - (long)(TimeSpan.FromTicks(reader.ReadInt64()).TotalSeconds * Stopwatch.Frequency);
    }

    private Info Finish(Info info)
    {
        var episode = new EpisodeSummary(_return, _length, Stopwatch.GetElapsedTime(_start).TotalSeconds);
        _history.Add(episode);
        _episode.Set("r", episode.Return);
        _episode.Set("l", episode.Length);
        _episode.Set("t", episode.Seconds);
        _info.Clear();
        _info.CopyFrom(info);
        _info.Set("episode", _episode);
        return _info;
    }
}
