// PPO, DQN and C51 on CartPole-v1: the same steps, the same seeds, one table.
//     dotnet run -c Release --project samples/CompareAlgorithms
// Arguments: steps of each training (100,000 when left out), seeds (3).
using System.Globalization;
using RlKit;

const string Id = "CartPole-v1";
long steps = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
int seeds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;

// An agent is made for its environments: PPO learns from four copies at once, the value methods from one.
(string Name, int Copies, Func<IVectorEnvironment, long, Agent> Make)[] contestants =
[
    ("PPO", 4, (environments, seed) => new Ppo(environments, seed: seed)),
    ("DQN", 1, (environments, seed) => new Dqn(environments, seed: seed)),
    ("C51", 1, (environments, seed) => new C51(environments, seed: seed)),
];

Console.WriteLine($"{Id}, {steps:N0} steps, {seeds} seeds");
Console.WriteLine("algorithm   last 100 episodes    greedy, 100 episodes    seconds");
foreach ((string name, int copies, Func<IVectorEnvironment, long, Agent> make) in contestants)
{
    double training = 0, greedy = 0, seconds = 0;
    for (int seed = 1; seed <= seeds; seed++)
    {
        using IVectorEnvironment environments = Environments.MakeVector(Id, copies);
        using Agent agent = make(environments, seed);
        TrainingResult result = agent.Learn(steps);

        // A policy is measured in environments that the training has not used.
        using IVectorEnvironment unseen = Environments.MakeVector(Id, 10);
        training += result.MeanReturn / seeds;
        greedy += agent.Evaluate(unseen, episodes: 100, seed: 1_000).Mean / seeds;
        seconds += result.Elapsed.TotalSeconds / seeds;
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-9} {training,19:0.0} {greedy,23:0.0} {seconds,10:0.0}"));
}
