using System.Globalization;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>The folder <c>wandb</c> and the folders of one run in it: a new one for each time that the run is begun or gone on with.</summary>
internal sealed class WandbFolder(string path, string runId)
{
    private const string Prefix = "offline-run-";
    private const int CopyLength = 1 << 16, MaxNameLength = 60;

    private string FileName => $"run-{runId}.wandb";

    /// <summary>The <c>.wandb</c> file of a folder that is not there yet.</summary>
    public string NewFile(DateTime start)
    {
        for (DateTime time = start.ToLocalTime(); ; time = time.AddSeconds(1))
        {
            string folder = Path.Combine(path, Prefix + time.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture) + "-" + runId);
            if (!Directory.Exists(folder)) return Path.Combine(folder, FileName);
        }
    }

    /// <summary>Cuts off what earlier folders of the run hold of steps after one.</summary>
    public void CutAfter(long step)
    {
        if (!Directory.Exists(path)) return;
        foreach (string folder in Directory.EnumerateDirectories(path, Prefix + "*"))
        {
            string earlier = Path.Combine(folder, FileName);
            // What was uploaded, also in part, stays as it is.
            if (!File.Exists(earlier) || File.Exists(earlier + ".synced") || File.Exists(earlier + ".syncstate")) continue;
            long end = EndUpTo(earlier, step);
            using var file = new FileStream(earlier, FileMode.Open, FileAccess.Write, FileShare.None);
            // One without its header was never begun.
            if (end > 0 && end < file.Length) file.SetLength(end);
        }
    }

    /// <summary>Copies a file to the run's.</summary>
    /// <param name="source">What it holds; one that grows meanwhile is copied as far as it was.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="file">Its path among the run's files.</param>
    public static void Copy(Stream source, string folder, string file)
    {
        string target = Path.Combine(folder, "files", file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        long left = source.Length;
        byte[] part = new byte[(int)Math.Min(left, CopyLength)];
        AtomicFile.Write(target, output =>
        {
            while (left > 0 && source.Read(part, 0, (int)Math.Min(left, part.Length)) is > 0 and int length)
            {
                output.Write(part, 0, length);
                left -= length;
            }
        });
    }

    /// <summary>A part of a file's name that every system takes.</summary>
    public static string SafeName(string name)
    {
        string safe = string.Concat(name.Take(MaxNameLength).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')).TrimStart('.');
        return safe.Length > 0 ? safe : "file";
    }

    private static long EndUpTo(string path, long step)
    {
        using var reader = new WandbFileReader(path);
        long end = reader.End;
        try
        {
            while (reader.Read() is { } record)
            {
                if (record.Kind == "history" && StepOf(record) > step) return end;
                end = reader.End;
            }
        }
        catch (InvalidDataException)
        {
            // A damaged record, and what follows it, nobody can read.
        }

        return end;
    }

    private static long StepOf(WandbRecord history) =>
        history.Content.TryGetValue("step", out object? step) && step is IReadOnlyDictionary<string, object?> fields && fields.TryGetValue("num", out object? number) && number is long value ? value : 0;
}
