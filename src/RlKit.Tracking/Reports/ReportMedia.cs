namespace RlKit.Tracking.Reports;

/// <summary>The videos and pictures that a report has room for.</summary>
internal sealed class ReportMedia
{
    private readonly Dictionary<ReportFile, int> _numbers = [];
    private readonly List<byte[]> _contents = [];

    /// <summary>Chooses by turns: every run's last file, then every run's first, then those halfway between, so that a run is shown from start to end however little room there is.</summary>
    public ReportMedia(IEnumerable<ReportRun> runs, long maxBytes)
    {
        long left = maxBytes;
        ReportFile[][] queues = [.. runs.Select(run => run.Files.GroupBy(file => file.Name, StringComparer.Ordinal).SelectMany(group => Spread([.. group])).OrderBy(pair => pair.Turn).Select(pair => pair.File).ToArray())];
        for (int turn = 0; turn < queues.Select(queue => queue.Length).DefaultIfEmpty().Max(); turn++)
        {
            foreach (ReportFile[] queue in queues)
            {
                if (turn >= queue.Length) continue;
                if (queue[turn].Length <= left && TryRead(queue[turn]) is { } content)
                {
                    left -= content.Length;
                    _numbers.Add(queue[turn], _contents.Count);
                    _contents.Add(content);
                }
                else
                {
                    LeftOut++;
                }
            }
        }
    }

    /// <summary>Files that there was no room for.</summary>
    public int LeftOut { get; }

    /// <summary>The files that the report holds, and their numbers in it.</summary>
    public IReadOnlyDictionary<ReportFile, int> Numbers => _numbers;

    /// <summary>The contents of those files, by number.</summary>
    public IReadOnlyList<byte[]> Contents => _contents;

    // A file may grow or go while the report is made.
    private static byte[]? TryRead(ReportFile file)
    {
        try
        {
            using FileStream source = ReportFile.Open(file.FilePath);
            byte[] bytes = new byte[file.Length];
            return bytes[..source.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Files in the order last, first, middle, quarters, and so on, each with its turn.</summary>
    private static IEnumerable<(int Turn, ReportFile File)> Spread(ReportFile[] files)
    {
        int turn = 0;
        yield return (turn++, files[^1]);
        var taken = new HashSet<int> { files.Length - 1 };
        if (taken.Add(0)) yield return (turn++, files[0]);
        for (int parts = 2; taken.Count < files.Length; parts *= 2)
            for (int part = 1; part < parts; part += 2)
                if (taken.Add((int)((long)(files.Length - 1) * part / parts))) yield return (turn++, files[(int)((long)(files.Length - 1) * part / parts)]);
    }
}
