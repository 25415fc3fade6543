using System.Globalization;
using System.Text.Json;
using RlKit.Tracking.Files;

namespace RlKit.Tracking.Alerts;

/// <summary>Looks at runs from outside, and tells of those whose process died, that fell silent, or that ended.</summary>
/// <remarks>
/// What was told is kept in <c>watch.json</c> in the folder of the runs, so that it is told once, by whatever process looks next. A run is looked at from when it was found running, or when its last
/// sign of life is younger than a day. That a process died is only known of one on this machine.
/// </remarks>
public sealed class RunWatcher
{
    private const int FormatVersion = 1;
    private const string LockName = "watch.lock", StateName = "watch.json";

    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly RunsFolder _runs;
    private readonly IReadOnlyList<AlertRule> _rules;
    private readonly AlertDelivery _delivery;
    private readonly TrackerFaults _faults;

    /// <summary>A watcher of a folder of runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="rules">When to send an alert: <c>killed</c>, <c>failed</c>, <c>finished</c>, <c>cancelled</c>, <c>no heartbeat for ...</c> and <c>no progress for ...</c>.</param>
    /// <param name="channels">Where to.</param>
    /// <param name="onError">Told once for each channel that cannot be reached. What it throws is ignored.</param>
    /// <exception cref="ArgumentException">A rule cannot be seen from outside.</exception>
    public RunWatcher(RunsFolder runs, IReadOnlyList<AlertRule> rules, IReadOnlyList<IAlertChannel> channels, Action<Exception>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(channels);
        if (rules.FirstOrDefault(rule => rule.IsOfMetric || rule.Condition == AlertCondition.Memory) is { } inner)
            throw new ArgumentException($"The alert '{inner.Text}' cannot be seen from outside; give it to the training ('rlkit train --alert', or an AlertTracker).", nameof(rules));
        (_runs, _rules, _faults) = (runs, [.. rules], new TrackerFaults(onError));
        _delivery = new AlertDelivery([.. channels], _faults, TimeSpan.FromSeconds(1));
    }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Looks at all runs once.</summary>
    /// <param name="cancellation">Ends the sending.</param>
    /// <returns>What was sent, in the order of the runs, oldest first.</returns>
    /// <exception cref="InvalidDataException">What was told before cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written, or another process looks at the runs for longer than two seconds.</exception>
    public IReadOnlyList<Alert> Check(CancellationToken cancellation = default)
    {
        if (!Directory.Exists(_runs.FolderPath)) return [];
        using FileStream taken = RunLock.Take(Path.Combine(_runs.FolderPath, LockName)) ?? throw new IOException($"Another process watches '{_runs.FolderPath}'; wait for it, or end it.");
        string path = Path.Combine(_runs.FolderPath, StateName);
        Dictionary<string, Sighting> before = Read(path), now = new(StringComparer.Ordinal);
        var sent = new List<Alert>();
        bool isWhole = false;
        try
        {
            foreach (RunDirectory run in _runs.Runs.Reverse())
            {
                if (Look(run) is not { } sighting) continue;
                before.TryGetValue(sighting.Key, out Sighting? known);
                if (known is not { IsRunning: true } && Time.GetUtcNow().UtcDateTime - sighting.HeartBeat > Recent) continue;
                if (known is not null) sighting.Told.UnionWith(known.Told);
                now[sighting.Key] = sighting;
                foreach (AlertRule rule in _rules) Tell(run, sighting, rule, sent, cancellation);
            }

            isWhole = !cancellation.IsCancellationRequested;
        }
        finally
        {
            // Runs that were not looked at this time are not gone.
            if (!isWhole)
                foreach ((string key, Sighting sighting) in before) now.TryAdd(key, sighting);
            Write(path, now.Values);
        }

        return sent;
    }

