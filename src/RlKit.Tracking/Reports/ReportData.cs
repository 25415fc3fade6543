using System.Globalization;
using System.Text.Json;

namespace RlKit.Tracking.Reports;

/// <summary>The runs of a report as the JSON that its page reads.</summary>
internal static class ReportData
{
    private const int LongestText = 64 << 10, MostTexts = 100;

    /// <summary>Writes it. All but ASCII letters, digits and harmless signs is escaped, so that no text of a run can end the element that it stands in.</summary>
    public static void Write(Stream output, string title, IReadOnlyList<ReportRun> runs, ReportMedia media, long maxMediaBytes)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("title", title);
        WriteTime(json, "generated", DateTimeOffset.UtcNow);
        json.WriteString("version", typeof(ReportData).Assembly.GetName().Version?.ToString(3));
        json.WriteNumber("mostPoints", Curve.MostPoints);
        json.WriteNumber("maxMediaBytes", maxMediaBytes);
        json.WriteNumber("mediaLeftOut", media.LeftOut);
        json.WriteStartArray("runs");
        foreach (ReportRun run in runs) WriteRun(json, run, media);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, ReportRun run, ReportMedia media)
    {
        RunInfo info = run.Directory.Info;
        json.WriteStartObject();
        json.WriteString("id", info.Id);
        json.WriteString("folder", Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Directory.FolderPath)));
        json.WriteString("project", info.Identity.Project);
        json.WriteString("algorithm", info.Identity.Algorithm);
        json.WriteString("environment", info.Identity.EnvironmentId);
        json.WriteString("experiment", info.Identity.Experiment);
        json.WriteNumber("seed", info.Identity.Seed);
        json.WriteString("state", Lower(run.State));
        json.WriteString("error", info.Sessions[^1].Error);
        WriteTime(json, "started", info.Started);
        WriteTime(json, "ended", info.Ended);
        json.WriteNumber("step", run.LastStep);
        json.WriteNumber("seconds", run.Seconds);
        json.WriteNumber("episodes", run.Episodes.Count);
        WriteSessions(json, run);
        WriteValues(json, "config", run.Configuration);
        WriteValues(json, "summary", run.Summary);
        json.WriteStartArray("faults");
        foreach (string fault in run.Faults) json.WriteStringValue(fault);
        json.WriteEndArray();
        json.WritePropertyName("times");
        run.Times.WriteRising(json);
        json.WritePropertyName("episodeCounts");
        run.Episodes.WriteRising(json);
        json.WriteStartObject("curves");
        foreach ((string name, Curve curve) in run.Curves)
        {
            json.WritePropertyName(name);
            curve.Write(json);
        }

        json.WriteEndObject();
        WriteFiles(json, run, media);
        WriteText(json, "console", run.Console);
        json.WriteStartArray("texts");
        foreach ((string name, long step, string text) in run.Texts.TakeLast(MostTexts))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("step", step);
            json.WriteString("text", text.Length <= LongestText ? text : text[..LongestText]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSessions(Utf8JsonWriter json, ReportRun run)
    {
        IReadOnlyList<RunSession> sessions = run.Directory.Info.Sessions;
        json.WriteStartArray("sessions");
        for (int i = 0; i < sessions.Count; i++)
        {
            RunSession session = sessions[i];
            json.WriteStartObject();
            WriteTime(json, "started", session.Started);
            WriteTime(json, "ended", session.Ended);
            json.WriteString("state", Lower(i == sessions.Count - 1 ? run.State : session.Outcome));
            json.WriteString("error", session.Error);
            json.WriteString("host", session.Host);
            json.WriteNumber("processId", session.ProcessId);
            json.WriteStartArray("commandLine");
            foreach (string argument in session.CommandLine) json.WriteStringValue(argument);
            json.WriteEndArray();
            json.WriteString("rlkit", session.LibraryVersion);
            json.WriteString("dotnet", session.Runtime);
            json.WriteString("os", session.OperatingSystem);
            json.WriteNumber("processors", session.Processors);
            json.WriteString("folder", session.WorkingDirectory);
            json.WriteString("commit", session.Commit);
            if (session.IsDirty is { } isDirty) json.WriteBoolean("isDirty", isDirty);
            json.WriteStartObject("variables");
            foreach ((string name, string value) in session.EnvironmentVariables) json.WriteString(name, value);
            json.WriteEndObject();
            WriteText(json, "changes", run.Changes.ElementAtOrDefault(i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFiles(Utf8JsonWriter json, ReportRun run, ReportMedia media)
    {
        json.WriteStartArray("files");
        foreach (ReportFile file in run.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            if (file.Step is { } step) json.WriteNumber("step", step);
            json.WriteString("path", Path.GetRelativePath(run.Directory.FolderPath, file.FilePath).Replace('\\', '/'));
            json.WriteString("type", file.MediaType);
            json.WriteNumber("bytes", file.Length);
            if (media.Numbers.TryGetValue(file, out int number)) json.WriteNumber("media", number);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, ReportText? text)
    {
        if (text is null) return;
        json.WriteStartObject(name);
        json.WriteString("text", text.Text);
        json.WriteNumber("bytes", text.Length);
        json.WriteNumber("held", text.Held);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, object?> values)
    {
        json.WriteStartObject(name);
        foreach ((string key, object? value) in values)
        {
            switch (value)
            {
                case null: json.WriteNull(key); break;
                case bool flag: json.WriteBoolean(key, flag); break;
                case long number: json.WriteNumber(key, number); break;
                case double number when double.IsFinite(number): json.WriteNumber(key, number); break;
                default: json.WriteString(key, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            }
        }

        json.WriteEndObject();
    }

    private static string Lower(RunState state) => state.ToString().ToLowerInvariant();

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } given) json.WriteNumber(name, given.ToUnixTimeMilliseconds());
        else json.WriteNull(name);
    }
}
