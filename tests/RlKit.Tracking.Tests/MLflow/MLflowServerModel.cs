using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RlKit.Tests.MLflow;

/// <summary>
/// What an MLflow server does with the requests of a tracker, and what it refuses: the messages of mlflow/protos/service.proto, the rules of mlflow/utils/validation.py. Like MLflow's file store it
/// keeps whatever comes, twice what comes twice.
/// </summary>
internal sealed partial class MLflowServerModel : IDisposable
{
    private readonly Dictionary<string, (string Id, bool IsDeleted)> _experiments = [];
    private int _made;

    public MLflowServerModel(bool isListening = true) => Http = new LoopbackHttpServer(Handle, isListening);

    public LoopbackHttpServer Http { get; }

    public Uri Address => Http.Address;

    /// <summary>Decides what becomes of a request: null for what it should; an answer instead; one with <see cref="LoopbackHttpServer.Answer.IsCut"/> of status 200 after doing it.</summary>
    public Func<LoopbackHttpServer.Request, LoopbackHttpServer.Answer?> Fault { get; set; } = _ => null;

    /// <summary>What is not as MLflow wants it.</summary>
    public List<string> Violations { get; } = [];

    public Dictionary<string, Run> Runs { get; } = [];

    public Dictionary<string, byte[]> Artifacts { get; } = [];

    public string ArtifactRoot { get; set; } = "mlflow-artifacts:/";

    public Run OnlyRun => Runs.Values.Single();

    public IEnumerable<LoopbackHttpServer.Request> To(string path) => Http.Requests.Where(request => request.Path.EndsWith(path, StringComparison.Ordinal));

    public void AddExperiment(string name, bool isDeleted) => _experiments[name] = (Number(), isDeleted);

    public void Dispose() => Http.Dispose();

    private LoopbackHttpServer.Answer Handle(LoopbackHttpServer.Request request)
    {
        LoopbackHttpServer.Answer? fault = Fault(request);
        if (fault is not null && !(fault.IsCut && fault.Status == 200)) return fault;
        LoopbackHttpServer.Answer answer;
        try
        {
            answer = new(200, Do(request));
        }
        catch (Refusal refusal)
        {
            if (refusal.Code == "INVALID_PARAMETER_VALUE" && !refusal.IsExpected) Violations.Add($"{request.Path}: {refusal.Message}");
            answer = new(refusal.Code == "RESOURCE_DOES_NOT_EXIST" ? 404 : 400, JsonSerializer.Serialize(new { error_code = refusal.Code, message = refusal.Message }));
        }

        return fault is null ? answer : answer with { IsCut = true, Delay = fault.Delay };
    }