    // Null when it was removed meanwhile.
    private static Sighting? Look(RunDirectory run)
    {
        RunSession session = run.Info.Sessions[^1];
        RunState state = run.State;
        // Another machine's locks are not seen everywhere.
        if (state == RunState.Killed && session.Outcome == RunState.Running && session.Host != Environment.MachineName) state = RunState.Running;
        DateTime progress = session.Started.UtcDateTime, heartBeat = progress;
        foreach (string file in (ReadOnlySpan<string>)[run.MetricsPath, run.EpisodesPath, run.CheckpointsPath, run.VideosPath]) Raise(ref progress, file);
        try
        {
            foreach (string file in Directory.EnumerateFiles(run.FolderPath)) Raise(ref heartBeat, file);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }

        return new Sighting(string.Create(CultureInfo.InvariantCulture, $"{run.Info.Id}/{run.Info.Sessions.Count}"), state, progress > heartBeat ? progress : heartBeat, progress);

        static void Raise(ref DateTime latest, string file)
        {
            DateTime written = File.GetLastWriteTimeUtc(file);
            if (written > latest) latest = written;
        }
    }

    private void Tell(RunDirectory run, Sighting sighting, AlertRule rule, List<Alert> sent, CancellationToken cancellation)
    {
        DateTime now = Time.GetUtcNow().UtcDateTime;
        TimeSpan silent = now - sighting.HeartBeat, idle = now - sighting.Progress;
        RunSession session = run.Info.Sessions[^1];
        string? what = rule.Condition switch
        {
            AlertCondition.Killed when sighting.State == RunState.Killed => string.Create(CultureInfo.InvariantCulture, $"its process {session.ProcessId} on {session.Host} died; the last sign of life was at {sighting.HeartBeat:yyyy-MM-dd HH:mm:ss} UTC. Resume it with --resume {run.Info.Id}"),
            AlertCondition.Failed when sighting.State == RunState.Failed => "failed" + (session.Error is null ? "" : ": " + session.Error),
            AlertCondition.Finished when sighting.State == RunState.Finished => "finished",
            AlertCondition.Cancelled when sighting.State == RunState.Cancelled => "cancelled",
            AlertCondition.NoHeartbeat when sighting.IsRunning && silent >= rule.Time => string.Create(CultureInfo.InvariantCulture, $"no sign of life for {silent.TotalSeconds:0} s (process {session.ProcessId} on {session.Host})"),
            AlertCondition.NoProgress when sighting.IsRunning && idle >= rule.Time => string.Create(CultureInfo.InvariantCulture, $"no progress for {idle.TotalSeconds:0} s (process {session.ProcessId} on {session.Host})"),
            _ => null,
        };
        if (what is null)
        {
            sighting.Told.Remove(rule.Text);
            return;
        }

        if (sighting.Told.Contains(rule.Text) || cancellation.IsCancellationRequested) return;
        var alert = new Alert(rule, Alert.Describe(run.Info), what, Time.GetUtcNow());
        // What nobody got is told again at the next look.
        if (!_delivery.Send(alert, cancellation)) return;
        sighting.Told.Add(rule.Text);
        sent.Add(alert);
    }

    private static Dictionary<string, Sighting> Read(string path)
    {
        var sightings = new Dictionary<string, Sighting>(StringComparer.Ordinal);
        if (!File.Exists(path)) return sightings;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            int format = document.RootElement.GetProperty("format").GetInt32();
            if (format > FormatVersion) throw new InvalidDataException($"'{path}' is of format {format}, and this version of RlKit reads up to {FormatVersion}; watch with the version that wrote it, or a newer one.");
            foreach (JsonProperty run in document.RootElement.GetProperty("runs").EnumerateObject())
            {
                var sighting = new Sighting(run.Name, run.Value.GetProperty("running").GetBoolean() ? RunState.Running : RunState.Finished, default, default);
                foreach (JsonElement told in run.Value.GetProperty("told").EnumerateArray()) sighting.Told.Add(told.GetString()!);
                sightings[run.Name] = sighting;
            }

            return sightings;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {exception.Message} Remove it to watch anew.", exception);
        }
    }

    private static void Write(string path, IEnumerable<Sighting> sightings) => AtomicFile.Write(path, output =>
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("format", FormatVersion);
        json.WriteStartObject("runs");
        foreach (Sighting sighting in sightings)
        {
            json.WriteStartObject(sighting.Key);
            json.WriteBoolean("running", sighting.IsRunning);
            json.WriteStartArray("told");
            foreach (string rule in sighting.Told.Order(StringComparer.Ordinal)) json.WriteStringValue(rule);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    // A process that trained a run, as it was seen; the key is the run's id and the number of processes that trained it.
    private sealed record Sighting(string Key, RunState State, DateTime HeartBeat, DateTime Progress)
    {
        public bool IsRunning => State == RunState.Running;

        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);
    }
}
