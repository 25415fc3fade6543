using System.IO.Compression;
using System.Text.Json;

namespace RlKit.Tests;

/// <summary>Reads the reference numbers: from the folder that RLKIT_GOLDEN names, else from tests/golden of this repository.</summary>
internal static class Golden
{
    public static string Folder { get; } = FindFolder();

    /// <summary>The names (without .json or .json.gz) of all golden files in a folder such as "rng", sorted.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder))
            .Select(Path.GetFileName)
            .Select(file => file!.EndsWith(".gz", StringComparison.Ordinal) ? file[..^3] : file)
            .Where(file => file.EndsWith(".json", StringComparison.Ordinal))
            .Select(file => file[..^5])
            .Distinct()
            .Order(StringComparer.Ordinal);

    /// <summary>Reads a golden file, for example Read("rng/numpy_pcg64"). The caller disposes the document.</summary>
    public static JsonDocument Read(string name)
    {
        string plain = Path.Combine(Folder, name + ".json");
        if (File.Exists(plain))
        {
            using FileStream file = File.OpenRead(plain);
            return JsonDocument.Parse(file);
        }

        using FileStream compressed = File.OpenRead(plain + ".gz");
        using var content = new GZipStream(compressed, CompressionMode.Decompress);
        return JsonDocument.Parse(content);
    }

    /// <summary>A number, or one of the strings "NaN", "Infinity" and "-Infinity".</summary>
    public static double Double(this JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string text => throw new FormatException($"'{text}' is not a golden number."),
            null => throw new FormatException("null is not a golden number."),
        }
        : element.GetDouble();

    /// <summary>As <see cref="Double"/>, in single precision.</summary>
    public static float Single(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? (float)element.Double() : element.GetSingle();

    private static string FindFolder()
    {
        if (Environment.GetEnvironmentVariable("RLKIT_GOLDEN") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"RLKIT_GOLDEN names '{named}', which does not exist.");

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string golden = Path.Combine(folder.FullName, "tests", "golden");
            if (Directory.Exists(golden)) return golden;
        }

        throw new DirectoryNotFoundException($"No tests/golden above '{AppContext.BaseDirectory}'; set RLKIT_GOLDEN to the folder of the golden files.");
    }
}
