using RlKit.Tracking.Protobuf;

namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>The fields of a message of a .wandb file (wandb/proto/wandb_internal.proto), by their numbers.</summary>
internal sealed class WandbSchema
{
    public const int History = 2, Summary = 3, Output = 4, Configuration = 5, Files = 6, Stats = 7, Alert = 10, Telemetry = 11, Metric = 12, OutputRaw = 13, Run = 17, Exit = 18,
        Final = 20, Header = 21, Footer = 22, Environment = 26;

    private static readonly WandbSchema Empty = new([]);
    private static readonly WandbSchema Timestamp = new([new(1, "seconds", Kind.Integer), new(2, "nanos", Kind.Integer)]);
    private static readonly WandbSchema Item = new([new(1, "key", Kind.Text), new(2, "nested_key", Kind.Text, IsRepeated: true), new(16, "value_json", Kind.Text)]);
    private static readonly WandbSchema Update = new([Messages(1, "update", Item), Messages(2, "remove", Item)]);
    private static readonly WandbSchema GitSchema = new([new(1, "remote_url", Kind.Text), new(2, "commit", Kind.Text)]);
    private static readonly WandbSchema TelemetrySchema = new([new(4, "python_version", Kind.Text), new(5, "cli_version", Kind.Text), new(13, "platform", Kind.Text)]);
    private static readonly WandbSchema Console = new([new(1, "output_type", Kind.Name, Names: ["STDERR", "STDOUT"]), Message(2, "timestamp", Timestamp), new(3, "line", Kind.Text)]);

    private static readonly WandbSchema Records = new(
    [
        Message(History, "history", new([Messages(1, "item", Item), Message(2, "step", new([new(1, "num", Kind.Integer)]))])),
        Message(Summary, "summary", Update),
        Message(Output, "output", Console),
        Message(Configuration, "config", Update),
        Message(Files, "files", new([Messages(1, "files", new(
        [
            new(1, "path", Kind.Text), new(2, "policy", Kind.Name, Names: ["NOW", "END", "LIVE"]), new(3, "type", Kind.Name, Names: ["OTHER", "WANDB", "MEDIA", "ARTIFACT"]),
        ]))])),
        Message(Stats, "stats", new([new(1, "stats_type", Kind.Name, Names: ["SYSTEM"]), Message(2, "timestamp", Timestamp), Messages(3, "item", Item)])),
        Message(Alert, "alert", new([new(1, "title", Kind.Text), new(2, "text", Kind.Text), new(3, "level", Kind.Text), new(4, "wait_duration", Kind.Integer)])),
        Message(Telemetry, "telemetry", TelemetrySchema),
        Message(Metric, "metric", new(
        [
            new(1, "name", Kind.Text), new(2, "glob_name", Kind.Text), new(4, "step_metric", Kind.Text), new(5, "step_metric_index", Kind.Integer),
            Message(6, "options", new([new(1, "step_sync", Kind.Flag), new(2, "hidden", Kind.Flag), new(3, "defined", Kind.Flag)])),
            Message(7, "summary", new(
            [
                new(1, "min", Kind.Flag), new(2, "max", Kind.Flag), new(3, "mean", Kind.Flag), new(4, "best", Kind.Flag), new(5, "last", Kind.Flag), new(6, "none", Kind.Flag),
                new(7, "copy", Kind.Flag), new(8, "first", Kind.Flag),
            ])),
            new(8, "goal", Kind.Name, Names: ["GOAL_UNSET", "GOAL_MINIMIZE", "GOAL_MAXIMIZE"]), new(10, "expanded_from_glob", Kind.Flag),
        ])),
        Message(OutputRaw, "output_raw", Console),
        Message(Run, "run", new(
        [
            new(1, "run_id", Kind.Text), new(2, "entity", Kind.Text), new(3, "project", Kind.Text), Message(4, "config", Update), Message(5, "summary", Update), new(6, "run_group", Kind.Text),
            new(7, "job_type", Kind.Text), new(8, "display_name", Kind.Text), new(9, "notes", Kind.Text), new(10, "tags", Kind.Text, IsRepeated: true), new(12, "sweep_id", Kind.Text),
            new(13, "host", Kind.Text), new(14, "starting_step", Kind.Integer), new(16, "storage_id", Kind.Text), Message(17, "start_time", Timestamp), new(18, "resumed", Kind.Flag),
            Message(19, "telemetry", TelemetrySchema), new(20, "runtime", Kind.Integer), Message(21, "git", GitSchema), new(22, "forked", Kind.Flag),
        ])),
        Message(Exit, "exit", new([new(1, "exit_code", Kind.Integer), new(2, "runtime", Kind.Integer), new(3, "not_complete", Kind.Flag)])),
        Message(Final, "final", Empty),
        Message(Header, "header", new([Message(1, "version_info", new([new(1, "producer", Kind.Text), new(2, "min_consumer", Kind.Text)]))])),
        Message(Footer, "footer", Empty),
        Message(23, "preempting", Empty),
        Message(Environment, "environment", new(
        [
            new(1, "os", Kind.Text), new(2, "python", Kind.Text), Message(3, "started_at", Timestamp), new(4, "docker", Kind.Text), new(5, "args", Kind.Text, IsRepeated: true),
            new(6, "program", Kind.Text), new(7, "code_path", Kind.Text), new(8, "code_path_local", Kind.Text), Message(9, "git", GitSchema), new(10, "email", Kind.Text), new(11, "root", Kind.Text),
            new(12, "host", Kind.Text), new(13, "username", Kind.Text), new(14, "executable", Kind.Text), new(15, "colab", Kind.Text), new(16, "cpu_count", Kind.Integer),
            new(17, "cpu_count_logical", Kind.Integer), new(18, "gpu_type", Kind.Text), new(19, "gpu_count", Kind.Integer),
            new(20, "disk", Kind.Map, Message: new([new(1, "total", Kind.Integer), new(2, "used", Kind.Integer)])), Message(21, "memory", new([new(1, "total", Kind.Integer)])),
            Message(22, "cpu", new([new(1, "count", Kind.Integer), new(2, "count_logical", Kind.Integer)])), new(25, "cuda_version", Kind.Text), new(199, "writer_id", Kind.Text),
        ])),
    ]);

