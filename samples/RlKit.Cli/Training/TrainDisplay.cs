using System.Globalization;
using Spectre.Console;

namespace RlKit.Cli.Training;

/// <summary>Shows how a training goes: live on a terminal, else by a line now and then.</summary>
internal static class TrainDisplay
{
    private const long MillisecondsBetweenLines = 5_000;

    /// <summary>Does the work and shows its progress.</summary>
    /// <param name="output">Where plain lines go.</param>
    /// <param name="capture">The console, and the log of what it shows.</param>
    /// <param name="work">The work; it reports to what it is given.</param>
    public static T Show<T>(TextWriter output, ConsoleCapture capture, Func<IProgress<TrainingProgress>, T> work) =>
        Console.IsOutputRedirected || Console.IsErrorRedirected ? work(new Lines(output)) : Live.Show(capture, work);

    private static string Describe(TrainingProgress progress)
    {
        string left = progress.Remaining.TotalHours >= 1 ? progress.Remaining.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture) : progress.Remaining.ToString("m\\:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"step {progress.Step:N0} of {progress.TotalSteps:N0}  return {(progress.Episodes == 0 ? "-" : progress.MeanReturn.ToString("0.0", CultureInfo.InvariantCulture))}  {progress.StepsPerSecond:N0} steps/s  {left} left");
    }

    private sealed class Lines(TextWriter output) : IProgress<TrainingProgress>
    {
        private long _next = System.Environment.TickCount64 + MillisecondsBetweenLines;

        public void Report(TrainingProgress value)
        {
            if (System.Environment.TickCount64 < _next) return;
            _next = System.Environment.TickCount64 + MillisecondsBetweenLines;
            output.WriteLine(Describe(value));
        }
    }

    // Apart, so that a run without a terminal does not load what draws on one.
    private static class Live
    {
        public static T Show<T>(ConsoleCapture capture, Func<IProgress<TrainingProgress>, T> work)
        {
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = capture.Terminal });
            return console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .Start(context => work(new Bar(context.AddTask("starting"), new Lines(capture.Log))));
        }

        private sealed class Bar(ProgressTask task, Lines log) : IProgress<TrainingProgress>
        {
            public void Report(TrainingProgress value)
            {
                log.Report(value);
                task.MaxValue = value.TotalSteps;
                task.Value = value.Step;
                task.Description = Describe(value);
            }
        }
    }
}
