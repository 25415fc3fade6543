using System.Globalization;
using RlKit.Tensors;
using RlKit.Tracking;

namespace RlKit.Cli.Training;

/// <summary>One training: a new run, or one that goes on.</summary>
internal sealed class TrainRun : IDisposable
{
    // Apart from each other and from the training's, which are the run's seed and those after it.
    private const long SelectionSeed = 1_000_000, FinalSeed = 2_000_000;
    private const int SelectionEpisodes = 20, MostEvaluationCopies = 32;

    private readonly Algorithm _algorithm;
    private readonly EnvironmentSpec _spec;
    private readonly TrainOptions _options;
    private readonly IVectorEnvironment _environment;
    private readonly CheckpointFolder _checkpoints;

    private TrainRun(Algorithm algorithm, EnvironmentSpec spec, TrainOptions options, IVectorEnvironment environment, Agent agent, RunDirectory directory)
    {
        _algorithm = algorithm;
        _spec = spec;
        _options = options;
        _environment = environment;
        Agent = agent;
        Directory = directory;
        _checkpoints = new CheckpointFolder(directory.CheckpointsPath);
    }

    public Agent Agent { get; }

    public RunDirectory Directory { get; }

    /// <summary>The options of the algorithm that are used.</summary>
    public IEnumerable<KeyValuePair<string, object?>> AlgorithmOptions { get; private init; } = [];

    /// <summary>What a resume found damaged and passed over.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Makes the environment and the agent, and the run's directory.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="spec">The environment.</param>
    /// <param name="options">What the training is told beside the algorithm's options.</param>
    /// <param name="algorithmOptions">The algorithm's options.</param>
    /// <param name="flags">The flags of the algorithm's options.</param>
    /// <param name="trainFlags">The flags of the other options.</param>
    /// <param name="runs">Where runs are.</param>
    /// <param name="resumed">The run to go on with; null for a new one.</param>
    public static TrainRun Prepare(
        Algorithm algorithm, EnvironmentSpec spec, TrainOptions options, object algorithmOptions, Flags flags, Flags trainFlags, RunsFolder runs, RunDirectory? resumed)
    {
        TensorThreads.Count = options.Threads;
        IVectorEnvironment environment = MakeEnvironment(spec, options, options.NumEnvs!.Value, options.Threads);
        Agent? agent = null;
        RunDirectory? directory = null;
        try
        {
            try
            {
                agent = algorithm.Make(environment, algorithmOptions, options.Seed);
            }
            catch (ArgumentException error)
            {
                throw flags.Translate(error) ?? new UsageException(error.Message.Split(" (Parameter", 2)[0]);
            }

            directory = resumed ?? Create(runs, Identity(algorithm, spec, options));
            directory.Resume();
            var run = new TrainRun(algorithm, spec, options, environment, agent, directory) { AlgorithmOptions = [.. flags.ToConfiguration(algorithmOptions, "options/")] };
            if (resumed is not null) run.LoadCheckpoint();
            run._configuration = run.Configure(trainFlags);
            return run;
        }
        catch
        {
            directory?.Dispose();
            agent?.Dispose();
            environment.Dispose();
            throw;
        }
    }

    private IReadOnlyDictionary<string, object?> _configuration = new Dictionary<string, object?>();

    public static RunIdentity Identity(Algorithm algorithm, EnvironmentSpec spec, TrainOptions options) =>
        new(algorithm.Name, spec.Id, options.ExpName ?? algorithm.Name, options.Seed, options.Project);

