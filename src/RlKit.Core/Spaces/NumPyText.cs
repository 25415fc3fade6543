using System.Globalization;
using System.Numerics;
using System.Text;

namespace RlKit;

/// <summary>Arrays and shapes as NumPy prints them, so that a space reads as it does in Gymnasium.</summary>
internal static class NumPyText
{
    private const int LineWidth = 75;
    private const int Precision = 8;
    private const int SummaryThreshold = 1000;
    private const int SummaryEdge = 3;

    /// <summary>A shape as a tuple: <c>()</c>, <c>(3,)</c>, <c>(84, 84)</c>.</summary>
    public static string Tuple(ReadOnlySpan<int> shape) =>
        shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.ToArray())})";

    /// <summary>Bounds: one number where all are the same, else the array.</summary>
    public static string Bounds<T>(ReadOnlySpan<T> bounds, ReadOnlySpan<int> shape)
        where T : INumber<T> =>
        bounds.IndexOfAnyExcept(bounds[0]) < 0 ? Number(bounds[0]) : Array(bounds, shape);

    /// <summary>An array: the elements of a row side by side in columns of the same width, long rows over several lines, the middle of large arrays left out.</summary>
    public static string Array<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape)
        where T : INumber<T>
    {
        bool summary = values.Length > SummaryThreshold;
        int[] shown = [.. Shown(values.Length, shape, summary)];
        T[] numbers = new T[shown.Length];
        for (int i = 0; i < shown.Length; i++) numbers[i] = values[shown[i]];
        string[] words = Words(numbers);
        int next = 0;
        return Row(shape, 0, summary, " ", LineWidth, () => words[next++]);
    }

    private static string Row(ReadOnlySpan<int> shape, int axis, bool summary, string indent, int width, Func<string> word)
    {
        bool leavesOut = summary && shape[axis] > 2 * SummaryEdge;
        int count = leavesOut ? 2 * SummaryEdge : shape[axis];
        var text = new StringBuilder();
        if (axis == shape.Length - 1)
        {
            string line = indent;
            for (int i = 0; i < count; i++)
            {
                if (leavesOut && i == SummaryEdge) Append("...", " ");
                Append(word(), i == count - 1 ? "" : " ");
            }

            text.Append(line);

            void Append(string next, string separator)
            {
                // A line that is too long is broken, unless it holds nothing yet.
                if (line.Length + next.Length > width - 1 && line.Length > indent.Length)
                {
                    text.Append(line.TrimEnd()).Append('\n');
                    line = indent;
                }

                line += next + separator;
            }
        }
        else
        {
            string separator = new('\n', shape.Length - axis - 1);
            for (int i = 0; i < count; i++)
            {
                if (leavesOut && i == SummaryEdge) text.Append(indent).Append("...").Append(separator);
                text.Append(indent).Append(Row(shape, axis + 1, summary, indent + " ", width - 1, word));
                if (i < count - 1) text.Append(separator);
            }
        }

        return $"[{text.Remove(0, indent.Length)}]";
    }

    private static IEnumerable<int> Shown(int size, ReadOnlySpan<int> shape, bool summary)
    {
        IEnumerable<int> indices = [0];
        int stride = size;
        foreach (int side in shape)
        {
            stride /= side;
            int step = stride;
            indices = indices.SelectMany(first => Enumerable.Range(0, side)
                .Where(i => !summary || side <= 2 * SummaryEdge || i < SummaryEdge || i >= side - SummaryEdge)
                .Select(i => first + i * step));
        }

        return indices;
    }

    private static string[] Words<T>(T[] values)
        where T : INumber<T>
    {
        if (!values.Any(value => value is float or double))
        {
            int longest = values.Max(value => Number(value).Length);
            return [.. values.Select(value => Number(value).PadLeft(longest))];
        }

        T[] magnitudes = [.. values.Where(T.IsFinite).Select(T.Abs).Where(value => value != T.Zero)];
        bool scientific = magnitudes.Length > 0
            && (magnitudes.Max()! >= T.CreateTruncating(1e8) || double.CreateTruncating(magnitudes.Min()!) < 1e-4 || magnitudes.Max()! / magnitudes.Min()! > T.CreateTruncating(1000));
        string[] words = [.. values.Select(value => !T.IsFinite(value) ? Number(value) : scientific ? Scientific(value) : Positional(value))];

        // Finite numbers are aligned at the point, the others at the right.
        if (scientific)
        {
            int digits = words.Where((_, i) => T.IsFinite(values[i])).Max(word => word.IndexOf('e', StringComparison.Ordinal) - word.IndexOf('.', StringComparison.Ordinal) - 1);
            words = [.. words.Select((word, i) => T.IsFinite(values[i]) ? WithDigits(values[i], digits) : word)];
            int exponentDigits = words.Where((_, i) => T.IsFinite(values[i])).Max(word => word.Length - word.IndexOf('e', StringComparison.Ordinal) - 2);
            words = [.. words.Select((word, i) => T.IsFinite(values[i]) ? WithExponentDigits(word, exponentDigits) : word)];
        }
        else
        {
            int decimals = words.Where((_, i) => T.IsFinite(values[i])).Select(word => word.Length - word.IndexOf('.', StringComparison.Ordinal) - 1).DefaultIfEmpty(0).Max();
            words = [.. words.Select((word, i) => T.IsFinite(values[i]) ? word.PadRight(word.IndexOf('.', StringComparison.Ordinal) + 1 + decimals) : word)];
        }

        int width = words.Max(word => word.Length);
        return [.. words.Select(word => word.PadLeft(width))];
    }

    private static string WithDigits<T>(T value, int digits)
        where T : INumber<T>
    {
        string text = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        return ExponentialOf(digits == 0 ? text[..e] + "." : text[..e], int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture));
    }

    private static string WithExponentDigits(string scientific, int digits)
    {
        int e = scientific.IndexOf('e', StringComparison.Ordinal);
        return scientific.Insert(e + 2, new string('0', digits - (scientific.Length - e - 2)));
    }

    /// <summary>The shortest decimal, with at most eight digits after the point, and the point even where none follow.</summary>
    private static string Positional<T>(T value)
        where T : INumber<T>
    {
        string text = Shortest(value);
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0) return value.ToString("F0", CultureInfo.InvariantCulture) + ".";
        return text.Length - point - 1 <= Precision ? text : value.ToString($"F{Precision}", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    /// <summary>The shortest decimal in scientific notation, with at most eight digits after the point.</summary>
    private static string Scientific<T>(T value)
        where T : INumber<T>
    {
        string text = Exponential(value);
        int e = text.IndexOf('e', StringComparison.Ordinal);
        if (e - text.IndexOf('.', StringComparison.Ordinal) - 1 <= Precision) return text;
        text = WithDigits(value, Precision);
        e = text.IndexOf('e', StringComparison.Ordinal);
        return text[..e].TrimEnd('0') + text[e..];
    }

    /// <summary>A number alone, as Python prints it.</summary>
    private static string Number<T>(T value)
        where T : INumber<T>
    {
        if (T.IsInfinity(value)) return T.IsPositive(value) ? "inf" : "-inf";
        if (value is not (float or double)) return value.ToString(null, CultureInfo.InvariantCulture);
        double magnitude = Math.Abs(double.CreateTruncating(value));
        if (magnitude is 0 or >= 1e-4 and < 1e16)
        {
            string text = Shortest(value);
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        return Exponential(value).Replace(".e", "e", StringComparison.Ordinal);
    }

    private static string Exponential<T>(T value)
        where T : INumber<T>
    {
        if (T.IsZero(value)) return "0.e+00";
        string digits = Shortest(value);
        bool negative = digits[0] == '-';
        digits = digits.TrimStart('-');
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int exponent = (point < 0 ? digits.Length : point) - 1;
        digits = digits.Replace(".", "", StringComparison.Ordinal);
        int leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return ExponentialOf($"{(negative ? "-" : "")}{digits[0]}.{digits[1..]}", exponent - leading);
    }

    private static string ExponentialOf(string mantissa, int exponent) =>
        $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";

    /// <summary>The fewest digits that read back as the same number, without an exponent.</summary>
    private static string Shortest<T>(T value)
        where T : INumber<T>
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0) return text;
        bool negative = text[0] == '-';
        string mantissa = text[(negative ? 1 : 0)..e];
        int exponent = int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var found ? found : mantissa.Length;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int place = point + exponent;
        string plain = place <= 0 ? "0." + new string('0', -place) + digits
            : place >= digits.Length ? digits + new string('0', place - digits.Length)
            : digits[..place] + "." + digits[place..];
        return negative ? "-" + plain : plain;
    }
}
