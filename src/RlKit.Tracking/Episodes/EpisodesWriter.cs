using System.Globalization;
using System.Text;
using RlKit.Tracking.Files;

namespace RlKit.Tracking;

/// <summary>Appends episodes to episodes.csv, which a thread of its own writes; it allocates nothing.</summary>
/// <remarks>When the file can be written no more, every call throws an <see cref="IOException"/>.</remarks>
internal sealed class EpisodesWriter : IDisposable
{
    private const int LongestLine = 100;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly TrackerFaults _faults = new(null);
    private readonly BackgroundFile _file;

    /// <summary>Opens the file of a run that is at a step: later episodes are dropped. At step 0 all are.</summary>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public EpisodesWriter(string path, long step)
    {
        if (step > 0 && File.Exists(path))
        {
            AtomicFile.Write(path, output =>
            {
                using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
                writer.WriteLine(EpisodesFile.Header);
                foreach ((_, string line) in EpisodesFile.Lines(path))
                    if (EpisodesFile.Parse(line) is { } row && row.Step <= step) writer.WriteLine(line);
            });
        }
        else
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            file.Write(Encoding.UTF8.GetBytes(EpisodesFile.Header + "\n"));
        }

        _file = new BackgroundFile(path, WriteInterval, _faults, appends: true);
    }

    public void Add(long step, int environment, double episodeReturn, int length)
    {
        lock (_file.Gate)
        {
            Span<byte> room = _file.Reserve(LongestLine);
            if (room.IsEmpty) throw Failed();
            int filled = 0;
            Append(room, ref filled, step, (byte)',');
            Append(room, ref filled, environment, (byte)',');
            Append(room, ref filled, episodeReturn, (byte)',');
            Append(room, ref filled, length, (byte)'\n');
            _file.Commit(filled);
        }
    }

    /// <summary>Makes all lines durable.</summary>
    public void Flush()
    {
        _file.Flush(toDisk: true);
        if (_faults.First is not null) throw Failed();
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_faults.First is not null) throw Failed();
    }

    private static void Append<T>(Span<byte> room, ref int filled, T value, byte end)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(room[filled..], out int written, default, CultureInfo.InvariantCulture);
        filled += written;
        room[filled++] = end;
    }

    private IOException Failed() => new($"'{_file.FilePath}' can be written no more: {_faults.First!.Message}", _faults.First);
}
