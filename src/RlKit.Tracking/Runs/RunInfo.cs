using System.Globalization;
using System.Text.Json;

namespace RlKit.Tracking;

/// <summary>What <c>run.json</c> holds: what a run is of, and the processes that trained it.</summary>
/// <param name="Id">Eight letters and digits that no other run has.</param>
/// <param name="Identity">What the run is of.</param>
/// <param name="Sessions">The processes that trained it, in order; one at least.</param>
public sealed record RunInfo(string Id, RunIdentity Identity, IReadOnlyList<RunSession> Sessions)
{
    private const int FormatVersion = 1;

    /// <summary>When the first session began.</summary>
    public DateTimeOffset Started => Sessions[0].Started;

    /// <summary>When the last session ended; null while it goes on, and of a run that was killed.</summary>
    public DateTimeOffset? Ended => Sessions[^1].Ended;

    /// <summary>How long it was trained, over all sessions; null while one goes on, and of a run that was killed.</summary>
    public TimeSpan? Duration => Sessions.Any(session => session.Duration is null) ? null : new TimeSpan(Sessions.Sum(session => session.Duration!.Value.Ticks));

    internal void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("format", FormatVersion);
        json.WriteString("id", Id);
        json.WriteString("project", Identity.Project);
        json.WriteString("algorithm", Identity.Algorithm);
        json.WriteString("env_id", Identity.EnvironmentId);
        json.WriteString("exp_name", Identity.Experiment);
        json.WriteNumber("seed", Identity.Seed);
        json.WriteString("state", Name(Sessions[^1].Outcome));
        WriteTime(json, "started", Started);
        WriteTime(json, "ended", Ended);
        if (Duration is { } duration) json.WriteNumber("duration_seconds", Math.Round(duration.TotalSeconds, 3));
        else json.WriteNull("duration_seconds");
        json.WriteStartArray("sessions");
        foreach (RunSession session in Sessions)
        {
            json.WriteStartObject();
            WriteTime(json, "started", session.Started);
            WriteTime(json, "ended", session.Ended);
            json.WriteString("state", Name(session.Outcome));
            json.WriteString("error", session.Error);
            json.WriteString("host", session.Host);
            json.WriteNumber("process_id", session.ProcessId);
            json.WriteStartArray("command_line");
            foreach (string argument in session.CommandLine) json.WriteStringValue(argument);
            json.WriteEndArray();
            json.WriteString("rlkit", session.LibraryVersion);
            json.WriteString("dotnet", session.Runtime);
            json.WriteString("os", session.OperatingSystem);
            json.WriteNumber("processors", session.Processors);
            json.WriteString("working_directory", session.WorkingDirectory);
            json.WriteString("git_commit", session.Commit);
            if (session.IsDirty is { } isDirty) json.WriteBoolean("git_dirty", isDirty);
            else json.WriteNull("git_dirty");
            json.WriteStartObject("environment");
            foreach ((string name, string value) in session.EnvironmentVariables) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static RunInfo Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format > FormatVersion)
                throw new InvalidDataException($"'{path}' is of format {format}, and this version of RlKit reads up to {FormatVersion}; read it with the version that wrote it, or a newer one.");
            return new RunInfo(
                Text(root, "id"),
                new RunIdentity(Text(root, "algorithm"), Text(root, "env_id"), Text(root, "exp_name"), root.GetProperty("seed").GetInt64(), root.GetProperty("project").GetString()),
                [.. root.GetProperty("sessions").EnumerateArray().Select(ReadSession)]);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' does not describe a run: {exception.Message}", exception);
        }
    }

    private static RunSession ReadSession(JsonElement session) => new(
        ReadTime(session, "started") ?? throw new KeyNotFoundException("a session has no 'started'."),
        ReadTime(session, "ended"),
        Enum.Parse<RunState>(Text(session, "state"), ignoreCase: true),
        session.GetProperty("error").GetString(),
        Text(session, "host"),
        session.GetProperty("process_id").GetInt32(),
        [.. session.GetProperty("command_line").EnumerateArray().Select(argument => argument.GetString() ?? "")],
        Text(session, "rlkit"),
        Text(session, "dotnet"),
        Text(session, "os"))
    {
        // Runs of earlier versions lack these.
        Processors = session.TryGetProperty("processors", out JsonElement processors) ? processors.GetInt32() : 0,
        WorkingDirectory = session.TryGetProperty("working_directory", out JsonElement folder) ? folder.GetString() : null,
        Commit = session.TryGetProperty("git_commit", out JsonElement commit) ? commit.GetString() : null,
        IsDirty = session.TryGetProperty("git_dirty", out JsonElement dirty) && dirty.ValueKind != JsonValueKind.Null ? dirty.GetBoolean() : null,
        EnvironmentVariables = session.TryGetProperty("environment", out JsonElement variables)
            ? variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString() ?? "", StringComparer.Ordinal)
            : new Dictionary<string, string>(),
    };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new KeyNotFoundException($"'{name}' is null.");

    private static string Name(RunState state) => state.ToString().ToLowerInvariant();

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } given) json.WriteString(name, given.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }

    private static DateTimeOffset? ReadTime(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null;
}
