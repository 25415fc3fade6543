namespace RlKit;

/// <summary>A run's record and copies of it as one tracker: each gets everything, in order, the record first. It owns them.</summary>
/// <remarks>
/// <para>The first tracker is the record. What it throws reaches the training, which ends: a run whose record cannot be kept is not worth going on with.</para>
/// <para>Each of the others fails alone. What it throws is told once (<see cref="OnError"/>); it then rests for a second, after the next failure in a row for two, and so on up to a
/// minute, and is given up after ten. What is reported meanwhile it misses; a beginning that failed is repeated when it is tried again, and a configuration too, up to twice.</para>
/// </remarks>
public sealed class CompositeTracker : ITracker
{
    private readonly ITracker _record;
    private readonly Copy[] _copies;

    /// <summary>Several trackers as one.</summary>
    /// <param name="record">The tracker whose errors end the training.</param>
    /// <param name="copies">The others, in the order in which they are told. All are disposed with this one.</param>
    public CompositeTracker(ITracker record, params ReadOnlySpan<ITracker> copies)
    {
        ArgumentNullException.ThrowIfNull(record);
        _record = record;
        _copies = new Copy[copies.Length];
        for (int i = 0; i < copies.Length; i++) _copies[i] = new Copy(copies[i] ?? throw new ArgumentNullException(nameof(copies)), this);
    }

    /// <summary>Told the first error of each tracker but the record. It is called by any thread; what it throws is ignored.</summary>
    public Action<ITracker, Exception>? OnError { get; init; }

    /// <inheritdoc/>
    public void Begin(long step)
    {
        _record.Begin(step);
        Together(copy => copy.Begin(step));
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        _record.Configure(configuration);
        foreach (Copy copy in _copies) copy.Configure(configuration);
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        _record.Scalar(name, value, step);
        foreach (Copy copy in _copies) copy.Try((name, value, step), static (tracker, given) => tracker.Scalar(given.name, given.value, given.step));
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
        _record.Histogram(name, values, step);
        foreach (Copy copy in _copies) copy.Histogram(name, values, step);
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        _record.Text(name, text, step);
        foreach (Copy copy in _copies) copy.Try((name, text, step), static (tracker, given) => tracker.Text(given.name, given.text, given.step));
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
        _record.Image(name, frame, step);
        foreach (Copy copy in _copies) copy.Try((name, frame, step), static (tracker, given) => tracker.Image(given.name, given.frame, given.step));
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
        _record.Video(name, path, step);
        foreach (Copy copy in _copies) copy.Try((name, path, step), static (tracker, given) => tracker.Video(given.name, given.path, given.step));
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
        _record.Artifact(name, path);
        foreach (Copy copy in _copies) copy.Try((name, path), static (tracker, given) => tracker.Artifact(given.name, given.path));
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
        _record.Summary(name, value);
        foreach (Copy copy in _copies) copy.Try((name, value), static (tracker, given) => tracker.Summary(given.name, given.value));
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length)
    {
        _record.Episode(step, environment, episodeReturn, length);
        foreach (Copy copy in _copies)
            copy.Try((step, environment, episodeReturn, length), static (tracker, given) => tracker.Episode(given.step, given.environment, given.episodeReturn, given.length));
    }

