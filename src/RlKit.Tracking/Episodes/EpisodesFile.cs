using System.Globalization;

namespace RlKit.Tracking;

/// <summary>Reads the finished episodes of a run: <c>episodes.csv</c>, with the columns step, environment, return and length.</summary>
/// <remarks>A process that is killed leaves at most one torn line, at the end; it is left out.</remarks>
public static class EpisodesFile
{
    internal const string Header = "step,environment,return,length";

    /// <summary>The episodes, in the order in which they finished.</summary>
    /// <param name="path">The file; one that does not exist has no episodes.</param>
    /// <exception cref="InvalidDataException">A line that is not the last is no episode.</exception>
    public static IReadOnlyList<EpisodeRow> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var rows = new List<EpisodeRow>();
        foreach ((int number, string line) in Lines(path))
            rows.Add(Parse(line) ?? throw new InvalidDataException($"Line {number} of '{path}' is no episode: '{line}'."));
        return rows;
    }

    /// <summary>Writes episodes as such a file.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <param name="output">Where it goes; it stays the caller's.</param>
    public static void Write(IEnumerable<EpisodeRow> episodes, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Header + "\n");
        foreach (EpisodeRow row in episodes) output.Write(string.Create(CultureInfo.InvariantCulture, $"{row.Step},{row.Environment},{row.Return:R},{row.Length}\n"));
    }

    internal static EpisodeRow? Parse(string line)
    {
        string[] cells = line.Split(',');
        return cells.Length == 4
            && long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out int environment)
            && double.TryParse(cells[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double episodeReturn)
            && int.TryParse(cells[3], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            ? new EpisodeRow(step, environment, episodeReturn, length)
            : null;
    }

    /// <summary>The whole lines behind the header, numbered from 1 for the header.</summary>
    internal static IEnumerable<(int Number, string Line)> Lines(string path)
    {
        if (!File.Exists(path)) yield break;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        string text = reader.ReadToEnd();
        string[] lines = text.Split('\n');
        // Behind the last line break there is nothing, or a torn line.
        for (int i = 1; i < lines.Length - 1; i++) yield return (i + 1, lines[i]);
    }
}
