namespace RlKit;

/// <summary>The statistics of the last episodes, in a ring.</summary>
internal sealed class EpisodeHistory : IStateful
{
    private readonly EpisodeSummary[] _ring;

    public EpisodeHistory(int capacity)
    {
        if (capacity < 1) throw new ArgumentOutOfRangeException(nameof(capacity), capacity, $"The last {capacity} episodes were asked for; give 1 or more.");
        _ring = new EpisodeSummary[capacity];
    }

    /// <summary>All episodes that were added.</summary>
    public int Count { get; private set; }

    public void Add(in EpisodeSummary episode) => _ring[Count++ % _ring.Length] = episode;

    /// <summary>The episodes that are held, the oldest first.</summary>
    public EpisodeSummary[] ToArray()
    {
        int held = Math.Min(Count, _ring.Length);
        var episodes = new EpisodeSummary[held];
        for (int i = 0; i < held; i++) episodes[i] = _ring[(Count - held + i) % _ring.Length];
        return episodes;
    }

    public void SaveState(BinaryWriter writer)
    {
        EpisodeSummary[] episodes = ToArray();
        writer.Write(Count);
        writer.Write(episodes.Length);
        foreach (EpisodeSummary episode in episodes)
        {
            writer.Write(episode.Return);
            writer.Write(episode.Length);
            writer.Write(episode.Seconds);
        }
    }

    public void LoadState(BinaryReader reader)
    {
        int count = reader.ReadInt32(), held = reader.ReadInt32();
        if (held < 0 || held > count || held > _ring.Length) throw new InvalidDataException($"The state holds {held} episodes, but there is room for {_ring.Length}; make the wrapper as it was.");
        Count = count - held;
        for (int i = 0; i < held; i++) Add(new EpisodeSummary(reader.ReadDouble(), reader.ReadInt32(), reader.ReadDouble()));
    }
}
