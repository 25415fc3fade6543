using System.Text;

namespace RlKit.Tracking.Files;

/// <summary>Lines of comma-separated values (RFC 4180).</summary>
internal static class CsvLine
{
    /// <summary>A cell as it is written: in one line, and in quotes where it has to be.</summary>
    public static string Cell(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.AsSpan().IndexOfAny(',', '"') < 0 ? line : $"\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The cells of a line.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (isQuoted && letter == '"' && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (letter == '"') isQuoted = !isQuoted;
            else if (letter == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(letter);
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
