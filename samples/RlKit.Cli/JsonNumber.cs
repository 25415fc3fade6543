using System.Text.Json;

namespace RlKit.Cli;

/// <summary>Numbers that may be missing, as JSON.</summary>
internal static class JsonNumber
{
    /// <summary>Writes a number, or null where there is none or JSON has none such.</summary>
    public static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
