using System.Collections;
using System.Globalization;

namespace RlKit;

/// <summary>
/// Named options, of an environment that is made by its id or of a reset: <c>new EnvironmentOptions { ["map_name"] = "8x8" }</c>.
/// </summary>
/// <remarks>Names are Gymnasium's. An environment refuses a name that it does not know.</remarks>
public sealed class EnvironmentOptions : IEnumerable<KeyValuePair<string, object>>
{
    private readonly SortedDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>The names that were given, sorted.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>An option by its name.</summary>
    /// <exception cref="KeyNotFoundException">It was not given.</exception>
    public object this[string name]
    {
        get => _values.TryGetValue(name, out object? value) ? value : throw new KeyNotFoundException($"There is no option '{name}'.");
        set => _values[name] = value ?? throw new ArgumentNullException(nameof(value), $"Option '{name}' is null; leave it out to have the default.");
    }

    /// <summary>True when the option was given.</summary>
    public bool Contains(string name) => _values.ContainsKey(name);

    /// <summary>An option as a type, or a default where it was not given. Numbers convert when nothing is lost, and text is parsed, so that options can come from a command line.</summary>
    /// <exception cref="ArgumentException">It was given with another type; the message names both.</exception>
    public T Get<T>(string name, T defaultValue)
    {
        if (!_values.TryGetValue(name, out object? value)) return defaultValue;
        if (value is T typed) return typed;
        return (T)Convert(name, value, typeof(T));
    }

    /// <summary>Refuses names that are not in the list.</summary>
    /// <param name="owner">Whose options they are, for the message.</param>
    /// <param name="known">The names that the owner knows.</param>
    /// <exception cref="ArgumentException">An unknown name was given; the message lists the known ones.</exception>
    public void RefuseUnknown(string owner, params ReadOnlySpan<string> known)
    {
        foreach (string name in _values.Keys)
        {
            if (known.Contains(name)) continue;
            string legal = known.Length == 0 ? "it has none" : "its options are " + string.Join(", ", known.ToArray());
            throw new ArgumentException($"{owner} has no option '{name}'; {legal}.", name);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds an option, for collection initialisers.</summary>
    public void Add(string name, object value) => this[name] = value;

    private static object Convert(string name, object value, Type type)
    {
        try
        {
            // A comma is no separator of thousands here: 0,5 is refused rather than taken for 5.
            object converted = value is string number && type == typeof(double)
                ? double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture)
                : System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
            bool lossless = value is string || System.Convert.ToDouble(value, CultureInfo.InvariantCulture) == System.Convert.ToDouble(converted, CultureInfo.InvariantCulture);
            if (lossless) return converted;
        }
        catch (Exception exception) when (exception is InvalidCastException or FormatException or OverflowException)
        {
            // Reported below, with what was expected.
        }

        string given = value is string text ? $"'{text}'" : ValueText.Of(value);
        throw new ArgumentException($"Option '{name}' is {given} ({value.GetType().Name}); it has to be a {type.Name}.", name);
    }
}
