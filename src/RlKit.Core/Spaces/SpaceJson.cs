using System.Numerics;
using System.Text.Json;

namespace RlKit;

/// <summary>The JSON form of spaces: <c>{"type":"Discrete","n":6,"start":0}</c>; infinite bounds are strings, bounds that are all the same are one number.</summary>
internal static class SpaceJson
{
    public static Space Read(JsonElement element)
    {
        try
        {
            return ReadAny(element);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException($"The description of a space has a value of the wrong kind: {element.GetRawText()}", exception);
        }
    }

    public static void WriteIntegers(Utf8JsonWriter writer, string name, ReadOnlySpan<int> values)
    {
        writer.WriteStartArray(name);
        foreach (int value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    public static void WriteBounds<T>(Utf8JsonWriter writer, string name, ReadOnlySpan<T> bounds)
        where T : INumber<T>
    {
        writer.WritePropertyName(name);
        if (bounds.IndexOfAnyExcept(bounds[0]) < 0)
        {
            WriteBound(writer, bounds[0]);
            return;
        }

        writer.WriteStartArray();
        foreach (T bound in bounds) WriteBound(writer, bound);
        writer.WriteEndArray();
    }

    private static void WriteBound<T>(Utf8JsonWriter writer, T bound)
        where T : INumber<T>
    {
        if (bound is float single && float.IsFinite(single)) writer.WriteNumberValue(single);
        else if (T.IsFinite(bound) && bound is double number) writer.WriteNumberValue(number);
        else if (T.IsFinite(bound)) writer.WriteNumberValue(long.CreateChecked(bound));
        else writer.WriteStringValue(T.IsPositive(bound) ? "Infinity" : "-Infinity");
    }

    private static Space ReadAny(JsonElement element)
    {
        string? type = Property(element, "type").GetString();
        return type switch
        {
            nameof(Discrete) => new Discrete(Property(element, "n").GetInt32(), Property(element, "start").GetInt32()),
            "Box" => ReadBox(element),
            nameof(MultiDiscrete) => new MultiDiscrete(Integers(Property(element, "nvec")), Integers(Property(element, "start")), Integers(Property(element, "shape"))),
            nameof(MultiBinary) => new MultiBinary(Integers(Property(element, "shape"))),
            "Tuple" => new TupleSpace(Spaces(element)),
            "Dict" => ReadDict(element),
            "Text" => new TextSpace(Property(element, "max_length").GetInt32(), Property(element, "min_length").GetInt32(), Property(element, "characters").GetString()!),
            _ => throw new FormatException($"'{type}' is no type of space; it is one of Box, Dict, Discrete, MultiBinary, MultiDiscrete, Text and Tuple."),
        };
    }

    private static DictSpace ReadDict(JsonElement element)
    {
        Space[] spaces = Spaces(element);
        string[] keys = [.. Property(element, "keys").EnumerateArray().Select(key => key.GetString()!)];
        if (keys.Length != spaces.Length) throw new FormatException($"A Dict has {keys.Length} keys and {spaces.Length} spaces; it needs as many of both.");
        return new DictSpace([.. keys.Zip(spaces)]);
    }

    private static Space[] Spaces(JsonElement element) => [.. Property(element, "spaces").EnumerateArray().Select(Read)];

    private static Space ReadBox(JsonElement element)
    {
        int[] shape = Integers(Property(element, "shape"));
        string? dtype = Property(element, "dtype").GetString();
        return dtype switch
        {
            "float32" => ReadBox(element, shape, value => Infinite(value) ?? value.GetSingle()),
            "float64" => ReadBox(element, shape, value => Infinite(value) ?? value.GetDouble()),
            "uint8" => ReadBox(element, shape, value => value.GetByte()),
            "int32" => ReadBox(element, shape, value => value.GetInt32()),
            "int64" => ReadBox(element, shape, value => value.GetInt64()),
            _ => throw new FormatException($"'{dtype}' is no dtype of a Box; it is one of float32, float64, uint8, int32 and int64."),
        };
    }

    private static Box<T> ReadBox<T>(JsonElement element, int[] shape, Func<JsonElement, T> read)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        new(Bounds(Property(element, "low"), shape, read), Bounds(Property(element, "high"), shape, read), shape);

    private static T[] Bounds<T>(JsonElement element, int[] shape, Func<JsonElement, T> read)
    {
        if (element.ValueKind == JsonValueKind.Array) return [.. element.EnumerateArray().Select(read)];
        T[] bounds = new T[shape.Aggregate(1, (size, side) => checked(size * side))];
        Array.Fill(bounds, read(element));
        return bounds;
    }

    private static int[] Integers(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetInt32())];

    private static float? Infinite(JsonElement element) => element.ValueKind != JsonValueKind.String ? null : element.GetString() switch
    {
        "Infinity" => float.PositiveInfinity,
        "-Infinity" => float.NegativeInfinity,
        var text => throw new FormatException($"'{text}' is no bound; it is a number, \"Infinity\" or \"-Infinity\"."),
    };

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new FormatException($"The description of a space has no '{name}': {element.GetRawText()}");
}
