// A hand-written PID controller against a trained agent: 50 runs of CartPole-v1 each, from the same 50 starts.
//     dotnet run -c Release --project samples/PidController
// Arguments: steps of training (300,000 when left out), runs (50).
using System.Globalization;
using RlKit;

const string Id = "CartPole-v1";
long steps = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 300_000;
int runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 50;

using IVectorEnvironment environments = Environments.MakeVector(Id, 4);
using var agent = new Ppo(environments, seed: 1);
agent.Learn(steps);

var pid = new Pid(proportional: 1, integral: 0.05, derivative: 0.25);
Console.WriteLine($"{"",-12} {"mean",8} {"max",8} {"min",8} {"deviation",10}   over {runs} runs");
Print("PID", Measure(pid.Act, pid.Reset));
Print("PPO", Measure(observation => agent.Policy.Act(observation), () => { }));

EvaluationResult Measure(Func<float[], int> act, Action reset)
{
    using IEnvironment<float[], int> environment = Environments.Make<float[], int>(Id);
    double[] returns = new double[runs];
    int[] lengths = new int[runs];
    for (int run = 0; run < runs; run++)
    {
        reset();
        float[] observation = environment.Reset(seed: 10_000 + run).Observation;
        StepResult<float[]> step;
        do
        {
            step = environment.Step(act(observation));
            observation = step.Observation;
            returns[run] += step.Reward;
            lengths[run]++;
        }
        while (!step.Done);
    }

    return new EvaluationResult(returns, lengths);
}

static void Print(string name, EvaluationResult result) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} {result.Mean,8:0.0} {result.Max,8:0} {result.Min,8:0} {result.StandardDeviation,10:0.0}"));

/// <summary>Pushes the cart to the side that the pole falls to. It knows the pole's angle alone.</summary>
internal sealed class Pid(double proportional, double integral, double derivative)
{
    private const double SecondsPerStep = 0.02;
    private double _sum, _last;

    public void Reset() => (_sum, _last) = (0, 0);

    public int Act(float[] observation)
    {
        double angle = observation[2];
        double speed = (angle - _last) / SecondsPerStep;
        _sum += angle * SecondsPerStep;
        _last = angle;
        return proportional * angle + integral * _sum + derivative * speed > 0 ? 1 : 0;
    }
}
