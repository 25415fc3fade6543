// Deep Q-learning on Space Invaders, MinAtar's, after an experiment on the Atari game: replay, a target network, Huber loss, Adam at 2.5e-4, and random actions that
// fall from all to one in ten. What is measured goes to log.csv, a line for each episode; to curves.png, six charts; and the policy of the best running reward to
// best.safetensors:
//     dotnet run -c Release --project samples/SpaceInvaders -- space-invaders 500000
// The arguments are the folder of these files and the number of steps.
using System.Globalization;
using System.Numerics;
using RlKit;
using RlKit.Drawing;
using RlKit.Video;

const string EnvironmentId = "MinAtar/SpaceInvaders-v0";
string folder = args.Length > 0 ? args[0] : "space-invaders";
long steps = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 500_000;
Directory.CreateDirectory(folder);

var options = new DqnOptions
{
    // Convolutions with 32, 64 and 64 filters, then 512 and 256 units.
    Network = NetworkKind.SpaceInvaders,
    LearningRate = 2.5e-4,
    Loss = TemporalDifferenceLoss.Huber,
    Gamma = 0.99,
    BatchSize = 32,
    TrainFrequency = 4,

    // The experiment's numbers, for a budget of any size: a replay of a tenth of it, random actions for a hundredth, and epsilon at its end after a fifth.
    BufferSize = (int)Math.Clamp(steps / 10, 1_000, 1_000_000),
    LearningStarts = steps / 100,
    TargetNetworkFrequency = (int)Math.Clamp(steps / 500, 100, 10_000),
    StartEpsilon = 1.0,
    EndEpsilon = 0.1,
    ExplorationFraction = 0.2,
};

using IVectorEnvironment environment = Environments.MakeVector(EnvironmentId, 1);
using var agent = new Dqn(environment, options, seed: 1);
using var tracker = new MemoryTracker();
var journal = new Journal(tracker, Path.Combine(folder, "best.safetensors"));
TrainingResult result = agent.Learn(steps, new LearnOptions { Tracker = tracker, Callbacks = [journal], ReportEvery = 200 });

journal.Save(Path.Combine(folder, "log.csv"));
Png.Save(journal.Draw(), Path.Combine(folder, "curves.png"));
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{result.Step:N0} steps, {result.Episodes:N0} episodes, {result.Elapsed.TotalSeconds:F0} s; running reward {result.MeanReturn:F2}, at its peak {journal.Peak:F2}, which best.safetensors keeps."));
Console.WriteLine($"log.csv, curves.png and best.safetensors are in {Path.GetFullPath(folder)}.");

/// <summary>Writes a line for each episode, and saves the policy whenever the running reward is higher than ever.</summary>
internal sealed class Journal(MemoryTracker tracker, string bestPath) : Callback
{
    // A mean of fewer episodes is chance.
    private const int FewestEpisodes = 20;
    private const int LinesOnTheConsole = 50;

    private static readonly string[] Columns = ["reward", "running reward (100)", "maximum (100)", "epsilon", "loss", "seconds"];

    private readonly List<(long Step, double[] Values)> _lines = [];
    private readonly Queue<double> _rewards = new();
    private long _nextLine;

    /// <summary>The highest running reward.</summary>
    public double Peak { get; private set; } = double.NegativeInfinity;

    public override void OnEpisode(TrainingContext context, in Episode episode)
    {
        _rewards.Enqueue(episode.Return);
        if (_rewards.Count > EpisodeWindow.Length) _rewards.Dequeue();
        double running = context.Episodes.MeanReturn;
        _lines.Add((episode.Step, [episode.Return, running, _rewards.Max(), Last(Metrics.ExplorationRate), Last(Metrics.Loss), context.Clock.Total.TotalSeconds]));
        if (episode.Step >= _nextLine)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {episode.Step:N0} of {context.TotalSteps:N0}, running reward {running:F2}, {context.Clock.Total.TotalSeconds:F0} s"));
            _nextLine = episode.Step + context.TotalSteps / LinesOnTheConsole;
        }

        if (_rewards.Count < FewestEpisodes || running <= Peak) return;
        Peak = running;
        context.Agent.Policy.Save(bestPath);
    }

    public void Save(string path)
    {
        IEnumerable<string> lines = _lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Step},{string.Join(',', line.Values.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)))}"));
        File.WriteAllLines(path, [$"step,{string.Join(',', Columns)}", .. lines]);
    }

    /// <summary>A chart for each column, over the steps.</summary>
    public Frame Draw()
    {
        const int Width = 400, Height = 220, Margin = 40;
        var canvas = new Canvas(3 * Width, 2 * Height, Color.White);
        for (int column = 0; column < Columns.Length; column++)
        {
            var corner = new Vector2(column % 3 * Width + Margin, column / 3 * Height + Margin);
            var size = new Vector2(Width - 2 * Margin, Height - 2 * Margin);
            (long Step, double Value)[] points = [.. _lines.Select(line => (line.Step, line.Values[column])).Where(point => double.IsFinite(point.Item2))];
            double highest = points.Select(point => point.Value).Append(1e-6).Max();
            long last = Math.Max(1, _lines.Count == 0 ? 1 : _lines[^1].Step);

            canvas.DrawText(Columns[column], corner + new Vector2(0, -12), 11, Color.Black);
            canvas.DrawRectangle(corner.X, corner.Y, size.X, size.Y, 1, Color.FromRgb(0xC8CDD6));
            canvas.DrawText(highest.ToString("G3", CultureInfo.InvariantCulture), corner + new Vector2(-4, 8), 8, Color.Black, TextAlignment.Right);
            canvas.DrawText(last.ToString("N0", CultureInfo.InvariantCulture), corner + size + new Vector2(0, 14), 8, Color.Black, TextAlignment.Right);
            if (points.Length < 2) continue;
            var line = new Outline().MoveTo(At(points[0]));
            foreach ((long, double) point in points[1..]) line.LineTo(At(point));
            canvas.Stroke(line, 1.5f, Color.FromRgb(0x4C6FA8));

            Vector2 At((long Step, double Value) point) => corner + size * new Vector2((float)point.Step / last, 1 - (float)(Math.Max(0, point.Value) / highest));
        }

        return canvas.Frame;
    }

    // The newest value that the agent reported; NaN before the first.
    private double Last(string metric) => tracker.Scalars(metric) is { Count: > 0 } values ? values[^1].Value : double.NaN;
}
