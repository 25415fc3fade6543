using System.Globalization;
using System.Text;

namespace RlKit.Tracking.MLflow;

/// <summary>Names and values as MLflow takes them.</summary>
internal static class MLflowName
{
    // mlflow/utils/validation.py. Values of parameters may have 6000 characters since 2.8, and 500 before.
    public const int LongestName = 250, LongestParam = 500, LongestTag = 5000;

    /// <summary>
    /// A name of letters, digits and <c>_ - . space /</c>, which is no other one's path. One that is not such a name gets underscores and a mark of the whole.
    /// </summary>
    public static string From(string name)
    {
        if (IsValid(name)) return name;
        var text = new StringBuilder(Math.Min(name.Length, LongestName));
        foreach (char letter in name)
        {
            if (text.Length >= LongestName - 10) break;
            text.Append(IsAllowed(letter) ? letter : '_');
        }

        string mended = string.Join('/', text.ToString().Split('/').Where(part => part.Trim('.').Length > 0));
        string mark = FolderName.Hash(name).ToString("x8", CultureInfo.InvariantCulture);
        return mended.Length == 0 ? mark : $"{mended}.{mark}";
    }

    /// <summary>A value of a configuration as text.</summary>
    public static string Text(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static bool IsValid(string name) =>
        name.Length is > 0 and <= LongestName && name.All(IsAllowed) && name.Split('/').All(part => part.Length > 0 && part is not ("." or ".."));

    private static bool IsAllowed(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ' ' or '/';
}
