using System.Globalization;
using System.Text.Json;

namespace RlKit.Tracking;

/// <summary>Values by name as JSON, and back. Names with slashes are nested objects.</summary>
internal static class JsonValues
{
    public static void Write(Stream output, IReadOnlyDictionary<string, object?> values)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        WriteObject(json, [.. values.Select(pair => (pair.Key, pair.Value))]);
    }

    /// <summary>The values of a file, named with slashes; empty where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, object?> Read(string path)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (!File.Exists(path)) return values;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            ReadObject(document.RootElement, "", values);
            return values;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {exception.Message}", exception);
        }
    }

    private static void WriteObject(Utf8JsonWriter json, IReadOnlyList<(string Name, object? Value)> values)
    {
        json.WriteStartObject();
        foreach (IGrouping<string, (string Name, object? Value)> group in values.GroupBy(value => value.Name.Split('/', 2)[0], StringComparer.Ordinal))
        {
            (string Name, object? Value)[] nested = [.. group.Where(value => value.Name.Contains('/')).Select(value => (value.Name.Split('/', 2)[1], value.Value))];
            foreach ((_, object? value) in group.Where(value => !value.Name.Contains('/')))
            {
                json.WritePropertyName(group.Key);
                WriteValue(json, value);
            }

            if (nested.Length == 0) continue;
            json.WritePropertyName(group.Key);
            WriteObject(json, nested);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            // A double stays one: 1 would come back as a whole number.
            case double number when double.IsFinite(number): json.WriteRawValue(Text(number)); break;
            case double number: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case string text: json.WriteStringValue(text); break;
            default: throw new ArgumentException($"A value is a {value.GetType().Name}; give null, bool, long, double or string.", nameof(value));
        }
    }

    private static string Text(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') >= 0 ? text : text + ".0";
    }

    private static void ReadObject(JsonElement element, string prefix, Dictionary<string, object?> values)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = prefix + property.Name;
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object: ReadObject(property.Value, name + "/", values); break;
                case JsonValueKind.Null: values[name] = null; break;
                case JsonValueKind.True or JsonValueKind.False: values[name] = property.Value.GetBoolean(); break;
                case JsonValueKind.Number: values[name] = property.Value.TryGetInt64(out long whole) ? (object)whole : property.Value.GetDouble(); break;
                case JsonValueKind.String: values[name] = property.Value.GetString(); break;
                default: throw new InvalidOperationException($"'{name}' is a list.");
            }
        }
    }
}
