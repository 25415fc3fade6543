using System.Globalization;
using RlKit.Tracking.Files;

namespace RlKit.Tracking.Alerts;

/// <summary>Watches what a run reports, and sends alerts.</summary>
/// <remarks>
/// A rule fires when its condition begins to hold, and again only after it ceased to; of a run that goes on after a break each rule begins anew. Alerts are sent by a thread of their own: a receiver
/// that is slow or away never holds the training up. It is tried three times, and reported once. Nothing is written to the run's directory.
/// </remarks>
public sealed class AlertTracker : ITracker
{
    private const int MostWaiting = 100;

    private readonly object _gate = new();
    private readonly string _run;
    private readonly AlertTrackerOptions _options;
    private readonly TrackerFaults _faults;
    private readonly AlertDelivery _delivery;
    private readonly IReadOnlyList<AlertRule> _rules;
    private readonly Dictionary<string, AlertState[]> _ofMetric = new(StringComparer.Ordinal);
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);
    private readonly Queue<Alert> _waiting = new();
    private AlertState[] _states = [], _ofAny = [], _ofLife = [];
    private CancellationTokenSource? _closing;
    private Thread? _thread;
    private long _step, _reportedAt, _advancedAt;
    private int _left;
    private bool _isSending, _isFinished;

    /// <summary>A tracker of one run.</summary>
    /// <param name="run">What the run is, for the messages, such as <c>ppo on CartPole-v1, seed 1 (a1b2c3d4)</c>.</param>
    /// <param name="rules">When to send an alert.</param>
    /// <param name="channels">Where to.</param>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">A rule is about the death of the process itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public AlertTracker(string run, IReadOnlyList<AlertRule> rules, IReadOnlyList<IAlertChannel> channels, AlertTrackerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(run);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(channels);
        if (rules.Any(rule => rule.Condition == AlertCondition.Killed)) throw new ArgumentException("A process that is killed cannot tell of it; give the alert 'killed' to 'rlkit watch', or to a RunWatcher in another process.", nameof(rules));
        _options = options ?? new AlertTrackerOptions();
        if (_options.MinInterval < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(options), _options.MinInterval, $"MinInterval is {_options.MinInterval}; give a time of zero or more.");
        if (_options.FinishTimeout < TimeSpan.Zero || _options.FinishTimeout.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), _options.FinishTimeout, $"FinishTimeout is {_options.FinishTimeout}; give a time of zero or more and below 24 days.");
        (_run, _rules) = (run, [.. rules]);
        _faults = new TrackerFaults(_options.OnError);
        _delivery = new AlertDelivery([.. channels], _faults, _options.FirstRetry);
    }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <inheritdoc/>
    public void Begin(long step)
    {
        Dispose();
        lock (_gate)
        {
            _states = [.. _rules.Select(rule => new AlertState(rule, (long)_options.MinInterval.TotalMilliseconds))];
            _ofMetric.Clear();
            foreach (IGrouping<string, AlertState> group in _states.Where(state => state.Rule.Metric is not null).GroupBy(state => state.Rule.Metric!, StringComparer.Ordinal)) _ofMetric[group.Key] = [.. group];
            _ofAny = [.. _states.Where(state => state.Rule.IsOfMetric && state.Rule.Metric is null)];
            _ofLife = [.. _states.Where(state => !state.Rule.IsOfMetric)];
            (_step, _isFinished) = (step, false);
            _reportedAt = _advancedAt = Environment.TickCount64;
            _closing = new CancellationTokenSource();
            CancellationToken closing = _closing.Token;
            _thread = new Thread(() => Run(closing)) { IsBackground = true, Name = "RlKit alerts" };
            _thread.Start();
        }
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        lock (_gate)
        {
            Advance(step);
            Look(name, value, step);
        }
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step) => Report(step);

    /// <inheritdoc/>
    public void Text(string name, string text, long step) => Report(step);

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step) => Report(step);

    /// <inheritdoc/>
    public void Video(string name, string path, long step) => Report(step);

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length) => Scalar(Metrics.EpisodeReturn, episodeReturn, step);

    /// <inheritdoc/>
    /// <remarks>They are metrics as the others, such as <c>system/gpu_0_temperature &gt; 85</c>, but no heartbeat.</remarks>
    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        lock (_gate)
            foreach ((string name, double value) in values) Look(name, value, _step);
    }

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <summary>The run has ended. It waits for alerts that are on their way, at most <see cref="AlertTrackerOptions.FinishTimeout"/>.</summary>
    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        lock (_gate)
        {
            if (_isFinished || _thread is null) return;
            _isFinished = true;
            AlertCondition condition = outcome switch { RunOutcome.Finished => AlertCondition.Finished, RunOutcome.Cancelled => AlertCondition.Cancelled, _ => AlertCondition.Failed };
            foreach (AlertState state in _ofLife.Where(state => state.Rule.Condition == condition))
                Fire(state, string.Create(CultureInfo.InvariantCulture, $"{condition.ToString().ToLowerInvariant()}{(error is null ? "" : ": " + error.Message)} (the last report was of step {_step})"));
            long end = Environment.TickCount64 + (long)_options.FinishTimeout.TotalMilliseconds;
            while ((_waiting.Count > 0 || _isSending) && Environment.TickCount64 < end) Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Max(1, end - Environment.TickCount64)));
        }

        foreach (AlertState state in _states.Where(state => state.Rule.Metric is not null && !state.IsSeen))
            _faults.Report(new ArgumentException($"The alert '{state.Rule.Text}' waited for a metric that was never reported; there {(_metrics.Count == 0 ? "were none" : "were " + string.Join(", ", _metrics.Order(StringComparer.Ordinal)))}."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing?.Cancel();
            Monitor.PulseAll(_gate);
        }

        _thread?.Join();
        _thread = null;
        _closing?.Dispose();
        _closing = null;
        int left = _left + _waiting.Count;
        _waiting.Clear();
        _left = 0;
        if (left > 0) _faults.Report(new AlertException(string.Create(CultureInfo.InvariantCulture, $"{left} alert{(left == 1 ? " was" : "s were")} not sent before the end.")));
    }

    private void Report(long step)
    {
        lock (_gate) Advance(step);
    }

    private void Advance(long step)
    {
        _reportedAt = Environment.TickCount64;
        if (step > _step) _advancedAt = _reportedAt;
        _step = step;
    }

    private void Look(string name, double value, long step)
    {
        if (_isFinished || _thread is null) return;
        _metrics.Add(name);
        if (_ofMetric.TryGetValue(name, out AlertState[]? states))
            foreach (AlertState state in states) Look(state, name, value, step);
        foreach (AlertState state in _ofAny) Look(state, name, value, step);
    }

    private void Look(AlertState state, string name, double value, long step)
    {
        if (state.See(name, value, step, Environment.TickCount64) is { } what) Fire(state, what, name, value);
    }

    private void Fire(AlertState state, string what, string? metric = null, double? value = null)
    {
        // A receiver that is away must not fill the memory; what is oldest tells most.
        if (_waiting.Count >= MostWaiting)
        {
            _left++;
            return;
        }

        _waiting.Enqueue(new Alert(state.Rule, _run, what, DateTimeOffset.UtcNow, metric, value, _step));
        Monitor.PulseAll(_gate);
    }

    private void Run(CancellationToken closing)
    {
        while (true)
        {
            Alert? alert;
            lock (_gate)
            {
                if (_isSending) Monitor.PulseAll(_gate);
                _isSending = false;
                if (closing.IsCancellationRequested) return;
                if (!_isFinished) LookAtLife();
                if (!_waiting.TryDequeue(out alert))
                {
                    Monitor.Wait(_gate, _options.CheckInterval);
                    continue;
                }

                _isSending = true;
            }

            try
            {
                _delivery.Send(alert, closing);
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
            }
        }
    }

    private void LookAtLife()
    {
        long now = Environment.TickCount64;
        foreach (AlertState state in _ofLife)
        {
            AlertRule rule = state.Rule;
            long memory = rule.Condition == AlertCondition.Memory ? _options.Memory() : 0;
            string? what = rule.Condition switch
            {
                AlertCondition.Memory => state.See(memory > rule.Threshold, now, () => string.Create(CultureInfo.InvariantCulture, $"the process has {memory / 1e9:0.00} GB in memory at step {_step}")),
                AlertCondition.NoHeartbeat => state.See(now - _reportedAt >= rule.Time.TotalMilliseconds, now, () => string.Create(CultureInfo.InvariantCulture, $"nothing was reported for {(now - _reportedAt) / 1000.0:0} s; the last step was {_step}")),
                AlertCondition.NoProgress => state.See(now - _advancedAt >= rule.Time.TotalMilliseconds, now, () => string.Create(CultureInfo.InvariantCulture, $"the step has been {_step} for {(now - _advancedAt) / 1000.0:0} s")),
                _ => null,
            };
            if (what is not null) Fire(state, what);
        }
    }
}
