using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RlKit.Cli.Training;

namespace RlKit.Cli.Comparing;

/// <summary>One run of a comparison.</summary>
/// <param name="Algorithm">The algorithm, or "random".</param>
/// <param name="Seed">The seed.</param>
/// <param name="TrainReturn">Mean return of the last 100 training episodes; null where there is none.</param>
/// <param name="EvaluationReturn">Mean return of the evaluation of the best policy; null where there is none.</param>
/// <param name="Steps">Environment steps of the training.</param>
/// <param name="Seconds">Wall time of the training.</param>
/// <param name="RunId">The run's id; null for what does not train.</param>
/// <param name="RunPath">The run's folder; null for what does not train.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
internal sealed partial record ComparedRun(string Algorithm, long Seed, double? TrainReturn, double? EvaluationReturn, long Steps, double Seconds, string? RunId, string? RunPath, string? Error)
{
    public const string Random = "random";

    /// <summary>Trains in a process of its own: runs do not disturb each other, and one that fails does not end the others.</summary>
    public static async Task<ComparedRun> TrainAsync(Algorithm algorithm, EnvironmentSpec spec, long seed, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        string[] all = ["train", algorithm.Name, "--env-id", spec.Id, "--seed", seed.ToString(CultureInfo.InvariantCulture), "--json", .. arguments];
        var start = new ProcessStartInfo(System.Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Under the host 'dotnet' the program is its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) start.ArgumentList.Add(typeof(ComparedRun).Assembly.Location);
        foreach (string argument in all) start.ArgumentList.Add(argument);

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None), errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0) return Failed(algorithm, seed, process.ExitCode, await errors);
        using JsonDocument json = JsonDocument.Parse(LastLine(await output));
        JsonElement result = json.RootElement;
        return new ComparedRun(
            algorithm.Name, seed, Number(result, "train_return_mean_100"), Number(result, "eval_return_mean"),
            result.GetProperty("global_step").GetInt64(), result.GetProperty("wall_seconds").GetDouble(), result.GetProperty("run_id").GetString(), result.GetProperty("run_dir").GetString(), null);
    }

    /// <summary>Plays with random actions.</summary>
    public static ComparedRun PlayRandomly(EnvironmentSpec spec, long seed, int episodes, CancellationToken cancellation)
    {
        using IVectorEnvironment copies = Environments.MakeVector(spec.Id, Math.Min(episodes, 32));
        var watch = Stopwatch.StartNew();
        EvaluationResult result = Evaluator.Evaluate(new RandomPolicy(copies.ObservationSpace, copies.ActionSpace, seed), copies, episodes, seed, deterministic: false, cancellation);
        return new ComparedRun(Random, seed, null, result.Mean, 0, watch.Elapsed.TotalSeconds, null, null, null);
    }

    private static ComparedRun Failed(Algorithm algorithm, long seed, int exitCode, string errors)
    {
        string[] lines = errors.ReplaceLineEndings("\n").Split('\n');
        // Who is killed has no last word.
        string error = Array.FindLast(lines, line => line.StartsWith(CommandRunner.ErrorPrefix, StringComparison.Ordinal)) ?? Ending(exitCode);
        Match run = lines.Select(line => RunLine().Match(line)).FirstOrDefault(match => match.Success, Match.Empty);
        return run.Success
            ? new ComparedRun(algorithm.Name, seed, null, null, 0, 0, run.Groups["id"].Value, run.Groups["path"].Value, $"{error} (the run is in {run.Groups["path"].Value})")
            : new ComparedRun(algorithm.Name, seed, null, null, 0, 0, null, null, error);
    }

    // A signal is told as 128 and its number.
    private static string Ending(int exitCode)
    {
        const int signals = 128, kill = 9;
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (exitCode <= signals) return string.Create(culture, $"ended with exit {exitCode}");
        int signal = exitCode - signals;
        return string.Create(culture, $"ended by signal {signal} (exit {exitCode}){(signal == kill ? ", perhaps for want of memory; --jobs 1 needs less" : "")}");
    }

    [GeneratedRegex("^run (?<id>\\S+) in (?<path>.+)$")]
    private static partial Regex RunLine();

    private static double? Number(JsonElement result, string name) => result.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
