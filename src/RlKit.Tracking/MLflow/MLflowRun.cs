using System.Text.Json;

namespace RlKit.Tracking.MLflow;

/// <summary>A run on the server.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ArtifactRoot">Where its artifacts are.</param>
/// <param name="IsDeleted">Whether somebody moved it to the bin.</param>
/// <param name="Params">The parameters that it has.</param>
internal sealed record MLflowRun(string Id, string ArtifactRoot, bool IsDeleted, Dictionary<string, string> Params)
{
    /// <summary>Reads MLflow's message Run.</summary>
    public static MLflowRun Read(JsonElement run)
    {
        JsonElement info = run.GetProperty("info");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (run.TryGetProperty("data", out JsonElement data) && data.TryGetProperty("params", out JsonElement list))
            foreach (JsonElement param in list.EnumerateArray()) values[param.GetProperty("key").GetString()!] = param.TryGetProperty("value", out JsonElement value) ? value.GetString() ?? "" : "";
        return new MLflowRun(
            info.GetProperty("run_id").GetString()!,
            info.TryGetProperty("artifact_uri", out JsonElement root) ? root.GetString() ?? "" : "",
            info.TryGetProperty("lifecycle_stage", out JsonElement stage) && stage.GetString() == "deleted",
            values);
    }
}
