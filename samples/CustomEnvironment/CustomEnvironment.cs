// An environment of one's own: a room, a heater, and a night that gets cold. It is checked, learned, and compared with a thermostat.
//     dotnet run -c Release --project samples/CustomEnvironment
// Argument: steps of training (50,000 when left out).
using System.Globalization;
using RlKit;

long steps = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 50_000;

// Registered, it is made, wrapped, checked and put into vectors as the built-in ones are.
Environments.Registry.Register(new EnvironmentSpec("Heating-v0") { MaxEpisodeSteps = 96 }, _ => new Heating());

EnvironmentReport report = EnvironmentChecker.Check(new Heating());
Console.WriteLine(report.Findings.Count == 0 ? "The checker finds nothing to mend." : string.Join('\n', report.Findings));

using IVectorEnvironment rooms = Environments.MakeVector("Heating-v0", 8);
using var agent = new Ppo(rooms, new PpoOptions { LearningRate = 1e-3, Gamma = 0.97 }, seed: 1);
agent.Learn(steps);

using IVectorEnvironment unseen = Environments.MakeVector("Heating-v0", 10);
var thermostat = new FunctionPolicy(unseen.ObservationSpace, (Discrete)unseen.ActionSpace, observation => observation[0] < 0 ? 1 : 0);
Print("random", Evaluator.Evaluate(new RandomPolicy(unseen.ObservationSpace, unseen.ActionSpace), unseen, episodes: 100));
Print("thermostat", Evaluator.Evaluate(thermostat, unseen, episodes: 100));
Print("PPO", Evaluator.Evaluate(agent.Policy, unseen, episodes: 100));

static void Print(string name, EvaluationResult result) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {result.Mean,8:0.00} mean return of {result.Episodes} nights"));

/// <summary>
/// Twenty-four hours in quarters of an hour. The observation is how far the room is from 20 degrees, the heater's own temperature above it, and the time of day; the
/// action switches the heater. The heater is slow: one that waits for the room to be cold overshoots. A degree of distance costs 0.1, a quarter of an hour of heating 0.02.
/// </summary>
internal sealed class Heating() : Environment<float[], int>(new Box<float>(-50, 100, [3]), new Discrete(2))
{
    private double _room, _heater;
    private int _quarter;

    protected override float[] OnReset(EnvironmentOptions? options)
    {
        (_room, _heater, _quarter) = (Random.Uniform(15, 22), 0, 0);
        return Observe();
    }

    protected override StepResult<float[]> OnStep(int action)
    {
        double outside = 8 + 7 * Math.Sin(2 * Math.PI * (_quarter - 36) / 96.0);
        _heater += 0.3 * ((action == 1 ? 40 : 0) - _heater);
        _room += 0.03 * (outside - _room) + 0.03 * _heater + Random.Normal(0, 0.05);
        _quarter++;
        return Result(Observe(), reward: -0.1 * Math.Abs(_room - 20) - 0.02 * action, terminated: false);
    }

    private float[] Observe() => [(float)(_room - 20), (float)_heater, _quarter % 96 / 96f];
}
