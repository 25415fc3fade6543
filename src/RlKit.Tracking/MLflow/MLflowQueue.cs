using System.Globalization;
using System.Text.Json;

namespace RlKit.Tracking.MLflow;

/// <summary>What is to be sent, in a folder: one file for each process that reported, and beside them how far it was sent. There are no credentials in it.</summary>
internal sealed class MLflowQueue
{
    private const int FormatVersion = 1;
    private const string StateName = "state.json";

    private int _lastNumber;

    /// <summary>Opens the queue of a folder, or one that is empty.</summary>
    /// <exception cref="InvalidDataException">The folder's state is damaged, or of a newer format.</exception>
    public MLflowQueue(string folder)
    {
        FolderPath = folder;
        if (Exists(folder)) Load();
    }

    /// <summary>Whether a folder has a queue.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, StateName));

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>Given to the run as a tag when it is made, by which it is found again when the answer was lost.</summary>
    public string Key { get; private set; } = Guid.NewGuid().ToString("N");

    /// <summary>The run's id on the server; null before it is known.</summary>
    public string? RunId { get; set; }

    /// <summary>Whether the server was told how the run ended, and it did not go on since.</summary>
    public bool HasEnded { get; set; }

    /// <summary>The files, oldest first.</summary>
    public List<MLflowPart> Parts { get; } = [];

    /// <summary>How far each metric was sent.</summary>
    public Dictionary<string, MLflowMark> Marks { get; } = new(StringComparer.Ordinal);

    /// <summary>How far a metric was sent.</summary>
    public MLflowMark MarkOf(string name) => Marks.TryGetValue(name, out MLflowMark mark) ? mark : MLflowMark.None;

    /// <summary>The file of a part.</summary>
    public string PathOf(MLflowPart part) => Path.Combine(FolderPath, string.Create(CultureInfo.InvariantCulture, $"queue-{part.Number:D4}.bin"));

    /// <summary>A file for a process that goes on from a step; what others reported of later steps is not sent any more.</summary>
    public MLflowPart Begin(long step)
    {
        foreach (MLflowPart earlier in Parts) earlier.LastStep = Math.Min(earlier.LastStep, step);
        var part = new MLflowPart { Number = ++_lastNumber };
        Parts.Add(part);
        HasEnded = false;
        Save(isDurable: true);
        return part;
    }

    /// <summary>Forgets a part that is sent.</summary>
    public void Remove(MLflowPart part)
    {
        Parts.Remove(part);
        Save();
        File.Delete(PathOf(part));
    }

    /// <summary>Forgets all parts that are sent, when nobody adds to them any more.</summary>
    public void RemoveSent()
    {
        foreach (MLflowPart part in Parts.Where(part => part.Acknowledged >= new FileInfo(PathOf(part)).Length).ToArray()) Remove(part);
    }

    /// <summary>Writes what is known.</summary>
    /// <param name="isDurable">Whether to wait for the disk. Not for each batch: a machine that went down is noticed by <see cref="Load"/>.</param>
    public void Save(bool isDurable = false) => AtomicFile.Write(StatePath, Write, isDurable);

    private void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("format", FormatVersion);
        json.WriteString("key", Key);
        json.WriteString("run_id", RunId);
        json.WriteBoolean("ended", HasEnded);
        json.WriteNumber("last_part", _lastNumber);
        json.WriteStartArray("parts");
        foreach (MLflowPart part in Parts)
        {
            json.WriteStartObject();
            json.WriteNumber("number", part.Number);
            json.WriteNumber("last_step", part.LastStep);
            json.WriteNumber("acknowledged", part.Acknowledged);
            json.WriteNumber("sending", part.Sending);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("sent");
        foreach ((string name, MLflowMark mark) in Marks)
        {
            json.WriteStartArray(name);
            foreach (long number in (ReadOnlySpan<long>)[mark.Step, mark.Count, mark.Time, mark.Part, mark.SkippingPart, mark.Skipped]) json.WriteNumberValue(number);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private string StatePath => Path.Combine(FolderPath, StateName);

    private void Load()
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(StatePath));
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format > FormatVersion)
                throw new InvalidDataException($"'{StatePath}' is of format {format}, and this version of RlKit reads up to {FormatVersion}; read it with the version that wrote it, or a newer one.");
            Key = root.GetProperty("key").GetString()!;
            RunId = root.GetProperty("run_id").GetString();
            HasEnded = root.GetProperty("ended").GetBoolean();
            _lastNumber = root.GetProperty("last_part").GetInt32();
            foreach (JsonElement part in root.GetProperty("parts").EnumerateArray())
            {
                Parts.Add(new MLflowPart
                {
                    Number = part.GetProperty("number").GetInt32(),
                    LastStep = part.GetProperty("last_step").GetInt64(),
                    Acknowledged = part.GetProperty("acknowledged").GetInt64(),
                    Sending = part.GetProperty("sending").GetInt64(),
                });
            }

            // What was written just before the machine went down may be lost, and the server has it.
            bool wentDown = File.GetLastWriteTimeUtc(StatePath) < DateTime.UtcNow.AddMinutes(1).AddMilliseconds(-Environment.TickCount64);
            foreach (MLflowPart part in Parts.Where(_ => wentDown)) part.Sending = long.MaxValue;

            foreach (JsonProperty mark in root.GetProperty("sent").EnumerateObject())
            {
                long[] numbers = [.. mark.Value.EnumerateArray().Select(number => number.GetInt64())];
                Marks[mark.Name] = new(numbers[0], (int)numbers[1], numbers[2], (int)numbers[3], (int)numbers[4], (int)numbers[5]);
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"'{StatePath}' is damaged: {exception.Message} Remove its folder to send the rest of the run as a new one.", exception);
        }
    }
}