    /// <summary>Trains, and evaluates the best policy.</summary>
    public TrainReport Train(IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var tracker = new RunTracker(Directory);
        tracker.Configure(_configuration);
        var disposables = new List<IDisposable>();
        try
        {
            var callbacks = new List<Callback>();
            PeriodicEvaluation? selection = null;
            if (_options.EvalFrequency > 0)
            {
                IVectorEnvironment copies = MakeEnvironment(_spec, _options, SelectionEpisodes, 1);
                disposables.Add(copies);
                callbacks.Add(selection = new PeriodicEvaluation(copies, _options.EvalFrequency, SelectionEpisodes, Directory.PolicyPath, SelectionSeed));
            }

            if (_options.CaptureVideo)
            {
                IVectorEnvironment stage = MakeEnvironment(_spec, _options, 1, 1);
                disposables.Add(stage);
                callbacks.Add(new PeriodicVideo(stage, Directory.VideosPath, _options.EvalFrequency > 0 ? _options.EvalFrequency : _options.TotalTimesteps));
            }

            if (_options.StopAtReward is { } threshold) callbacks.Add(new StopAtReward(threshold));
            var checkpoints = new CheckpointOptions { Folder = _checkpoints, Every = _options.CheckpointFrequency > 0 ? _options.CheckpointFrequency : long.MaxValue };
            TrainingResult result = Agent.Learn(_options.TotalTimesteps, new LearnOptions { Tracker = tracker, Callbacks = callbacks, Checkpoints = checkpoints }, progress, cancellation);
            if (result.Outcome == RunOutcome.Cancelled)
            {
                tracker.Finish(RunOutcome.Cancelled);
                return Report(result, null, File.Exists(Directory.PolicyPath) ? Directory.PolicyPath : null);
            }

            if (selection is null || selection.BestStep < 0) Agent.Policy.Save(Directory.PolicyPath);
            EvaluationResult? evaluation = null;
            if (_options.EvalEpisodes > 0)
            {
                using IVectorEnvironment copies = MakeEnvironment(_spec, _options, Math.Min(_options.EvalEpisodes, MostEvaluationCopies), _options.Threads);
                evaluation = Evaluator.Evaluate(Policy.Load(Directory.PolicyPath), copies, _options.EvalEpisodes, FinalSeed, cancellation: cancellation);
            }

            Summarize(tracker, result, evaluation);
            tracker.Finish(RunOutcome.Finished);
            return Report(result, evaluation, Directory.PolicyPath);
        }
        catch (OperationCanceledException)
        {
            tracker.Finish(RunOutcome.Cancelled);
            throw;
        }
        catch (Exception error)
        {
            tracker.Finish(RunOutcome.Failed, error);
            throw;
        }
        finally
        {
            foreach (IDisposable disposable in disposables) disposable.Dispose();
        }
    }

    public void Dispose()
    {
        Agent.Dispose();
        _environment.Dispose();
        Directory.Dispose();
    }

    internal static IVectorEnvironment MakeEnvironment(EnvironmentSpec spec, TrainOptions options, int copies, int threads)
    {
        IVectorEnvironment environment = Environments.MakeVector(spec.Id, copies, new VectorOptions { Threads = threads });
        return options.IgnoreActionRate > 0 ? new VectorRandomAction(environment, options.IgnoreActionRate, options.Seed) : environment;
    }

    private static RunDirectory Create(RunsFolder runs, RunIdentity identity)
    {
        try
        {
            return runs.Create(identity);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private void LoadCheckpoint()
    {
        if (_checkpoints.FindNewest(out IReadOnlyList<string> faults) is { } newest) Checkpoint.Load(Agent, newest);
        Faults = faults;
    }

    private Dictionary<string, object?> Configure(Flags trainFlags)
    {
        var configuration = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["algorithm"] = _algorithm.Name,
            ["env/id"] = _spec.Id,
            ["env/observation_space"] = _environment.ObservationSpace.ToString(),
            ["env/action_space"] = _environment.ActionSpace.ToString(),
            ["env/max_episode_steps"] = (long?)_spec.MaxEpisodeSteps,
            ["env/reward_threshold"] = _spec.RewardThreshold,
        };
        foreach ((string name, object? value) in trainFlags.ToConfiguration(_options, "train/").Concat(AlgorithmOptions)) configuration[name] = value;
        return configuration;
    }

    private static void Summarize(RunTracker tracker, TrainingResult result, EvaluationResult? evaluation)
    {
        tracker.Summary("global_step", result.Step);
        tracker.Summary("episodes", result.Episodes);
        tracker.Summary("train_return_mean_100", result.MeanReturn);
        tracker.Summary("wall_seconds", result.Elapsed.TotalSeconds);
        tracker.Summary("steps_per_second", result.StepsPerSecond);
        tracker.Summary("stop_reason", result.StopReason);
        foreach (Phase phase in Enum.GetValues<Phase>()) tracker.Summary("phase_seconds/" + Flags.Snake(phase.ToString()), result.Clock[phase].TotalSeconds);
        tracker.Artifact("policy", tracker.Run.PolicyPath);
        if (evaluation is null) return;
        tracker.Summary("eval_return_mean", evaluation.Mean);
        tracker.Summary("eval_return_std", evaluation.StandardDeviation);
        tracker.Summary("eval_episodes", (long)evaluation.Episodes);
    }

    private TrainReport Report(TrainingResult result, EvaluationResult? evaluation, string? policyPath) =>
        new(Directory.Info.Id, _spec.Id, _algorithm.Name, _options.Seed, result, evaluation, policyPath, Directory.FolderPath);
}
