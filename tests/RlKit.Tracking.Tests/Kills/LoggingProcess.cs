using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RlKit.Tracking;
using RlKit.Tracking.TensorBoard;
using RlKit.Tracking.WeightsAndBiases;

namespace RlKit.Tests.Tracking;

/// <summary>A process that logs as fast as it can until it is killed, or has done its steps. It is this assembly, started as a program.</summary>
internal static class LoggingProcess
{
    public const string Project = "full speed", Value = "value", Note = "note";
    public const int BetweenFlushes = 500, BetweenNotes = 10;

    /// <summary>Starts one. It writes a line for each step up to which everything is durable, and one with the run's folder before.</summary>
    /// <param name="runsFolder">Where its run is.</param>
    /// <param name="run">The run to go on with; null for a new one.</param>
    /// <param name="from">The step that it goes on from.</param>
    /// <param name="steps">How many it does at most.</param>
    public static Process Start(string runsFolder, string? run, long from, long steps)
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        string[] arguments = [typeof(LoggingProcess).Assembly.Location, runsFolder, run ?? "", from.ToString(CultureInfo.InvariantCulture), steps.ToString(CultureInfo.InvariantCulture)];
        return Process.Start(new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true })!;
    }

    public static int Main(string[] arguments)
    {
        if (arguments is not [string runsFolder, string id, string begin, string count]) return 2;
        long from = long.Parse(begin, CultureInfo.InvariantCulture), steps = long.Parse(count, CultureInfo.InvariantCulture);
        var runs = new RunsFolder(runsFolder);
        using RunDirectory run = id.Length > 0 ? runs.Find(id) : runs.Create(new RunIdentity("dqn", "CartPole-v1", "log", 1, Project), new Dictionary<string, object?> { ["seed"] = 1L });
        run.Resume();
        Console.WriteLine(run.FolderPath);
        using var tracker = new CompositeTracker(
            new RunTracker(run), new TensorBoardTracker(run.FolderPath), new WandbTracker(run.FolderPath, new WandbTrackerOptions { RunId = run.Info.Id }), new JsonLinesTracker(run.JsonLinesPath));
        using var monitor = new SystemMonitor(tracker, run.FolderPath, new SystemMonitorOptions { Interval = TimeSpan.FromMilliseconds(20) });
        tracker.Configure(new Dictionary<string, object?> { ["seed"] = 1L });
        tracker.Begin(from);
        for (long step = from + 1; step <= from + steps; step++)
        {
            tracker.Scalar(Value, ValueAt(step), step);
            tracker.Episode(step, 0, step, 1);
            if (step % BetweenNotes == 0) tracker.Text(Note, NoteAt(step), step);
            if (step % BetweenFlushes != 0) continue;
            tracker.Flush();
            tracker.ConsoleText(string.Create(CultureInfo.InvariantCulture, $"step {step}\n"), isError: false);
            Console.WriteLine(step);
        }

        tracker.Finish(RunOutcome.Finished);
        return 0;
    }

    public static double ValueAt(long step) => Math.Sqrt(step);

    public static string NoteAt(long step) => string.Create(CultureInfo.InvariantCulture, $"größe {step} {new string('x', (int)(step % 300))}");
}
