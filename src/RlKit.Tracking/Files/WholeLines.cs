using System.Text;

namespace RlKit.Tracking.Files;

/// <summary>Reads the lines of a file that a process may have left in the middle of one.</summary>
internal static class WholeLines
{
    /// <summary>All lines that have an end, without it.</summary>
    public static IEnumerable<string> Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var line = new StringBuilder();
        char[] buffer = new char[1 << 14];
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            for (int start = 0; start < count;)
            {
                int end = buffer.AsSpan(start, count - start).IndexOf('\n');
                line.Append(buffer, start, end < 0 ? count - start : end);
                if (end < 0) break;
                yield return line.ToString();
                line.Clear();
                start += end + 1;
            }
        }
    }
}
