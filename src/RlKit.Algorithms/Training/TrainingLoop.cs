using System.Diagnostics;
using RlKit.Tensors;

namespace RlKit;

/// <summary>
/// The loop that every agent trains in: act, step, store, update, report. An algorithm supplies acting, storing and updating; all else is here.
/// </summary>
internal sealed class TrainingLoop
{
    private const long ProgressEveryMilliseconds = 100;

    private readonly Agent _agent;
    private readonly IVectorEnvironment _environment;
    private readonly LearnOptions _options;
    private readonly ITracker _tracker;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly TrainingContext _context;
    private readonly PhaseClock _clock = new();
    private readonly long _totalSteps;
    private readonly long _firstStep;
    private long _nextProgress;
    private long _savedStep = -1;

    public TrainingLoop(Agent agent, long totalSteps, LearnOptions options, IProgress<TrainingProgress>? progress)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReportEvery, 1);
        _agent = agent;
        _environment = agent.Environment;
        _options = options;
        _tracker = options.Tracker;
        _progress = progress;
        _totalSteps = totalSteps;
        _firstStep = agent.Step;
        _context = new TrainingContext(agent, totalSteps, _tracker, _clock);
    }

    public TrainingResult Run(CancellationToken cancellation)
    {
        try
        {
            return Train(cancellation);
        }
        catch (ArithmeticException exception) when (exception is not (DivideByZeroException or OverflowException or NotFiniteNumberException))
        {
            // What a policy throws that has no number to choose an action by.
            TrainingException diverged = _agent.Diverged("The networks give outputs that are no numbers", exception);
            Fail(diverged);
            throw diverged;
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
    }

    private void Fail(Exception exception)
    {
        // What the last updates measured may tell why, and alerts may wait for it.
        if (exception is TrainingException) _agent.Metrics.Report(_tracker, _agent.Step);
        _tracker.Finish(RunOutcome.Failed, exception);
    }

    private TrainingResult Train(CancellationToken cancellation)
    {
        using DeviceRegion device = _agent.Device.AsDefault();
        _clock.Restart();
        _options.Checkpoints?.Folder.RequireNoneAhead(_agent);
        Guard("reset", _agent.EnterEnvironment);
        if (_options.Checkpoints is not null) Checkpoint.RequireSavable(_agent);
        _tracker.Begin(_agent.Step);
        _agent.BeginTraining(WholeSteps);
        _agent.AttachCallbacks(_options.Callbacks);
        foreach (Callback callback in _options.Callbacks) callback.OnStart(_context);

        while (_agent.Step < _totalSteps && _context.StopReason is null && !cancellation.IsCancellationRequested)
        {
            _clock.Enter(Phase.Acting);
            _agent.Act();
            _clock.Enter(Phase.Environment);
            StepEnvironment();
            _clock.Enter(Phase.Replay);
            _agent.Store();
            _agent.Step += _environment.Count;
            _clock.Enter(Phase.Update);
            bool updated = _agent.Update(_clock);
            _clock.Enter(Phase.Other);
            CountEpisodes();
            Report();
            Call(updated);
            CheckpointIfDue();
        }

        return Finish(cancellation.IsCancellationRequested && _agent.Step < _totalSteps && _context.StopReason is null);
    }

    private void StepEnvironment()
    {
        try
        {
            if (_agent.ActsByIntegers) _environment.Step(_agent.IntegerActions);
            else _environment.Step(_agent.RealActions);
        }
        catch (Exception exception)
        {
            throw Failed("step", exception);
        }

        ReadOnlySpan<double> rewards = _environment.Rewards;
        for (int i = 0; i < rewards.Length; i++)
            if (!float.IsFinite((float)rewards[i])) throw BadReward(i, rewards[i]);
    }

    private void Guard(string call, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            throw Failed(call, exception);
        }
    }

    private void CountEpisodes()
    {
        ReadOnlySpan<double> rewards = _environment.Rewards;
        ReadOnlySpan<bool> terminated = _environment.Terminated;
        ReadOnlySpan<bool> truncated = _environment.Truncated;
        for (int i = 0; i < rewards.Length; i++)
        {
            if (!_agent.Episodes.Add(_agent.Step, i, rewards[i], terminated[i], truncated[i], out Episode episode)) continue;
            _tracker.Episode(episode.Step, i, episode.Return, episode.Length);
            for (int j = 0; j < _options.Callbacks.Count; j++) _options.Callbacks[j].OnEpisode(_context, episode);
        }
    }

    private void Call(bool updated)
    {
        // Indexed, since a list's enumerator behind an interface is an allocation per step.
        for (int i = 0; i < _options.Callbacks.Count; i++)
        {
            if (updated) _options.Callbacks[i].OnUpdate(_context);
            _options.Callbacks[i].OnStep(_context);
        }
    }

    private void Report()
    {
        long step = _agent.Step;
        if (step / _options.ReportEvery != (step - _environment.Count) / _options.ReportEvery)
        {
            EpisodeWindow episodes = _agent.Episodes;
            if (episodes.Count > 0)
            {
                _tracker.Scalar(Metrics.EpisodeReturnMean, episodes.MeanReturn, step);
                _tracker.Scalar(Metrics.EpisodeLengthMean, episodes.MeanLength, step);
                _tracker.Scalar(Metrics.EpisodeReturnMax, episodes.MaxReturn, step);
            }

            _agent.Metrics.Report(_tracker, step);
            _tracker.Scalar(Metrics.StepsPerSecond, StepsPerSecond, step);
            _tracker.Scalar(Metrics.TimeElapsed, _clock.Total.TotalSeconds, step);
        }

        if (_progress is null || Environment.TickCount64 < _nextProgress) return;
        _nextProgress = Environment.TickCount64 + ProgressEveryMilliseconds;
        _progress.Report(Progress());
    }

    private void CheckpointIfDue()
    {
        if (_options.Checkpoints is not { } checkpoints) return;
        long step = _agent.Step;
        if (step / checkpoints.Every == (step - _environment.Count) / checkpoints.Every) return;
        _agent.RequireFiniteWeights();
        SaveCheckpoint(checkpoints);
    }

    private void SaveCheckpoint(CheckpointOptions checkpoints)
    {
        // What was measured up to this step is durable before the checkpoint is: a resume drops later records, and misses none.
        _tracker.Flush();
        checkpoints.Folder.Save(_agent, checkpoints.IncludeReplay);
        _savedStep = _agent.Step;
    }

    // All copies are stepped together, so that the last step may go beyond the total: schedules end where the training does.
    private long WholeSteps
    {
        get
        {
            long beyond = (_environment.Count - _totalSteps % _environment.Count) % _environment.Count;
            return _totalSteps > long.MaxValue - beyond ? long.MaxValue : _totalSteps + beyond;
        }
    }

    private double StepsPerSecond => (_agent.Step - _firstStep) / Math.Max(_clock.Total.TotalSeconds, 1e-9);

    private TrainingProgress Progress() =>
        new(_agent.Step, _totalSteps, _agent.Episodes.Count, _agent.Episodes.MeanReturn, StepsPerSecond, _clock.Total);

    private TrainingResult Finish(bool cancelled)
    {
        _agent.RequireFiniteWeights();
        foreach (Callback callback in _options.Callbacks) callback.OnEnd(_context);
        _clock.Enter(Phase.Other);
        if (_options.Checkpoints is { } checkpoints && _savedStep != _agent.Step) SaveCheckpoint(checkpoints);
        _agent.LeaveEnvironment();
        TimeSpan elapsed = _clock.Total;
        RunOutcome outcome = cancelled ? RunOutcome.Cancelled : RunOutcome.Finished;
        _progress?.Report(Progress());
        _tracker.Flush();
        return new TrainingResult(
            _agent.Step, outcome, cancelled ? "cancelled" : _context.StopReason, _agent.Episodes.MeanReturn, _agent.Episodes.Count, elapsed,
            (_agent.Step - _firstStep) / Math.Max(elapsed.TotalSeconds, 1e-9), _clock);
    }

    private TrainingException Failed(string call, Exception cause) =>
        new($"The environment threw in {call} at step {_agent.Step}: {cause.Message}", cause);

    private TrainingException BadReward(int environment, double reward) => new(
        $"Environment {environment} gave the reward {reward.ToString(System.Globalization.CultureInfo.InvariantCulture)} at step {_agent.Step + _environment.Count}; a reward has to be a finite number in single precision.");
}
