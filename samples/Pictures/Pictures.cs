// The pictures of the README, drawn by RlKit itself:
//     dotnet run -c Release --project samples/Pictures -- docs
// The second argument is the number of steps of each training (500,000 when it is left out).
using System.Globalization;
using System.Numerics;
using RlKit;
using RlKit.Drawing;
using RlKit.Video;

string folder = args.Length > 0 ? args[0] : "docs";
long steps = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 500_000;
const int Seeds = 5;
Directory.CreateDirectory(folder);

Png.Save(Icon(), Path.Combine(folder, "icon.png"));
Png.Save(LearningCurve(), Path.Combine(folder, "learning-curve.png"));
RecordTrainedAgent(Path.Combine(folder, "cartpole.png"));
Console.WriteLine($"icon.png, learning-curve.png and cartpole.png are in {Path.GetFullPath(folder)}.");

// A cart that balances its pole.
static Frame Icon()
{
    var canvas = new Canvas(256, 256, Color.FromRgb(0x1C2B45));
    canvas.FillRectangle(0, 196, 256, 60, Color.FromRgb(0x24395C));
    canvas.DrawLine(new(0, 196), new(256, 196), 5, Color.FromRgb(0x8FA6C8));
    canvas.FillRectangle(66, 138, 124, 58, Color.FromRgb(0xF4F6FA), cornerRadius: 12);
    canvas.DrawLine(new(128, 148), new(160, 46), 20, Color.FromRgb(0xE9A15B), LineCap.Round);
    canvas.FillCircle(new(128, 148), 14, Color.FromRgb(0x8184CB));
    return canvas.Frame;
}

// PPO on CartPole-v1: the mean return of the last 100 episodes, a line for each seed.
Frame LearningCurve()
{
    const int Left = 60, Top = 40, Width = 620, Height = 260;
    const double Highest = 500;
    var canvas = new Canvas(720, 350, Color.White);
    canvas.DrawText($"PPO on CartPole-v1, {Seeds} seeds: mean return of the last 100 episodes", new(Left, 24), 11, Color.Black);
    for (int value = 0; value <= Highest; value += 100)
    {
        Vector2 at = At(0, value);
        canvas.DrawLine(at, at with { X = Left + Width }, 1, Color.FromRgb(0xE3E6EC));
        canvas.DrawText(value.ToString(CultureInfo.InvariantCulture), at + new Vector2(-8, 4), 9, Color.Black, TextAlignment.Right);
    }

    for (int tenth = 0; tenth <= 10; tenth += 2)
        canvas.DrawText((steps * tenth / 10).ToString("N0", CultureInfo.InvariantCulture), At(steps * tenth / 10, 0) + new Vector2(0, 18), 9, Color.Black, TextAlignment.Center);
    canvas.DrawText("steps", At(steps, 0) + new Vector2(0, 36), 9, Color.Black, TextAlignment.Right);
    canvas.DrawLine(At(0, 475), At(steps, 475), 1, Color.FromRgb(0xE9A15B));
    canvas.DrawText("solved: 475", At(0, 475) + new Vector2(6, -5), 9, Color.FromRgb(0xC0762B));

    int[] colors = [0x8184CB, 0x4C6FA8, 0x2F8F83, 0xB05C8C, 0x6B7686];
    for (int seed = 1; seed <= Seeds; seed++)
    {
        using var tracker = new MemoryTracker();
        using IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 4);
        using var agent = new Ppo(environments, seed: seed);
        agent.Learn(steps, new LearnOptions { Tracker = tracker });

        var line = new Outline().MoveTo(At(0, 0));
        foreach ((long step, double mean) in tracker.Scalars(Metrics.EpisodeReturnMean)) line.LineTo(At(step, mean));
        canvas.Stroke(line, 2, Color.FromRgb(colors[seed - 1]));
    }

    return canvas.Frame;

    Vector2 At(long step, double value) => new((float)(Left + (double)step / steps * Width), (float)(Top + Height - value / Highest * Height));
}

// The first four seconds of an episode of a trained agent.
void RecordTrainedAgent(string path)
{
    using IVectorEnvironment environments = Environments.MakeVector("CartPole-v1", 4);
    using var agent = new Ppo(environments, seed: 1);
    agent.Learn(steps);

    using IEnvironment<float[], int> environment = Environments.Make<float[], int>("CartPole-v1");
    using VideoWriter video = VideoWriter.Create(path, framesPerSecond: 50, VideoFormat.AnimatedPng);
    float[] observation = environment.Reset(seed: 5).Observation;
    for (int frame = 0; frame < 200; frame++)
    {
        video.Add(environment.Render());
        StepResult<float[]> step = environment.Step(agent.Policy.Act(observation));
        if (step.Done) break;
        observation = step.Observation;
    }

    video.Finish();
}
