using System.Collections;
using System.Globalization;
using System.Text;

namespace RlKit;

/// <summary>Observations and actions as text, for messages: the same in every culture, and cut off where they are long.</summary>
internal static class ValueText
{
    private const int MostElements = 16;

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        if (value is null or string || value is not IEnumerable elements)
        {
            text.Append(value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture));
            return;
        }

        text.Append('[');
        int count = 0;
        foreach (object? element in elements)
        {
            if (count > 0) text.Append(", ");
            if (count++ == MostElements)
            {
                text.Append("...");
                break;
            }

            Append(text, element);
        }

        text.Append(']');
    }
}
