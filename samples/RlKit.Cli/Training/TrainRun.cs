using RlKit.Tensors;
using RlKit.Tracking;
using RlKit.Video;

namespace RlKit.Cli.Training;

/// <summary>One training: a new run, or one that goes on.</summary>
internal sealed class TrainRun : IDisposable
{
    // Apart from each other and from the training's, which are the run's seed and those after it.
    private const long SelectionSeed = 1_000_000, FinalSeed = 2_000_000;
    private const int SelectionEpisodes = 20, MostEvaluationCopies = 32;

    private static readonly TimeSpan SourcePatience = TimeSpan.FromSeconds(10);

    private readonly TrainPlan _plan;
    private readonly IVectorEnvironment _environment;
    private readonly Agent _agent;
    private readonly IReadOnlyDictionary<string, object?> _configuration;
    private readonly CheckpointFolder _checkpoints;
    private Action<string> _writeLine = Console.Error.WriteLine;

    /// <summary>Makes the environment, the agent and the run's directory, and brings a resumed run to its newest checkpoint.</summary>
    /// <param name="plan">What the training is to be.</param>
    /// <param name="flags">The flags of the algorithm's options, for messages.</param>
    /// <param name="runs">Where a new run goes.</param>
    /// <param name="makeAlerts">Makes what sends the alerts of the run, and writes lines for people; null for none.</param>
    /// <exception cref="UsageException">An option is out of its range, or does not suit the environment.</exception>
    public TrainRun(TrainPlan plan, Flags flags, RunsFolder runs, Func<RunDirectory, Action<string>, ITracker?> makeAlerts)
    {
        _plan = plan;
        TensorThreads.Count = plan.Options.Threads;
        Device device = plan.Options.FindDevice();
        _environment = MakeEnvironment(plan.Options.NumEnvs!.Value, plan.Options.Threads);
        _configuration = plan.Configuration(_environment);
        try
        {
            _agent = MakeAgent(flags, device);
            Directory = plan.Resumed ?? MakeDirectory(runs);
            Directory.Lock();
            Tracker = MakeTracker(makeAlerts);
            _checkpoints = new CheckpointFolder(Directory.CheckpointsPath);
            if (_checkpoints.FindNewest(out IReadOnlyList<string> faults) is { } newest)
            {
                Checkpoint.Load(_agent, newest);
                IsRefilled = !Checkpoint.ReadHeader(newest).HasReplay;
            }
            else if (plan.Resumed is not null && ResumedRun.Obstacle(Directory) is { } obstacle)
            {
                throw new UsageException(obstacle);
            }

            Faults = faults;
            Directory.Resume();
        }
        catch
        {
            Dispose();
            // A run that never began is none.
            if (plan.Resumed is null && Directory is not null) System.IO.Directory.Delete(Directory.FolderPath, recursive: true);
            throw;
        }
    }

    public RunDirectory Directory { get; }

    /// <summary>Where everything is reported.</summary>
    public ITracker Tracker { get; }

    /// <summary>What was measured last.</summary>
    public NewestScalars Scalars { get; } = new();

    /// <summary>Environment steps so far.</summary>
    public long Step => _agent.Step;

    /// <summary>Checkpoints that are damaged and were passed over.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>The checkpoint that it goes on from is without the replay buffer.</summary>
    public bool IsRefilled { get; }

    /// <summary>Trains, and evaluates the best policy.</summary>
    /// <param name="display">Shows how it goes.</param>
    /// <param name="cancellation">Ends it.</param>
    public TrainReport Train(TrainDisplay display, CancellationToken cancellation)
    {
        _writeLine = display.WriteLine;
        Task source = Task.Run(() => Directory.CaptureSource(), CancellationToken.None);
        try
        {
            return TrainAndEvaluate(display, cancellation);
        }
        catch (OperationCanceledException)
        {
            Tracker.Finish(RunOutcome.Cancelled);
            throw;
        }
        catch (Exception error)
        {
            Tracker.Finish(RunOutcome.Failed, error);
            throw;
        }
        finally
        {
            FinishSource(source);
        }
    }

    private TrainReport TrainAndEvaluate(TrainDisplay display, CancellationToken cancellation)
    {
        ITracker tracker = Tracker;
        tracker.Configure(_configuration);
        using var monitor = new SystemMonitor(tracker, Directory.FolderPath, new SystemMonitorOptions { OnError = error => _writeLine($"A measurement of the machine is left out from here on: {error.Message}") });
        TrainOptions options = _plan.Options;
        // Also where it is never due, if the run went on: it knows whether the policy that is kept is the best of an earlier session.
        bool selects = options.EvalFrequency > 0 || _plan.Resumed is not null;
        using IVectorEnvironment? selectionCopies = selects ? MakeEnvironment(SelectionEpisodes, 1) : null;
        using IVectorEnvironment? stage = options.CaptureVideo ? MakeEnvironment(1, 1) : null;
        PeriodicEvaluation? selection = selectionCopies is null ? null : new PeriodicEvaluation(selectionCopies, options.EvalFrequency > 0 ? options.EvalFrequency : long.MaxValue, SelectionEpisodes, Directory.PolicyPath, SelectionSeed);
        List<Callback> callbacks = selection is null ? [] : [selection];
        if (stage is not null) callbacks.Add(new PeriodicVideo(stage, Directory.VideosPath, options.EvalFrequency > 0 ? options.EvalFrequency : _plan.TotalSteps));
        if (_plan.StopAtReward is { } threshold) callbacks.Add(new StopAtReward(threshold));
        var learn = new LearnOptions
        {
            Tracker = tracker,
            Callbacks = callbacks,
            Checkpoints = new CheckpointOptions { Folder = _checkpoints, Every = options.CheckpointFrequency > 0 ? options.CheckpointFrequency : long.MaxValue, IncludeReplay = options.CheckpointReplay },
        };

        long firstStep = Step;
        TrainingResult result = _agent.Learn(_plan.TotalSteps, learn, display, cancellation);
        if (result.Outcome == RunOutcome.Cancelled)
        {
            tracker.Finish(RunOutcome.Cancelled);
            return Report(result, null, selection?.BestStep ?? -1, null);
        }

        // Without its file the best policy of an earlier session is lost.
        long bestStep = File.Exists(Directory.PolicyPath) ? selection?.BestStep ?? -1 : -1;
        if (bestStep < 0) _agent.Policy.Save(Directory.PolicyPath);
        EvaluationResult? evaluation = options.EvalEpisodes > 0 ? Evaluate(options.EvalEpisodes, cancellation) : null;
        string? video = stage is null ? null : RecordPolicy(stage, result.Step);
        Summarize(tracker, result, evaluation, hasTrained: result.Step > firstStep);
        // Its last measurement belongs to the run.
        monitor.Dispose();
        tracker.Finish(RunOutcome.Finished);
        return Report(result, evaluation, bestStep, video);
    }

