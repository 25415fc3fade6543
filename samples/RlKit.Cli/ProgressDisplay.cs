using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace RlKit.Cli;

/// <summary>Shows how far some work is: by a bar on a terminal, else by a line now and then. It goes to the error stream, so that results can be piped.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Does the work and shows its progress.</summary>
    /// <param name="unit">What is counted.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="work">The work; it reports how much is done.</param>
    public static T Show<T>(string unit, long total, Func<Action<long>, T> work) => Console.IsErrorRedirected ? ShowLines(unit, total, work) : ShowBar(unit, total, work);

    private static T ShowLines<T>(string unit, long total, Func<Action<long>, T> work)
    {
        var watch = Stopwatch.StartNew();
        return work(done =>
        {
            if (watch.Elapsed < LineInterval) return;
            watch.Restart();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} of {total} {unit}"));
        });
    }

    private static T ShowBar<T>(string unit, long total, Func<Action<long>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(unit, maxValue: total);
            return work(done => task.Value = done);
        });
    }
}
