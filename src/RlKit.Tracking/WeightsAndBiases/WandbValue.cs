using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>The values of .wandb files: JSON in which NaN, Infinity and -Infinity are numbers.</summary>
public static class WandbValue
{
    private const int MaxDepth = 64;

    /// <summary>Reads a value.</summary>
    /// <param name="json">The JSON text.</param>
    /// <returns>null, bool, long, double, string, a list of these (<c>IReadOnlyList</c>) or a map of these by name (<c>IReadOnlyDictionary</c>).</returns>
    /// <exception cref="FormatException">It is no such value.</exception>
    public static object? Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var parser = new Parser(json);
        object? value = parser.Value(0);
        return parser.IsAtEnd ? value : throw parser.Wrong();
    }

    /// <summary>The JSON text of a value.</summary>
    /// <exception cref="ArgumentException">It is neither null, bool, int, long, float, double nor string.</exception>
    internal static string Format(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        float number => Format((double)number),
        double number => Format(number),
        string text => Quote(text),
        _ => throw new ArgumentException($"A value is a {value.GetType().Name}; give null, bool, long, double or string.", nameof(value)),
    };

    internal static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static string Quote(string text) => '"' + Encoding.UTF8.GetString(JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text)).EncodedUtf8Bytes) + '"';

    private ref struct Parser(string json)
    {
        private readonly string _json = json;
        private int _at;

        public bool IsAtEnd
        {
            get
            {
                SkipSpace();
                return _at == _json.Length;
            }
        }

        public object? Value(int depth)
        {
            if (depth > MaxDepth) throw new FormatException($"The JSON is nested more than {MaxDepth} deep.");
            SkipSpace();
            if (_at == _json.Length) throw Wrong();
            switch (_json[_at])
            {
                case '{': return Map(depth);
                case '[': return List(depth);
                case '"': return Text();
                default: return Word();
            }
        }

        public readonly FormatException Wrong() => new($"'{_json[..Math.Min(_json.Length, 100)]}' is no JSON at character {_at}.");

        private Dictionary<string, object?> Map(int depth)
        {
            var map = new Dictionary<string, object?>(StringComparer.Ordinal);
            _at++;
            if (Takes('}')) return map;
            do
            {
                SkipSpace();
                if (_at == _json.Length || _json[_at] != '"') throw Wrong();
                string name = Text();
                if (!Takes(':')) throw Wrong();
                map[name] = Value(depth + 1);
            }
            while (Takes(','));
            return Takes('}') ? map : throw Wrong();
        }

        private List<object?> List(int depth)
        {
            var list = new List<object?>();
            _at++;
            if (Takes(']')) return list;
            do list.Add(Value(depth + 1));
            while (Takes(','));
            return Takes(']') ? list : throw Wrong();
        }

        private string Text()
        {
            int start = _at++;
            while (_at < _json.Length && _json[_at] != '"') _at += _json[_at] == '\\' ? 2 : 1;
            if (_at >= _json.Length) throw Wrong();
            _at++;
            try
            {
                var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(_json[start.._at]));
                reader.Read();
                return reader.GetString()!;
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                throw new FormatException($"The JSON has text that is none: {exception.Message}", exception);
            }
        }

        private object? Word()
        {
            int start = _at;
            while (_at < _json.Length && (char.IsAsciiLetterOrDigit(_json[_at]) || _json[_at] is '+' or '-' or '.')) _at++;
            string word = _json[start.._at];
            switch (word)
            {
                case "null": return null;
                case "true": return true;
                case "false": return false;
                case "NaN": return double.NaN;
                case "Infinity": return double.PositiveInfinity;
                case "-Infinity": return double.NegativeInfinity;
            }

            const NumberStyles real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (word.Length == 0 || !(char.IsAsciiDigit(word[0]) || (word[0] == '-' && word.Length > 1 && char.IsAsciiDigit(word[1])))) throw Wrong();
            // A minus zero is no integer.
            if (word != "-0" && long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return whole;
            return double.TryParse(word, real, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong();
        }

        private bool Takes(char letter)
        {
            SkipSpace();
            if (_at == _json.Length || _json[_at] != letter) return false;
            _at++;
            return true;
        }

        private void SkipSpace()
        {
            while (_at < _json.Length && (_json[_at] is ' ' or '\t' or '\r' or '\n')) _at++;
        }
    }
}
