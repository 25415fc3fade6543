using System.Collections.Concurrent;
using System.Globalization;
using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>
/// Trains the agents that the references publish results for, with the options that ship, and prints the table in docs/results.md: for each run the mean return of the last 100
/// training episodes, the step at which that mean first passes the threshold, its lowest value afterwards, and 100 greedy episodes of the best policy.
/// </summary>
internal static class LearningTable
{
    private const int EvaluationEvery = 10_000, EvaluationEpisodes = 10, FinalEpisodes = 100;
    private const string MinAtar = "MinAtar";
    private const long MinAtarSteps = 5_000_000, MinAtarPresetSteps = 500_000, MinAtarEvaluationEvery = 100_000;
    private const long EvaluationSeed = 2_000_000;

    private static readonly string[] MinAtarAlgorithms = ["dqn", "rainbow", "ppo"];

    private static readonly Study[] Studies =
    [
        new("CartPole-v1", "dqn", 500_000, 5, 475),
        new("CartPole-v1", "double-dqn", 500_000, 5, 475),
        new("CartPole-v1", "c51", 500_000, 5, 475),
        new("CartPole-v1", "rainbow", 500_000, 5, 475),
        new("CartPole-v1", "ppo", 500_000, 5, 475),
        new("Acrobot-v1", "dqn", 300_000, 3, -100),
        new("Acrobot-v1", "c51", 300_000, 3, -100),
        new("Acrobot-v1", "ppo", 300_000, 3, -100),
        new("MountainCarContinuous-v0", "ppo", 100_000, 3, 90),
        new("Pendulum-v1", "ppo", 100_000, 3, -200),
        .. MinAtarStudies("Breakout", 10),
        .. MinAtarStudies("SpaceInvaders", 44),
        .. MinAtarStudies("Asterix", 17),
        .. MinAtarStudies("Freeway", 50),
    ];

    /// <summary>Runs the studies whose environment and algorithm are asked for, or all but MinAtar's, which take hours.</summary>
    /// <param name="output">Where the table goes, in Markdown.</param>
    /// <param name="only">Environment ids, algorithms, ids with algorithms and seeds (CartPole-v1/dqn, CartPole-v1/dqn/1), or MinAtar for its games; none for all others.</param>
    /// <param name="device">What computes the networks.</param>
    /// <exception cref="ArgumentException">A name is of no study.</exception>
    public static void Print(TextWriter output, string[] only, Device device)
    {
        TensorThreads.Count = 1;
        (Study Study, int Seed)[] runs = [.. Studies.SelectMany(study => Enumerable.Range(1, study.Seeds).Select(seed => (study, seed)))
            .Where(run => IsChosen(run.study, run.seed, only))];
        string[] unknown = [.. only.Where(name => !runs.Any(run => IsChosen(run.Study, run.Seed, [name])))];
        if (unknown.Length > 0)
            throw new ArgumentException($"There is no study '{unknown[0]}'; give environments ({string.Join(", ", Studies.Select(study => study.Id).Distinct())}), algorithms, environments with algorithms and seeds (CartPole-v1/dqn/1), or {MinAtar}.", nameof(only));
        var results = new Result?[runs.Length];

        output.WriteLine("| environment | algorithm | seed | steps | last 100 | first at threshold | lowest after | greedy, best policy | greedy, last policy | steps/s |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        int printed = 0;
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, runs.Length), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i =>
            {
                Result ended = Train(runs[i].Study, runs[i].Seed, device);
                lock (results)
                {
                    results[i] = ended;

                    // A study takes hours: a row is printed as soon as all before it are.
                    for (; printed < runs.Length && results[printed] is { } result; printed++) PrintRow(output, runs[printed].Study, runs[printed].Seed, result);
                }
            });