    private readonly Dictionary<int, Field> _fields;

    private WandbSchema(Field[] fields) => _fields = fields.ToDictionary(field => field.Number);

    private enum Kind
    {
        Integer,
        Flag,
        Text,
        Name,
        Message,
        Map,
    }

    /// <summary>Reads a whole record.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static (long Number, string Kind, IReadOnlyDictionary<string, object?> Content) DecodeRecord(ReadOnlySpan<byte> record)
    {
        long number = 0;
        string kind = "";
        IReadOnlyDictionary<string, object?> content = new Dictionary<string, object?>();
        var fields = new ProtobufReader(record);
        while (fields.Next(out int field))
        {
            if (field == 1)
            {
                number = fields.Integer();
            }
            else if (Records._fields.TryGetValue(field, out Field? known))
            {
                kind = known.Name;
                content = known.Message!.Decode(fields.Bytes());
            }
            else
            {
                fields.Skip();
            }
        }

        return (number, kind, content);
    }

    private static Field Message(int number, string name, WandbSchema schema) => new(number, name, Kind.Message, Message: schema);

    private static Field Messages(int number, string name, WandbSchema schema) => new(number, name, Kind.Message, IsRepeated: true, Message: schema);

    private Dictionary<string, object?> Decode(ReadOnlySpan<byte> message)
    {
        var content = new Dictionary<string, object?>(StringComparer.Ordinal);
        // A point in time has both of its parts, whichever are zero.
        if (this == Timestamp) (content["seconds"], content["nanos"]) = (0L, 0L);
        var fields = new ProtobufReader(message);
        while (fields.Next(out int number))
        {
            if (!_fields.TryGetValue(number, out Field? field))
            {
                fields.Skip();
                continue;
            }

            if (field.Kind == Kind.Map)
            {
                if (!content.TryGetValue(field.Name, out object? map)) content[field.Name] = map = new Dictionary<string, object?>(StringComparer.Ordinal);
                DecodePair(fields.Bytes(), field.Message!, (Dictionary<string, object?>)map!);
                continue;
            }

            object? value = field.Kind switch
            {
                Kind.Integer => fields.Integer(),
                Kind.Flag => fields.Integer() != 0,
                Kind.Text => fields.Text(),
                Kind.Name => field.NameOf(fields.Integer()),
                _ => field.Message!.Decode(fields.Bytes()),
            };
            if (!field.IsRepeated)
            {
                content[field.Name] = value;
                continue;
            }

            if (!content.TryGetValue(field.Name, out object? list)) content[field.Name] = list = new List<object?>();
            ((List<object?>)list!).Add(value);
        }

        return content;
    }

    private static void DecodePair(ReadOnlySpan<byte> entry, WandbSchema schema, Dictionary<string, object?> map)
    {
        string key = "";
        Dictionary<string, object?> value = [];
        var fields = new ProtobufReader(entry);
        while (fields.Next(out int field))
        {
            if (field == 1) key = fields.Text();
            else if (field == 2) value = schema.Decode(fields.Bytes());
            else fields.Skip();
        }

        map[key] = value;
    }

    private sealed record Field(int Number, string Name, Kind Kind, bool IsRepeated = false, WandbSchema? Message = null, string[]? Names = null)
    {
        public object NameOf(long number) => number >= 0 && number < Names!.Length ? Names[number] : number;
    }
}
