using System.Text.Json;

namespace RlKit;

/// <summary>What a checkpoint is of, readable without loading it.</summary>
/// <param name="Algorithm">The agent's short name.</param>
/// <param name="EnvironmentId">The environment's id.</param>
/// <param name="Environments">How many copies of it.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">Environment steps done.</param>
/// <param name="LibraryVersion">The version of RlKit that wrote it.</param>
/// <param name="Options">The agent's options, as text.</param>
public sealed record CheckpointHeader(
    string Algorithm, string EnvironmentId, int Environments, long Seed, long Step, string LibraryVersion, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Whether the replay buffer is in it; true also of an agent that has none. Without it a resume is not exact.</summary>
    public bool HasReplay { get; init; } = true;

    internal byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("algorithm", Algorithm);
            json.WriteString("environment", EnvironmentId);
            json.WriteNumber("environments", Environments);
            json.WriteNumber("seed", Seed);
            json.WriteNumber("step", Step);
            json.WriteString("library_version", LibraryVersion);
            json.WriteBoolean("replay", HasReplay);
            json.WriteStartObject("options");
            foreach ((string name, string value) in Options) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    internal static CheckpointHeader FromJson(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        JsonElement root = document.RootElement;
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty option in root.GetProperty("options").EnumerateObject()) options[option.Name] = option.Value.GetString() ?? "";
        return new CheckpointHeader(
            root.GetProperty("algorithm").GetString()!,
            root.GetProperty("environment").GetString()!,
            root.GetProperty("environments").GetInt32(),
            root.GetProperty("seed").GetInt64(),
            root.GetProperty("step").GetInt64(),
            root.GetProperty("library_version").GetString()!,
            options)
        {
            // Checkpoints of earlier versions have it.
            HasReplay = !root.TryGetProperty("replay", out JsonElement replay) || replay.GetBoolean(),
        };
    }
}
