using System.CommandLine;
using System.Globalization;
using RlKit.Cli.Training;
using RlKit.Tracking;
using RlKit.Tracking.MLflow;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit sync</c>: sends what an MLflow server did not get while it was away.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("RUN") { Description = "A run, by its id or folder. Default: all that have something to send.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> runsFolder = RunsOption.Create();
        var patience = new Option<double>("--timeout") { Description = "Seconds to try for each run.", DefaultValueFactory = _ => 60, HelpName = "S" };
        var command = new Command("sync", "Send runs of '--track mlflow' to the server of MLFLOW_TRACKING_URI, as far as it did not get them when they were trained.") { id, runsFolder, patience };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(patience) is var seconds && seconds is not (> 0 and <= 1e6))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--timeout is {seconds}; give seconds above 0."));
            var folder = new RunsFolder(parsed.GetValue(runsFolder)!);
            IReadOnlyList<RunDirectory> runs = parsed.GetValue(id) is { } given ? [RunsOption.FindRun(folder, given)] : [.. folder.Runs.Where(run => run.State != RunState.Running && MLflowTracker.HasUnsent(run.FolderPath))];
            if (runs.Count == 0) Console.Error.WriteLine($"No run in '{folder.FolderPath}' has anything to send.");
            bool isSent = true;
            foreach (RunDirectory run in runs)
            {
                cancellation.ThrowIfCancellationRequested();
                using var tracker = (MLflowTracker)Trackers.Make(Trackers.MLflow, run, Console.Error.WriteLine);
                bool hasAny = MLflowTracker.HasUnsent(run.FolderPath);
                bool isThis = Send(tracker, run, TimeSpan.FromSeconds(seconds));
                isSent &= isThis;
                Console.WriteLine($"{run.Info.Id} {(!isThis ? "not sent" : hasAny ? "sent" : "has nothing to send")}");
            }

            return Task.FromResult(isSent ? CommandRunner.Success : CommandRunner.Failure);
        });
        return command;
    }

    private static bool Send(MLflowTracker tracker, RunDirectory run, TimeSpan patience)
    {
        try
        {
            return tracker.Send(patience);
        }
        catch (InvalidOperationException)
        {
            throw new UsageException($"Run {run.Info.Id} was not trained with --track {Trackers.MLflow}; there is nothing to send.");
        }
    }
}