    private string Do(LoopbackHttpServer.Request request)
    {
        const string artifacts = "/api/2.0/mlflow-artifacts/artifacts/";
        if (request.Path.StartsWith(artifacts, StringComparison.Ordinal))
        {
            if (request.Method != "PUT") throw new Refusal($"{request.Method} of an artifact");
            Artifacts[request.Path[artifacts.Length..]] = request.Body;
            return "{}";
        }

        if (!request.Path.StartsWith("/api/2.0/mlflow/", StringComparison.Ordinal)) throw new Refusal($"no such path: {request.Path}");
        string path = request.Path["/api/2.0/mlflow/".Length..];
        bool isGet = path is "experiments/get-by-name" or "runs/get" or "metrics/get-history";
        if (request.Method != (isGet ? "GET" : "POST")) throw new Refusal($"{request.Method} {path}");
        if (!isGet && !request.Headers["Content-Type"].StartsWith("application/json", StringComparison.Ordinal)) throw new Refusal("the body is no JSON");
        using JsonDocument? document = isGet ? null : JsonDocument.Parse(request.Text);
        JsonElement body = document?.RootElement ?? default;
        switch (path)
        {
            case "experiments/get-by-name":
            {
                string name = request.Query["experiment_name"];
                if (!_experiments.TryGetValue(name, out (string Id, bool IsDeleted) found)) throw new Refusal($"No experiment {name}", "RESOURCE_DOES_NOT_EXIST");
                return JsonSerializer.Serialize(new { experiment = new { experiment_id = found.Id, name, lifecycle_stage = found.IsDeleted ? "deleted" : "active" } });
            }

            case "experiments/create":
            {
                Fields(body, "name");
                string name = body.GetProperty("name").GetString()!;
                if (_experiments.ContainsKey(name)) throw new Refusal("exists", "RESOURCE_ALREADY_EXISTS");
                AddExperiment(name, isDeleted: false);
                return JsonSerializer.Serialize(new { experiment_id = _experiments[name].Id });
            }

            case "runs/create":
            {
                Fields(body, "experiment_id", "run_name?", "start_time", "tags?");
                string experiment = body.GetProperty("experiment_id").GetString()!;
                if (!_experiments.Values.Any(known => known.Id == experiment)) throw new Refusal("no such experiment");
                if (body.GetProperty("start_time").GetInt64() < 1_600_000_000_000) throw new Refusal("start_time is not in milliseconds");
                string id = $"run{Number()}";
                var run = new Run(id, experiment, $"{ArtifactRoot}{experiment}/{id}/artifacts", body.TryGetProperty("run_name", out JsonElement name) ? name.GetString() : null);
                if (body.TryGetProperty("tags", out JsonElement tags)) Values(tags, 5000, run.Tags, isFixed: false);
                Runs[id] = run;
                return $"{{\"run\":{run.Json()}}}";
            }

            case "runs/search":
            {
                Fields(body, "experiment_ids", "filter", "run_view_type", "max_results");
                Match filter = TagFilter().Match(body.GetProperty("filter").GetString()!);
                if (!filter.Success) throw new Refusal("the filter cannot be read");
                IEnumerable<Run> found = Runs.Values.Where(run => run.Tags.TryGetValue(filter.Groups[1].Value, out string? value) && value == filter.Groups[2].Value && run.Experiment == body.GetProperty("experiment_ids")[0].GetString());
                return $"{{\"runs\":[{string.Join(',', found.Select(run => run.Json()))}]}}";
            }

            case "runs/get": return $"{{\"run\":{Find(request.Query["run_id"]).Json()}}}";
            case "runs/update":
            {
                Fields(body, "run_id", "status?", "end_time?");
                Run run = Active(body);
                run.Statuses.Add(body.GetProperty("status").GetString()!);
                if (!Regex.IsMatch(run.Statuses[^1], "^(RUNNING|SCHEDULED|FINISHED|FAILED|KILLED)$")) throw new Refusal($"status {run.Statuses[^1]}");
                if (body.TryGetProperty("end_time", out JsonElement end)) run.EndTime = end.GetInt64();
                return "{}";
            }

            case "runs/log-batch":
                LogBatch(body, request.Body.Length);
                return "{}";
            case "metrics/get-history":
            {
                // In pages, as newer servers may.
                Run run = Find(request.Query["run_id"]);
                int from = request.Query.TryGetValue("page_token", out string? token) ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
                Metric[] all = [.. run.Metrics.Where(metric => metric.Key == request.Query["metric_key"])];
                string page = string.Join(',', all.Skip(from).Take(PageLength).Select(metric => string.Create(CultureInfo.InvariantCulture, $"{{\"key\":\"x\",\"value\":1,\"timestamp\":{metric.Time},\"step\":\"{metric.Step}\"}}")));
                return from + PageLength < all.Length ? $"{{\"metrics\":[{page}],\"next_page_token\":\"{from + PageLength}\"}}" : $"{{\"metrics\":[{page}]}}";
            }

            default: throw new Refusal($"no such endpoint: {path}");
        }
    }

    public int PageLength { get; set; } = 100_000;

    /// <summary>Metrics that are refused, for whatever reason of the store's.</summary>
    public Predicate<Metric> Refuses { get; set; } = _ => false;

    private void LogBatch(JsonElement body, int length)
    {
        if (length > 1_000_000) throw new Refusal("more than a million bytes");
        Fields(body, "run_id", "metrics?", "params?", "tags?");
        Run run = Active(body);
        int count = 0;
        if (body.TryGetProperty("metrics", out JsonElement metrics))
        {
            count += metrics.GetArrayLength();
            if (metrics.GetArrayLength() > 1000) throw new Refusal("more than 1000 metrics");
            foreach (JsonElement metric in metrics.EnumerateArray())
            {
                Fields(metric, "key", "value", "timestamp", "step");
                Name(metric);
                JsonElement number = metric.GetProperty("value");
                double value = number.ValueKind == JsonValueKind.String
                    ? number.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => throw new Refusal("a value is a text") }
                    : number.GetDouble();
                var sent = new Metric(metric.GetProperty("key").GetString()!, value, metric.GetProperty("step").GetInt64(), metric.GetProperty("timestamp").GetInt64());
                if (sent.Time < 1_600_000_000_000) throw new Refusal("a timestamp is not in milliseconds");
                if (Refuses(sent)) throw new Refusal("refused", isExpected: true);
                // One by one, up to one that is refused.
                run.Metrics.Add(sent);
            }
        }

