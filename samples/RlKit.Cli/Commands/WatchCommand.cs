using System.CommandLine;
using System.Globalization;
using RlKit.Tracking;
using RlKit.Tracking.Alerts;

namespace RlKit.Cli.Commands;

/// <summary><c>rlkit watch</c>: looks at runs from outside.</summary>
internal static class WatchCommand
{
    private static readonly string[] DefaultRules = ["killed", "failed", "no heartbeat for 10 min"];

    public static Command Create()
    {
        var folder = new Argument<string>("RUNS") { Description = "The folder of runs. Default: runs, in the current folder.", DefaultValueFactory = _ => "runs" };
        var flags = new AlertFlags($"killed, failed, finished, cancelled, \"no heartbeat for 10 min\", \"no progress for 1 h\". Default: {string.Join(", ", DefaultRules)}");
        var once = new Option<bool>("--once") { Description = "Look once and end, as for cron: with 1 when there was an alert of trouble, else with 0." };
        var interval = new Option<double>("--interval") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 30, HelpName = "S" };
        var command = new Command("watch", "Tell of runs whose process died, that fell silent, or that ended; each once, however often it is looked.") { folder, once, interval };
        foreach (Option option in flags.Options) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            IReadOnlyList<AlertRule> rules = flags.Rules(parsed);
            if (rules.Count == 0) rules = [.. DefaultRules.Select(AlertRule.Parse)];
            if (parsed.GetValue(interval) is var seconds && seconds is not (>= 0.1 and <= 1e6))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--interval is {seconds}; give seconds from 0.1 to 1,000,000."));
            var runs = new RunsFolder(parsed.GetValue(folder)!);
            if (!Directory.Exists(runs.FolderPath)) throw new UsageException($"There is no folder '{runs.FolderPath}'; give the folder of the runs.");
            RunWatcher watcher;
            try
            {
                watcher = new RunWatcher(runs, rules, flags.Channels(parsed, Console.Out), error => Console.Error.WriteLine(error.Message));
            }
            catch (ArgumentException error)
            {
                throw new UsageException(error.Message.Split(" (Parameter", 2)[0]);
            }

            if (parsed.GetValue(once)) return Task.FromResult(watcher.Check(cancellation).Any(alert => alert.Rule.IsTrouble) ? CommandRunner.Failure : CommandRunner.Success);
            Console.Error.WriteLine($"watching {runs.FolderPath} for {string.Join(", ", rules)}; Ctrl+C ends it");
            string complaint = "";
            while (!cancellation.IsCancellationRequested)
            {
                try
                {
                    watcher.Check(cancellation);
                    complaint = "";
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    // A disk that is away may come back.
                    if (error.Message != complaint) Console.Error.WriteLine(complaint = error.Message);
                }

                cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds));
            }

            return Task.FromResult(CommandRunner.Success);
        });
        return command;
    }
}
