// What unreliable actuators cost: PPO learns CartPole-v0 while a share of its actions is replaced by random ones.
//     dotnet run -c Release --project samples/RandomActions
// Arguments: the chart's file (random-actions.png when left out), steps of each training (50,000).
using System.Globalization;
using System.Numerics;
using RlKit;
using RlKit.Drawing;
using RlKit.Video;

string path = args.Length > 0 ? args[0] : "random-actions.png";
long steps = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 50_000;

(double Rate, int Color)[] studies = [(0, 0x8184CB), (0.15, 0x2F8F83), (0.35, 0xE9A15B), (0.70, 0xB05C8C)];
var chart = new Chart(steps, highest: 200);
Console.WriteLine("share of random actions    mean return of the last 100 episodes");
foreach ((double rate, int color) in studies)
{
    using var tracker = new MemoryTracker();
    using IVectorEnvironment environments = Environments.MakeVector("CartPole-v0", 4).WithRandomAction(rate);
    using var agent = new Ppo(environments, seed: 1);
    TrainingResult result = agent.Learn(steps, new LearnOptions { Tracker = tracker });

    chart.Add(string.Create(CultureInfo.InvariantCulture, $"{rate:P0}"), tracker.Scalars(Metrics.EpisodeReturnMean), Color.FromRgb(color));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate,23:P0} {result.MeanReturn,39:0.0}"));
}

Png.Save(chart.Frame, path);
Console.WriteLine($"The chart is {Path.GetFullPath(path)}.");

/// <summary>Lines over training steps, drawn with RlKit's canvas.</summary>
internal sealed class Chart
{
    private const int Left = 50, Top = 30, Width = 580, Height = 260;
    private readonly Canvas _canvas = new(740, 340, Color.White);
    private readonly long _steps;
    private readonly double _highest;

    public Chart(long steps, double highest)
    {
        (_steps, _highest) = (steps, highest);
        for (int part = 0; part <= 4; part++)
        {
            Vector2 level = At(0, highest * part / 4), tick = At(steps * part / 4, 0);
            _canvas.DrawLine(level, level with { X = Left + Width }, 1, Color.FromRgb(0xE3E6EC));
            _canvas.DrawText((highest * part / 4).ToString(CultureInfo.InvariantCulture), level + new Vector2(-8, 4), 9, Color.Black, TextAlignment.Right);
            _canvas.DrawText((steps * part / 4).ToString("N0", CultureInfo.InvariantCulture), tick + new Vector2(0, 18), 9, Color.Black, TextAlignment.Center);
        }

        _canvas.DrawText("mean return of the last 100 episodes, by steps; at the right, the share of random actions", new(Left, 18), 9, Color.Black);
    }

    public Frame Frame => _canvas.Frame;

    public void Add(string name, IReadOnlyList<(long Step, double Value)> points, Color color)
    {
        Outline line = new Outline().MoveTo(At(0, 0));
        foreach ((long step, double value) in points) line.LineTo(At(step, value));
        _canvas.Stroke(line, 2, color);
        _canvas.DrawText(name, At(_steps, points[^1].Value) + new Vector2(8, 4), 9, color);
    }

    private Vector2 At(long step, double value) => new((float)(Left + (double)step / _steps * Width), (float)(Top + Height - value / _highest * Height));
}
