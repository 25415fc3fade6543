using System.Text.Json;

namespace RlKit.Cli.Training;

/// <summary>What a training came to.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="EnvironmentId">The environment.</param>
/// <param name="Algorithm">The algorithm, as the command line calls it.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Result">What the training loop did.</param>
/// <param name="Evaluation">The evaluation of the best policy; null where there was none.</param>
/// <param name="PolicyPath">The best policy; null for a run that was cancelled before there was one.</param>
/// <param name="BestStep">The step of the evaluation that it was the best of; -1 where there was none, and it is the last policy.</param>
/// <param name="VideoPath">The video of that policy; null where there is none.</param>
/// <param name="RunPath">The run's folder.</param>
internal sealed record TrainReport(
    string RunId, string EnvironmentId, string Algorithm, long Seed, TrainingResult Result, EvaluationResult? Evaluation, string? PolicyPath, long BestStep, string? VideoPath, string RunPath)
{
    /// <summary>Writes one line.</summary>
    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("run_id", RunId);
            json.WriteString("env_id", EnvironmentId);
            json.WriteString("algo", Algorithm);
            json.WriteNumber("seed", Seed);
            json.WriteNumber("global_step", Result.Step);
            json.WriteNumber("wall_seconds", Math.Round(Result.Elapsed.TotalSeconds, 3));
            json.WriteNumber("steps_per_second", Math.Round(Result.StepsPerSecond, 1));
            JsonNumber.Write(json, "train_return_mean_100", Result.MeanReturn);
            JsonNumber.Write(json, "eval_return_mean", Evaluation?.Mean);
            JsonNumber.Write(json, "eval_return_std", Evaluation?.StandardDeviation);
            json.WriteString("policy_path", PolicyPath);
            json.WriteString("run_dir", RunPath);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
