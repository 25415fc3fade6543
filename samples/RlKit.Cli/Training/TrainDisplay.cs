using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RlKit.Cli.Training;

/// <summary>Shows how a training goes: by a live table on a terminal, else by a line now and then.</summary>
internal abstract class TrainDisplay : IProgress<TrainingProgress>
{
    // Before this the speed is that of starting.
    private static readonly TimeSpan FirstEstimate = TimeSpan.FromSeconds(1);

    /// <summary>Does the work and shows its progress.</summary>
    /// <param name="output">Where plain lines go.</param>
    /// <param name="capture">The console, and the log of what it shows.</param>
    /// <param name="scalars">What was measured last; null for lines on a terminal too.</param>
    /// <param name="work">The work; it reports to what it is given.</param>
    public static T Show<T>(TextWriter output, ConsoleCapture capture, NewestScalars? scalars, Func<TrainDisplay, T> work) =>
        scalars is null || Console.IsOutputRedirected || Console.IsErrorRedirected ? work(new Lines(output)) : Live.ShowTable(output, capture, scalars, work);

    /// <inheritdoc/>
    public abstract void Report(TrainingProgress value);

    /// <summary>Writes a line that stays.</summary>
    public abstract void WriteLine(string line);

    private static string Describe(TrainingProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"step {progress.Step:N0} of {progress.TotalSteps:N0}  return {Return(progress)}  {progress.StepsPerSecond:N0} steps/s  {(progress.Elapsed < FirstEstimate ? "-" : Time(progress.Remaining))} left");

    private static string Return(TrainingProgress progress) => progress.Episodes == 0 ? "-" : progress.MeanReturn.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}")
        : time.ToString("m\\:ss", CultureInfo.InvariantCulture);

    private sealed class Lines(TextWriter output) : TrainDisplay
    {
        private const long MillisecondsBetweenLines = 5_000;

        private long _next = System.Environment.TickCount64 + MillisecondsBetweenLines;

        public override void Report(TrainingProgress value)
        {
            if (System.Environment.TickCount64 < _next) return;
            _next = System.Environment.TickCount64 + MillisecondsBetweenLines;
            output.WriteLine(Describe(value));
        }

        public override void WriteLine(string line) => output.WriteLine(line);
    }

    // Apart, so that a run without a terminal does not load what draws on one.
    private sealed class Live(IAnsiConsole console, NewestScalars scalars, Lines log) : TrainDisplay
    {
        private const int MillisecondsBetweenFrames = 250, WidestBar = 40, LongestValue = 10;

        // What matters most is left where there is little room.
        private static readonly string[] FirstGroups = ["rollout", "eval", "train"];

        private readonly Lock _gate = new();
        private TrainingProgress _progress;

        public static T ShowTable<T>(TextWriter output, ConsoleCapture capture, NewestScalars scalars, Func<TrainDisplay, T> work)
        {
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = capture.Terminal });
            if (!console.Profile.Capabilities.Ansi) return work(new Lines(output));
            var live = new Live(console, scalars, new Lines(capture.Log));
            return console.Live(new Text("starting")).AutoClear(true).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).Start(context =>
            {
                // Drawn by a thread of its own: the training does not wait for the terminal.
                using var ended = new ManualResetEventSlim();
                var drawing = new Thread(() => live.DrawUntil(ended, context));
                drawing.Start();
                try
                {
                    return work(live);
                }
                finally
                {
                    ended.Set();
                    drawing.Join();
                }
            });
        }

        public override void Report(TrainingProgress value)
        {
            log.Report(value);
            lock (_gate) _progress = value;
        }

        public override void WriteLine(string line)
        {
            log.WriteLine(line);
            console.WriteLine(line);
        }

        private void DrawUntil(ManualResetEventSlim ended, LiveDisplayContext context)
        {
            try
            {
                while (!ended.Wait(MillisecondsBetweenFrames)) context.UpdateTarget(Draw());
            }
            catch (Exception error)
            {
                // Nobody catches it above, and the training would end with the process.
                log.WriteLine($"Progress is not shown any more: {error.Message}");
            }
        }

        private Rows Draw()
        {
            TrainingProgress progress;
            lock (_gate) progress = _progress;
            double share = progress.TotalSteps == 0 ? 0 : Math.Min(1, (double)progress.Step / progress.TotalSteps);
            int width = Math.Clamp(console.Profile.Width - 6, 0, WidestBar), filled = (int)(share * width);
            (char full, char empty) = console.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '.');
            return new Rows(
                new Markup(string.Create(CultureInfo.InvariantCulture, $"[green]{new string(full, filled)}[/][grey]{new string(empty, width - filled)}[/] {100 * share,3:0} %")),
                new Text(Narrow(Describe(progress))),
                Columns(),
                // Where the terminal shows ^C.
                Text.Empty);
        }

        // In two lines where one is too long.
        private string Narrow(string line) => line.Length < console.Profile.Width ? line : line.Replace("  return", "\nreturn", StringComparison.Ordinal);

        // The metrics by the first part of their names, side by side as far as there is room.
        private IRenderable Columns()
        {
            IGrouping<string, KeyValuePair<string, double>>[] groups = [.. scalars.Values.GroupBy(scalar => scalar.Key.Split('/', 2)[0], StringComparer.Ordinal).OrderBy(group => Array.IndexOf(FirstGroups, group.Key) is >= 0 and int place ? place : FirstGroups.Length)];
            var columns = new List<IRenderable>();
            int room = console.Profile.Width;
            foreach (IGrouping<string, KeyValuePair<string, double>> group in groups)
            {
                (string Name, string Value)[] rows = [.. group.Select(scalar => (scalar.Key[(group.Key.Length + 1)..], Number(scalar.Value)))];
                int width = Math.Max(group.Key.Length, rows.Max(row => row.Name.Length) + 1 + LongestValue) + 3;
                if (width > room) break;
                room -= width;
                Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(1)).AddColumn(new GridColumn().NoWrap().RightAligned().Width(LongestValue).PadLeft(0).PadRight(2));
                grid.AddRow(new Text(group.Key, new Style(decoration: Decoration.Bold)), new Text(""));
                foreach ((string name, string value) in rows) grid.AddRow(new Text(name), new Text(value));
                columns.Add(grid);
            }

            if (columns.Count == 0) return new Text("");
            var all = new Grid();
            foreach (IRenderable _ in columns) all.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(0));
            return all.AddRow([.. columns]);
        }

        private static string Number(double value) => Math.Abs(value) is >= 1_000 and < 1e9
            ? value.ToString("N0", CultureInfo.InvariantCulture)
            : value.ToString("G4", CultureInfo.InvariantCulture);
    }
}