    /// <inheritdoc/>
    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        _record.SystemMetrics(values);
        foreach (Copy copy in _copies) copy.TryBeside(values, static (tracker, given) => tracker.SystemMetrics(given));
    }

    /// <inheritdoc/>
    public void ConsoleText(string text, bool isError)
    {
        _record.ConsoleText(text, isError);
        foreach (Copy copy in _copies) copy.TryBeside((text, isError), static (tracker, given) => tracker.ConsoleText(given.text, given.isError));
    }

    /// <inheritdoc/>
    public void Flush()
    {
        _record.Flush();
        Together(static copy => copy.Try(0, static (tracker, _) => tracker.Flush()));
    }

    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        _record.Finish(outcome, error);
        Together(copy => copy.Finish(outcome, error));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _record.Dispose();
        Together(static copy => copy.Dispose());
    }

    // Each waits for the disk, or for a server: they wait together.
    private void Together(Action<Copy> call)
    {
        if (_copies.Length == 1) call(_copies[0]);
        else Task.WaitAll([.. _copies.Select(copy => Task.Run(() => call(copy)))]);
    }

    /// <summary>A tracker whose errors stay here.</summary>
    private sealed class Copy(ITracker tracker, CompositeTracker owner)
    {
        private const int MostFailures = 10, MostConfigurationTries = 3;
        private const long FirstRestMilliseconds = 1_000, LongestRestMilliseconds = 60_000;

        private IReadOnlyDictionary<string, object?>? _configuration;
        private long? _missedBegin;
        private long _restsUntil;
        private int _failures, _isTold, _configurationTries;

        public void Begin(long step)
        {
            // Another training is another chance.
            Volatile.Write(ref _failures, 0);
            _missedBegin = step;
            Try(0, static (_, _) => { });
        }

        public void Configure(IReadOnlyDictionary<string, object?> configuration)
        {
            _configuration = configuration;
            _configurationTries = MostConfigurationTries;
            Try(0, static (_, _) => { });
        }

        public void Histogram(string name, ReadOnlySpan<float> values, long step)
        {
            if (IsResting) return;
            try
            {
                CatchUp();
                tracker.Histogram(name, values, step);
                Recover();
            }
#pragma warning disable CA1031 // Whatever a copy does: the training goes on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Fail(error);
            }
        }

        public void Finish(RunOutcome outcome, Exception? error)
        {
            // The last chance: no rest.
            Volatile.Write(ref _restsUntil, 0);
            Try((outcome, error), static (tracker, given) => tracker.Finish(given.outcome, given.error));
        }

        public void Dispose()
        {
            _missedBegin = null;
            _configurationTries = 0;
            Volatile.Write(ref _failures, 0);
            Try(0, static (tracker, _) => tracker.Dispose());
        }

        public void Try<T>(T given, Action<ITracker, T> call)
        {
            if (IsResting) return;
            try
            {
                CatchUp();
                call(tracker, given);
                Recover();
            }
#pragma warning disable CA1031 // Whatever a copy does: the training goes on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Fail(error);
            }
        }

        /// <summary>From any thread: what was missed is the training's to repeat.</summary>
        public void TryBeside<T>(T given, Action<ITracker, T> call)
        {
            if (IsResting) return;
            try
            {
                call(tracker, given);
            }
#pragma warning disable CA1031 // Whatever a copy does: the training goes on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Fail(error);
            }
        }

        private bool IsResting =>
            Volatile.Read(ref _failures) is > 0 and int failures && (failures >= MostFailures || Environment.TickCount64 < Volatile.Read(ref _restsUntil));

        private void CatchUp()
        {
            if (_configurationTries > 0)
            {
                _configurationTries--;
                tracker.Configure(_configuration!);
                _configurationTries = 0;
            }

            if (_missedBegin is { } step)
            {
                tracker.Begin(step);
                _missedBegin = null;
            }
        }

        private void Recover()
        {
            if (Volatile.Read(ref _failures) > 0) Volatile.Write(ref _failures, 0);
        }

        private void Fail(Exception error)
        {
            int failures = Interlocked.Increment(ref _failures);
            Volatile.Write(ref _restsUntil, Environment.TickCount64 + Math.Min(FirstRestMilliseconds << Math.Min(failures - 1, 10), LongestRestMilliseconds));
            if (Interlocked.Exchange(ref _isTold, 1) != 0) return;
            try
            {
                owner.OnError?.Invoke(tracker, error);
            }
#pragma warning disable CA1031 // Whatever the listener throws: it must not end the training.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}