        foreach ((string list, int longest, Dictionary<string, string> target) in new[] { ("params", 6000, run.Params), ("tags", 5000, run.Tags) })
        {
            if (!body.TryGetProperty(list, out JsonElement values)) continue;
            count += values.GetArrayLength();
            if (values.GetArrayLength() > 100) throw new Refusal($"more than 100 {list}");
            Values(values, longest, target, isFixed: list == "params");
        }

        if (count is 0 or > 1000) throw new Refusal($"{count} items");
    }

    private Run Find(string id) => Runs.TryGetValue(id, out Run? run) ? run : throw new Refusal($"Run '{id}' not found", "RESOURCE_DOES_NOT_EXIST");

    private Run Active(JsonElement body)
    {
        Run run = Find(body.GetProperty("run_id").GetString()!);
        return run.IsDeleted ? throw new Refusal($"The run {run.Id} must be in the 'active' state. Current state is deleted.", isExpected: true) : run;
    }

    private static void Values(JsonElement values, int longest, Dictionary<string, string> target, bool isFixed)
    {
        foreach (JsonElement value in values.EnumerateArray())
        {
            Fields(value, "key", "value");
            Name(value);
            string key = value.GetProperty("key").GetString()!, text = value.GetProperty("value").GetString()!;
            if (text.Length > longest) throw new Refusal($"'{key}' has {text.Length} characters");
            if (isFixed && target.TryGetValue(key, out string? before) && before != text) throw new Refusal($"'{key}' is changed");
            target[key] = text;
        }
    }

    private static void Name(JsonElement item)
    {
        string key = item.GetProperty("key").GetString()!;
        if (!AllowedName().IsMatch(key) || key.Length is 0 or > 250 || key.StartsWith('/') || key.EndsWith('/') || key.Contains("//", StringComparison.Ordinal) || key.Split('/').Any(part => part is "." or ".."))
            throw new Refusal($"'{key}' is no name");
    }

    // A name with a question mark may be left out.
    private static void Fields(JsonElement element, params string[] names)
    {
        foreach (JsonProperty property in element.EnumerateObject())
            if (!names.Contains(property.Name) && !names.Contains(property.Name + "?")) throw new Refusal($"unknown field {property.Name}");
        foreach (string name in names)
            if (!name.EndsWith('?') && !element.TryGetProperty(name, out _)) throw new Refusal($"no field {name}");
    }

    private string Number() => (++_made).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tags\.`([^`]+)` = '([^']+)'$")]
    private static partial Regex TagFilter();

    [GeneratedRegex(@"^[/\w.\- ]*$")]
    private static partial Regex AllowedName();

    internal sealed record Metric(string Key, double Value, long Step, long Time);

    internal sealed record Run(string Id, string Experiment, string ArtifactUri, string? Name)
    {
        public List<Metric> Metrics { get; } = [];

        public Dictionary<string, string> Params { get; } = [];

        public Dictionary<string, string> Tags { get; } = [];

        public List<string> Statuses { get; } = ["RUNNING"];

        public long? EndTime { get; set; }

        public bool IsDeleted { get; set; }

        public IEnumerable<(string, double, long)> Values => Metrics.Select(metric => (metric.Key, metric.Value, metric.Step));

        public string Json() => JsonSerializer.Serialize(new
        {
            info = new { run_id = Id, run_uuid = Id, experiment_id = Experiment, status = Statuses[^1], artifact_uri = ArtifactUri, lifecycle_stage = IsDeleted ? "deleted" : "active" },
            data = new { @params = Params.Select(param => new { key = param.Key, value = param.Value }), tags = Tags.Select(tag => new { key = tag.Key, value = tag.Value }) },
        });
    }

    private sealed class Refusal(string message, string code = "INVALID_PARAMETER_VALUE", bool isExpected = false) : Exception(message)
    {
        public string Code => code;

        public bool IsExpected => isExpected;
    }
}
