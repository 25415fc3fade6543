using System.Globalization;
using System.Text.Json;

namespace RlKit.Tracking.MLflow;

/// <summary>What is asked of an MLflow server, in its words (mlflow/protos/service.proto).</summary>
internal sealed class MLflowServer(MLflowClient client)
{
    /// <summary>The tag by which a run is found that this process, or one before it, made.</summary>
    public const string KeyTag = "rlkit.queue";

    /// <summary>The id of an experiment; null where there is none.</summary>
    public string? FindExperiment(string name)
    {
        try
        {
            using JsonDocument answer = client.Get("experiments/get-by-name", ("experiment_name", name));
            JsonElement experiment = answer.RootElement.GetProperty("experiment");
            string id = experiment.GetProperty("experiment_id").ToString();
            if (experiment.TryGetProperty("lifecycle_stage", out JsonElement stage) && stage.GetString() == "deleted")
                throw new MLflowException(MLflowFault.Permanent, $"The experiment '{name}' was deleted; restore it with 'mlflow experiments restore --experiment-id {id}', or give another name.");
            return id;
        }
        catch (MLflowException error) when (error.Code == "RESOURCE_DOES_NOT_EXIST")
        {
            return null;
        }
    }

    /// <summary>Makes an experiment.</summary>
    /// <returns>Its id; null where there is one of this name meanwhile.</returns>
    public string? CreateExperiment(string name)
    {
        try
        {
            using JsonDocument made = client.Post("experiments/create", json => json.WriteString("name", name));
            return made.RootElement.GetProperty("experiment_id").ToString();
        }
        catch (MLflowException error) when (error.Code == "RESOURCE_ALREADY_EXISTS")
        {
            return null;
        }
    }

    /// <summary>The run that has a key; null where there is none.</summary>
    public MLflowRun? FindRun(string experiment, string key)
    {
        using JsonDocument answer = client.Post("runs/search", json =>
        {
            json.WriteStartArray("experiment_ids");
            json.WriteStringValue(experiment);
            json.WriteEndArray();
            json.WriteString("filter", $"tags.`{KeyTag}` = '{key}'");
            json.WriteString("run_view_type", "ALL");
            json.WriteNumber("max_results", 1);
        });
        return answer.RootElement.TryGetProperty("runs", out JsonElement runs) && runs.GetArrayLength() > 0 ? MLflowRun.Read(runs[0]) : null;
    }

    public MLflowRun CreateRun(string experiment, string key, MLflowTrackerOptions options, long time)
    {
        using JsonDocument answer = client.Post("runs/create", json =>
        {
            json.WriteString("experiment_id", experiment);
            if (options.RunName is not null) json.WriteString("run_name", options.RunName);
            json.WriteNumber("start_time", time);
            WriteList(json, "tags", [(KeyTag, key), .. options.Tags.Select(tag => (tag.Key, tag.Value))]);
        });
        return MLflowRun.Read(answer.RootElement.GetProperty("run"));
    }

    public MLflowRun GetRun(string id)
    {
        using JsonDocument answer = client.Get("runs/get", ("run_id", id));
        return MLflowRun.Read(answer.RootElement.GetProperty("run"));
    }

    /// <summary>Says how a run stands.</summary>
    /// <param name="id">The run.</param>
    /// <param name="status">RUNNING, FINISHED, FAILED or KILLED.</param>
    /// <param name="end">When it ended, in milliseconds since 1970; null for one that goes on.</param>
    public void UpdateRun(string id, string status, long? end)
    {
        using JsonDocument _ = client.Post("runs/update", json =>
        {
            json.WriteString("run_id", id);
            json.WriteString("status", status);
            if (end is { } time) json.WriteNumber("end_time", time);
        });
    }

    /// <summary>Sends at most 1000 values.</summary>
    public void LogMetrics(string run, IReadOnlyList<MLflowMetric> metrics)
    {
        using JsonDocument _ = client.Post("runs/log-batch", json =>
        {
            json.WriteString("run_id", run);
            json.WriteStartArray("metrics");
            foreach (MLflowMetric metric in metrics)
            {
                json.WriteStartObject();
                json.WriteString("key", metric.Key);
                // Protocol Buffers in JSON write what is no number as text.
                if (double.IsFinite(metric.Value)) json.WriteNumber("value", metric.Value);
                else json.WriteString("value", metric.Value.ToString(CultureInfo.InvariantCulture));
                json.WriteNumber("timestamp", metric.Time);
                json.WriteNumber("step", metric.Step);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Sends at most 100 parameters or tags.</summary>
    /// <param name="run">The run.</param>
    /// <param name="list">"params" or "tags".</param>
    /// <param name="values">Names and values.</param>
    public void LogValues(string run, string list, IReadOnlyList<(string Key, string Value)> values)
    {
        using JsonDocument _ = client.Post("runs/log-batch", json =>
        {
            json.WriteString("run_id", run);
            WriteList(json, list, values);
        });
    }

    /// <summary>The steps and times of the values of a metric.</summary>
    /// <param name="run">The run.</param>
    /// <param name="key">The metric.</param>
    /// <param name="page">What the page before gave; empty for the first.</param>
    /// <param name="values">Gets them.</param>
    /// <returns>What gives the next page; empty after the last.</returns>
    public string AddHistory(string run, string key, string page, HashSet<(long Step, long Time)> values)
    {
        // Stores without pages refuse to be asked for one.
        using JsonDocument answer = page.Length == 0 ? client.Get("metrics/get-history", ("run_id", run), ("metric_key", key)) : client.Get("metrics/get-history", ("run_id", run), ("metric_key", key), ("page_token", page));
        if (answer.RootElement.TryGetProperty("metrics", out JsonElement metrics))
            foreach (JsonElement metric in metrics.EnumerateArray()) values.Add((Whole(metric, "step"), Whole(metric, "timestamp")));
        return answer.RootElement.TryGetProperty("next_page_token", out JsonElement next) ? next.GetString() ?? "" : "";
    }

    // Whole numbers of 64 bits are texts in the JSON of Protocol Buffers, and numbers in MLflow's own; a zero may be left out.
    private static long Whole(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value)) return 0;
        return value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt64();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<(string Key, string Value)> values)
    {
        json.WriteStartArray(name);
        foreach ((string key, string value) in values)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