        output.WriteLine();
        foreach (Study study in runs.Select(run => run.Study).Distinct())
        {
            Result[] own = [.. results.OfType<Result>().Where((_, i) => runs[i].Study == study)];
            long[] first = [.. own.Select(result => result.FirstAtThreshold ?? long.MaxValue).Order()];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{study.Id} {study.Algorithm}: last 100 mean {own.Average(result => result.Last100):0.0}, median first step at {study.Threshold:0} {(first[own.Length / 2] == long.MaxValue ? "never" : first[own.Length / 2].ToString("N0", CultureInfo.InvariantCulture))}, lowest afterwards {own.Min(result => result.LowestAfter):0.0}, greedy best {own.Average(result => result.GreedyBest):0.0}"));
        }
    }

    private static bool IsChosen(Study study, int seed, string[] only) =>
        only.Contains(study.Id) || only.Contains($"{study.Id}/{study.Algorithm}") || only.Contains($"{study.Id}/{study.Algorithm}/{seed}")
            || (study.IsMinAtar ? only.Contains(MinAtar) : only.Length == 0 || only.Contains(study.Algorithm));

    private static void PrintRow(TextWriter output, Study study, int seed, Result result)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {study.Id} | {study.Algorithm} | {seed} | {study.Steps:N0} | {result.Last100:0.0} | {First(result)} | {Lowest(result)} | {result.GreedyBest:0.0} | {result.GreedyLast:0.0} | {result.StepsPerSecond:N0} |"));
        output.Flush();
    }

    // The threshold is the published DQN after as many frames: Young and Tian 2019, read off the figure of learning curves.
    private static Study[] MinAtarStudies(string game, double published) =>
        [.. MinAtarAlgorithms.Select(algorithm => new Study($"{MinAtar}/{game}-v0", algorithm, MinAtarSteps, 3, published))];

    // MinAtar's presets explore for a share of 500,000 steps; they explore for as many of the published budget.
    private static DqnOptions DqnOptions(Study study)
    {
        DqnOptions preset = Presets.Dqn(study.Id);
        return study.IsMinAtar ? preset with { ExplorationFraction = preset.ExplorationFraction * MinAtarPresetSteps / study.Steps } : preset;
    }

    private static string First(Result result) => result.FirstAtThreshold?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";

    private static string Lowest(Result result) => double.IsPositiveInfinity(result.LowestAfter) ? "-" : result.LowestAfter.ToString("0.0", CultureInfo.InvariantCulture);

    private static Result Train(Study study, int seed, Device device)
    {
        Space actionSpace = Environments.Registry.Make(study.Id).ActionSpace;
        int copies = study.Algorithm == "ppo" ? Presets.PpoEnvironments(study.Id, actionSpace) : 1;
        using IVectorEnvironment environment = Environments.MakeVector(study.Id, copies), separate = Environments.MakeVector(study.Id, EvaluationEpisodes);
        using Agent agent = study.Algorithm switch
        {
            "dqn" => new Dqn(environment, DqnOptions(study), seed, device: device),
            "double-dqn" => new Dqn(environment, Presets.DoubleDqn(study.Id), seed, device: device),
            "c51" => new C51(environment, Presets.C51(study.Id), seed, device: device),
            "rainbow" => new Rainbow(environment, Presets.Rainbow(study.Id), seed, device: device),
            "ppo" => new Ppo(environment, Presets.Ppo(study.Id, actionSpace), seed, device: device),
            _ => throw new ArgumentOutOfRangeException(nameof(study), study.Algorithm, "There is no such algorithm."),
        };
        var tracker = new MemoryTracker();
        string best = Path.Combine(Path.GetTempPath(), $"rlkit-learning-{Guid.NewGuid():N}.safetensors");
        TrainingResult training = agent.Learn(
            study.Steps, new LearnOptions { Tracker = tracker, Callbacks = [new PeriodicEvaluation(separate, study.IsMinAtar ? MinAtarEvaluationEvery : EvaluationEvery, EvaluationEpisodes, best)] });
        (long? first, double lowest) = Threshold(tracker, study.Threshold);
        double greedyBest = Evaluator.Evaluate(Policy.Load(best), separate, FinalEpisodes, EvaluationSeed).Mean;
        File.Delete(best);
        return new Result(training.MeanReturn, first, lowest, greedyBest, Evaluator.Evaluate(agent.Policy, separate, FinalEpisodes, EvaluationSeed).Mean, training.StepsPerSecond);
    }

    // The running mean over 100 episodes: when it first passes the threshold, and how low it falls after that.
    private static (long? First, double Lowest) Threshold(MemoryTracker tracker, double threshold)
    {
        long? first = null;
        double lowest = double.PositiveInfinity, sum = 0;
        for (int i = 0; i < tracker.Episodes.Count; i++)
        {
            sum += tracker.Episodes[i].Return;
            if (i >= EpisodeWindow.Length) sum -= tracker.Episodes[i - EpisodeWindow.Length].Return;
            if (i < EpisodeWindow.Length - 1) continue;
            double mean = sum / EpisodeWindow.Length;
            if (first is null && mean >= threshold) first = tracker.Episodes[i].Step;
            if (first is not null) lowest = Math.Min(lowest, mean);
        }

        return (first, lowest);
    }

    private sealed record Study(string Id, string Algorithm, long Steps, int Seeds, double Threshold)
    {
        public bool IsMinAtar => Id.StartsWith(MinAtar, StringComparison.Ordinal);
    }

    private sealed record Result(double Last100, long? FirstAtThreshold, double LowestAfter, double GreedyBest, double GreedyLast, double StepsPerSecond);
}