    // A run is worth as much without them.
    private void FinishSource(Task source)
    {
        try
        {
            if (!source.Wait(SourcePatience)) _writeLine("git did not tell of the sources in time; the run does not have them.");
        }
        catch (AggregateException error)
        {
            _writeLine($"The sources could not be kept: {error.InnerException!.Message}");
        }
    }

    public void Dispose()
    {
        _agent?.Dispose();
        _environment.Dispose();
        Tracker?.Dispose();
        Directory?.Dispose();
    }

    private IVectorEnvironment MakeEnvironment(int copies, int threads)
    {
        IVectorEnvironment environment = Environments.MakeVector(_plan.Spec.Id, copies, new VectorOptions { Threads = threads });
        return _plan.Options.IgnoreActionRate > 0 ? new VectorRandomAction(environment, _plan.Options.IgnoreActionRate, _plan.Options.Seed) : environment;
    }

    private Agent MakeAgent(Flags flags, Device device)
    {
        try
        {
            return _plan.Algorithm.Make(_environment, _plan.AlgorithmOptions, _plan.Options.Seed, device);
        }
        catch (ArgumentException error)
        {
            throw flags.Translate(error);
        }
    }

    private RunDirectory MakeDirectory(RunsFolder runs)
    {
        try
        {
            return runs.Create(_plan.Identity, _configuration);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private EvaluationResult Evaluate(int episodes, CancellationToken cancellation)
    {
        using IVectorEnvironment copies = MakeEnvironment(Math.Min(episodes, MostEvaluationCopies), _plan.Options.Threads);
        return Evaluator.Evaluate(Policy.Load(Directory.PolicyPath), copies, episodes, FinalSeed, cancellation: cancellation);
    }

    private ITracker MakeTracker(Func<RunDirectory, Action<string>, ITracker?> makeAlerts)
    {
        IReadOnlyList<string> names = Trackers.Read(_plan.Options.Track);
        void WriteLine(string line) => _writeLine(line);
        ITracker[] copies = [Scalars, .. names.Select(name => Trackers.Make(name, Directory, WriteLine)), .. makeAlerts(Directory, WriteLine) is { } alerts ? [alerts] : Array.Empty<ITracker>()];
        string[] labels = ["display", .. names, "alerts"];
        return new CompositeTracker(new RunTracker(Directory), copies)
        {
            OnError = (tracker, error) => _writeLine(Trackers.Complaint(labels[Array.IndexOf(copies, tracker)], error)),
        };
    }

    // The policy that is kept, which is rarely that of the last video.
    private string RecordPolicy(IVectorEnvironment stage, long step)
    {
        string path = Path.Combine(Directory.VideosPath, "policy" + VideoWriter.Extension(VideoFormat.AnimatedPng));
        PeriodicVideo.Record(Policy.Load(Directory.PolicyPath), stage, path, seed: FinalSeed);
        Tracker.Video(Metrics.EpisodeVideo, path, step);
        return path;
    }

    private void Summarize(ITracker tracker, TrainingResult result, EvaluationResult? evaluation, bool hasTrained)
    {
        tracker.Summary("global_step", result.Step);
        tracker.Summary("episodes", result.Episodes);
        tracker.Summary("train_return_mean_100", result.MeanReturn);
        tracker.Summary("stop_reason", result.StopReason);
        if (hasTrained)
        {
            tracker.Summary("wall_seconds", result.Elapsed.TotalSeconds);
            tracker.Summary("steps_per_second", result.StepsPerSecond);
            foreach (Phase phase in Enum.GetValues<Phase>()) tracker.Summary("phase_seconds/" + Flags.Snake(phase.ToString()), result.Clock[phase].TotalSeconds);
        }

        tracker.Artifact("policy", Directory.PolicyPath);
        if (evaluation is null) return;
        tracker.Summary("eval_return_mean", evaluation.Mean);
        tracker.Summary("eval_return_std", evaluation.StandardDeviation);
        tracker.Summary("eval_episodes", (long)evaluation.Episodes);
    }

    private TrainReport Report(TrainingResult result, EvaluationResult? evaluation, long bestStep, string? video) => new(
        Directory.Info.Id, _plan.Spec.Id, _plan.Algorithm.Name, _plan.Options.Seed, result, evaluation, File.Exists(Directory.PolicyPath) ? Directory.PolicyPath : null, bestStep, video, Directory.FolderPath);
}
