using RlKit.Tracking;
using RlKit.Tracking.MLflow;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Cli.Training;

/// <summary>The trackers that <c>--track</c> knows. What they write lies in the run's folder.</summary>
internal static class Trackers
{
    public const string TensorBoard = "tensorboard", Wandb = "wandb", MLflow = "mlflow", Console = "console";

    private const string Csv = "csv", JsonLines = "jsonl", None = "none";

    private static readonly string[] Names = [TensorBoard, Wandb, MLflow, Csv, JsonLines, Console];

    private static readonly TimeSpan BetweenConsoleLines = TimeSpan.FromSeconds(1);

    /// <summary>The names of a list with commas between them.</summary>
    /// <exception cref="UsageException">One is not known.</exception>
    public static IReadOnlyList<string> Read(string? list)
    {
        string[] names = [.. (list ?? None).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => name.ToLowerInvariant()).Distinct()];
        if (names is [None]) return [];
        if (names.Contains(MLflow)) MLflowServer();
        return Array.Find(names, name => !Names.Contains(name)) is not { } unknown
            ? names
            : throw new UsageException($"--track has '{unknown}'; give some of {string.Join(", ", Names)} with commas between them, or {None}.");
    }

    /// <summary>The MLflow server: the one that MLflow's own client would take.</summary>
    /// <exception cref="UsageException">Its address is none of a server.</exception>
    public static Uri MLflowServer()
    {
        const string variable = "MLFLOW_TRACKING_URI", local = "http://localhost:5000";
        string address = System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : local;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
            throw new UsageException($"{variable} is '{address}'; --track mlflow needs the address of a server there, such as {local}.");
        return server.UserInfo.Length == 0
            ? server
            : throw new UsageException($"{variable} has a user's name in it; give the address alone, and the name and the password as MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.");
    }

    /// <summary>Makes a tracker of a run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">The run.</param>
    /// <param name="writeLine">Where lines for people go.</param>
    public static ITracker Make(string name, RunDirectory run, Action<string> writeLine)
    {
        RunIdentity identity = run.Info.Identity;
        bool isTold = false;
        void Tell(Exception error)
        {
            // One that fails may fail again and again.
            if (!isTold) writeLine(Complaint(name, error));
            isTold = true;
        }

        return name switch
        {
            TensorBoard => new TensorBoardTracker(run.FolderPath, new TensorBoardTrackerOptions { OnError = Tell }),
            // The run's own id: whoever resumes it goes on with the same run there.
            Wandb => new WandbTracker(run.FolderPath, new WandbTrackerOptions
            {
                RunId = run.Info.Id,
                Project = identity.Project,
                Name = Path.GetFileName(run.FolderPath),
                Group = $"{identity.EnvironmentId}__{identity.Experiment}",
                Tags = [identity.Algorithm],
                OnError = Tell,
            }),
            MLflow => new MLflowTracker(run.FolderPath, MLflowServer(), identity.Project ?? identity.EnvironmentId, new MLflowTrackerOptions { RunName = Path.GetFileName(run.FolderPath), OnError = Tell }),
            Csv => new CsvTracker(run.CsvPath, onError: Tell),
            JsonLines => new JsonLinesTracker(run.JsonLinesPath, Tell),
            _ => new ConsoleTracker(new LineWriter(writeLine), BetweenConsoleLines),
        };
    }

    /// <summary>What is said of a tracker that failed.</summary>
    public static string Complaint(string name, Exception error) => $"tracker {name} failed: {error.Message.ReplaceLineEndings(" ")} (The training goes on; the run's folder has everything.)";
}
