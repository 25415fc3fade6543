using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace RlKit.Cli.Training;

/// <summary>The properties of a record as flags of a command: <c>LearningRate</c> is <c>--learning-rate</c>.</summary>
internal sealed class Flags
{
    /// <summary>Takes back the value of an option that need not have one.</summary>
    public const string None = "none";

    private readonly Type _record;
    private readonly List<(PropertyInfo Property, Option<string> Option)> _flags = [];

    /// <summary>The flags of a record.</summary>
    /// <param name="record">A record whose properties are numbers, texts, truth values, names of an enumeration or lists of whole numbers.</param>
    /// <param name="describe">What the help says of a property.</param>
    public Flags(Type record, Func<PropertyInfo, string> describe)
    {
        _record = record;
        foreach (PropertyInfo property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!property.CanWrite) continue;
            bool isSwitch = property.PropertyType == typeof(bool);
            _flags.Add((property, new Option<string>("--" + Kebab(property.Name))
            {
                Description = describe(property),
                Arity = isSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
                HelpName = HelpName(property.PropertyType),
            }));
        }
    }

    public IEnumerable<Option> Options => _flags.Select(flag => flag.Option);

    /// <summary>A record with the values of the flags that were given, and of another record for the rest.</summary>
    /// <exception cref="UsageException">A value cannot be read; the message names the flag, the value and what it has to be.</exception>
    public object Apply(object defaults, ParseResult parsed) => With(defaults, Given(parsed).ToDictionary(flag => flag.Property, flag => flag.Text));

    /// <summary>A record with the values of a configuration (<see cref="ToConfiguration"/>), and of another record for the rest.</summary>
    public object Apply(object defaults, IReadOnlyDictionary<string, object?> configuration, string prefix)
    {
        var texts = new Dictionary<PropertyInfo, string>();
        foreach ((PropertyInfo property, _) in _flags)
            if (configuration.TryGetValue(prefix + Snake(property.Name), out object? value) && value is not null) texts[property] = Text(value);
        return With(defaults, texts);
    }

    /// <summary>Refuses flags that were given with another value than a record has.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="stored">The record.</param>
    /// <param name="run">What has the record, for the message.</param>
    /// <param name="free">Properties that may be given anew.</param>
    public void RefuseOthers(ParseResult parsed, object stored, string run, params ReadOnlySpan<string> free)
    {
        foreach ((PropertyInfo property, string text) in Given(parsed))
        {
            if (free.Contains(property.Name)) continue;
            string before = Text(property.GetValue(stored)), now = Text(Parse(property, text));
            if (before != now)
                throw new UsageException($"--{Kebab(property.Name)} is {now}, and run {run} was made with {(before.Length == 0 ? "none" : before)}; leave it out to go on with that run, or start a new one.");
        }
    }

    /// <summary>A record as values by name in snake case.</summary>
    public IEnumerable<KeyValuePair<string, object?>> ToConfiguration(object record, string prefix) =>
        _flags.Select(flag => KeyValuePair.Create(prefix + Snake(flag.Property.Name), flag.Property.GetValue(record) switch
        {
            int number => (long)number,
            null or bool or long or double or string => flag.Property.GetValue(record),
            object other => Text(other),
        }));

    /// <summary>An error about an argument, told without its name in the code and of its flag where it has one.</summary>
    public UsageException Translate(ArgumentException error)
    {
        // A message ends with the name of the parameter and its value.
        string message = error.Message.Split(" (Parameter", 2)[0];
        foreach ((PropertyInfo property, Option<string> option) in _flags) message = Regex.Replace(message, $@"\b{property.Name}\b", option.Name);
        return new UsageException(message);
    }

    public static string Kebab(string name) => Separate(name, '-');

    public static string Snake(string name) => Separate(name, '_');

    private static string Separate(string name, char separator)
    {
        var text = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0) text.Append(separator);
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    private static string HelpName(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool)) return "true|false";
        if (type == typeof(double)) return "X";
        if (type == typeof(string)) return "NAME";
        if (type.IsEnum) return string.Join('|', Enum.GetNames(type).Select(Kebab));
        return type == typeof(int) || type == typeof(long) ? "N" : "N,N,...";
    }

    private IEnumerable<(PropertyInfo Property, string Text)> Given(ParseResult parsed)
    {
        foreach ((PropertyInfo property, Option<string> option) in _flags)
        {
            if (parsed.GetResult(option) is not { } result) continue;
            yield return (property, result.Tokens.Count == 0 ? "true" : result.Tokens[^1].Value);
        }
    }

    private object With(object defaults, Dictionary<PropertyInfo, string> texts)
    {
        object record = Activator.CreateInstance(_record)!;
        foreach ((PropertyInfo property, _) in _flags)
            property.SetValue(record, texts.TryGetValue(property, out string? text) ? Parse(property, text) : property.GetValue(defaults));
        return record;
    }

    private static object? Parse(PropertyInfo property, string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Type? nullable = Nullable.GetUnderlyingType(property.PropertyType);
        if (nullable is not null && text == None) return null;
        Type type = nullable ?? property.PropertyType;
        // Underscores and commas group digits in what people type: 500_000.
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        if (type == typeof(string)) return text;
        if (type == typeof(bool)) return bool.TryParse(text, out bool flag) ? flag : throw Unreadable("true or false");
        if (type == typeof(int)) return int.TryParse(digits, NumberStyles.AllowLeadingSign, culture, out int small) ? small : throw Unreadable("a whole number");
        if (type == typeof(long)) return long.TryParse(digits, NumberStyles.AllowLeadingSign, culture, out long whole) ? whole : throw Unreadable("a whole number");
        if (type == typeof(double)) return double.TryParse(digits, NumberStyles.Float, culture, out double real) ? real : throw Unreadable("a number");
        if (type.IsEnum)
        {
            string? name = Array.Find(Enum.GetNames(type), known => known.Equals(text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
            return name is not null ? Enum.Parse(type, name) : throw Unreadable("one of " + string.Join(", ", Enum.GetNames(type).Select(Kebab)));
        }

        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.ConvertAll(parts, part => int.TryParse(part, NumberStyles.AllowLeadingSign, culture, out int item) ? item : throw Unreadable("whole numbers with commas between them, such as 64,64"));

        UsageException Unreadable(string legal) => new($"--{Kebab(property.Name)} is '{text}'; give {legal}.");
    }

    /// <summary>A value as it is written on a command line.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        IEnumerable<int> list => string.Join(',', list.Select(item => item.ToString(CultureInfo.InvariantCulture))),
        Enum name => Kebab(name.ToString()),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
