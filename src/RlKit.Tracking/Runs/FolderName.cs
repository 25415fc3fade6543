using System.Globalization;
using System.Text;

namespace RlKit.Tracking;

/// <summary>Names from users as parts of paths that mean the same folder everywhere and never another one.</summary>
internal static class FolderName
{
    private const int LongestBytes = 80;

    // Names that Windows keeps for devices.
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", .. Numbered("COM"), .. Numbered("LPT")];

    /// <summary>A name as one part of a path: what no file system minds stays, other characters become dashes, and long names are shortened with a mark of the whole.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it names, for the message.</param>
    /// <exception cref="ArgumentException">It is empty, would lead to another folder, or names a device.</exception>
    public static string From(string name, string what)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.IsNullOrWhiteSpace(name)) throw new ArgumentException($"The {what} is empty; give it some letters.");
        if (name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || name.Trim('.', ' ').Length == 0)
            throw new ArgumentException($"The {what} is '{name}', which would lead out of the runs folder; give a plain name.");
        if (Devices.Contains(name.Split('.')[0], StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"The {what} is '{name}', which Windows keeps for a device; give another name.");

        var part = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.' or '+' or '=' or ',' or '@' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark)
                part.Append(rune.ToString());
            else part.Append('-');
        }

        // A leading dot hides a folder, and Windows drops a trailing one.
        string text = part.ToString().Trim('.');
        if (text.Length == 0) text = "-";
        return Encoding.UTF8.GetByteCount(text) <= LongestBytes ? text : Shorten(text, name);
    }

    private static string Shorten(string text, string whole)
    {
        string mark = "~" + Hash(whole).ToString("x8", CultureInfo.InvariantCulture);
        var part = new StringBuilder();
        int bytes = mark.Length;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > LongestBytes) break;
            part.Append(rune.ToString());
        }

        return part.Append(mark).ToString();
    }

    // FNV-1a: the same on every machine and in every process.
    internal static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (byte value in Encoding.UTF8.GetBytes(text)) hash = (hash ^ value) * 16777619;
        return hash;
    }

    private static IEnumerable<string> Numbered(string device) => Enumerable.Range(1, 9).Select(number => string.Create(CultureInfo.InvariantCulture, $"{device}{number}"));
}
