using System.Globalization;
using RlKit.Tracking.Files;
using RlKit.Video;

namespace RlKit.Tracking.MLflow;

/// <summary>Sends a run to an MLflow server by its REST API 2.0 (MLflow 2.x and 3.x).</summary>
/// <remarks>
/// <para>Everything that is reported goes to a queue in the folder <c>mlflow</c> first, and from there to the server by a thread of its own, in order and in batches of up to 1000 values.
/// A server that is away is tried again, after breaks that double up to a minute; what was not sent when the process ends is sent when the run goes on, or by <see cref="Send"/>.
/// Nothing is sent twice: when an answer is lost, the server's history of the batch is looked up before what is missing is sent again.</para>
/// <para>Credentials are those of MLflow's own client: the environment variables <c>MLFLOW_TRACKING_USERNAME</c> and <c>MLFLOW_TRACKING_PASSWORD</c>, or <c>MLFLOW_TRACKING_TOKEN</c>.
/// They are never written to a file.</para>
/// <para>MLflow changes no parameter and deletes no value. A run that goes on from an earlier step keeps the values that were sent of later ones, which are not sent again; an option that is another
/// now is the tag <c>changed/NAME</c>. A parameter of more than 500 characters, or a tag of more than 5000, ends with the name of an artifact that has the whole.</para>
/// <para>Final values are metrics and tags named <c>summary/...</c>; a finished episode is the metric <see cref="Metrics.EpisodeReturn"/>; texts, pictures, videos and files are artifacts. These go
/// through the server's proxy (<c>--serve-artifacts</c>, the default), or straight to a folder where the server keeps them in one that is here too; other stores, such as <c>s3://</c> without the proxy,
/// are reported once and left out. Measurements of the machine are metrics named <c>system/...</c>, which MLflow shows apart. Distributions have no place in MLflow and are left out, and so is what the
/// run writes to its console.</para>
/// </remarks>
public sealed class MLflowTracker : ITracker
{
    private const string QueueFolder = "mlflow";

    private readonly object _gate = new();
    private readonly string _folder, _experiment;
    private readonly Uri _server;
    private readonly MLflowTrackerOptions _options;
    private readonly TrackerFaults _faults;
    private readonly SortedDictionary<string, object?> _summary = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, object?>? _configuration;
    private FileStream? _lock;
    private MLflowQueue? _queue;
    private volatile MetricsWriter? _writer;
    private MLflowSender? _sender;
    private long _step;
    private bool _hasBegun;
    private volatile bool _isFinished;

    /// <summary>A tracker of one run.</summary>
    /// <param name="folder">The run's folder, in which the folder <c>mlflow</c> with the queue is made; a run that goes on is recognised by it.</param>
    /// <param name="server">The server's address, such as <c>http://localhost:5000</c>.</param>
    /// <param name="experiment">The experiment of a new run, which is made where there is none: 1 to 500 characters.</param>
    /// <param name="options">What it says of the run, and how it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">The folder's name is empty; the address is none of http or https, or has a password; or the experiment or a tag is none that MLflow takes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is out of its range.</exception>
    public MLflowTracker(string folder, Uri server, string experiment, MLflowTrackerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(server);
        ArgumentException.ThrowIfNullOrEmpty(experiment);
        if (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https")) throw new ArgumentException($"The server is '{server}'; give an address such as http://localhost:5000.", nameof(server));
        if (server.UserInfo.Length > 0) throw new ArgumentException("The server's address has a user's name in it; give the address alone, and the name and the password as MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.", nameof(server));
        if (experiment.Length > 500) throw new ArgumentException($"The experiment's name has {experiment.Length} characters; give at most 500.", nameof(experiment));
        _options = options ?? new MLflowTrackerOptions();
        foreach ((string name, string value) in _options.Tags)
        {
            if (MLflowName.From(name) != name || value.Length > MLflowName.LongestTag)
                throw new ArgumentException($"A tag is '{name}' of {value.Length} characters; give names of letters, digits and _ - . / or spaces, and values of at most {MLflowName.LongestTag} characters.", nameof(options));
        }

        if (_options.FlushInterval <= TimeSpan.Zero || _options.FlushInterval.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), _options.FlushInterval, $"FlushInterval is {_options.FlushInterval}; give a time above zero and below 24 days.");
        if (_options.FinishTimeout < TimeSpan.Zero || _options.FinishTimeout.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), _options.FinishTimeout, $"FinishTimeout is {_options.FinishTimeout}; give a time of zero or more and below 24 days.");
        (_folder, _server, _experiment) = (Path.Combine(Path.GetFullPath(folder), QueueFolder), server, experiment);
        _faults = new TrackerFaults(_options.OnError);
    }

    /// <summary>The first error; null while all is well.</summary>
    public Exception? Error => _faults.First;

    /// <summary>The run's id on the server; null before the server gave it one.</summary>
    public string? RunId => _queue?.RunId ?? _options.RunId;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public void Begin(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        Dispose();
        _summary.Clear();
        (_step, _hasBegun, _isFinished) = (step, true, false);
        _faults.Guard(() =>
        {
            Open();
            MLflowPart part = _queue!.Begin(step);
            lock (_gate)
            {
                _writer = new MetricsWriter(_queue.PathOf(part), 0);
                if (_configuration is not null) Write(_configuration);
                _writer.Flush();
            }

            _sender = new MLflowSender(_server, _experiment, _options, _queue, part, _faults);
        });
    }

    /// <inheritdoc/>
    public void Configure(IReadOnlyDictionary<string, object?> configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        if (_writer is not null) Guard(() => Write(configuration));
    }

    /// <inheritdoc/>
    public void Scalar(string name, double value, long step)
    {
        if (Writer(step) is not { } writer) return;
        try
        {
            lock (_gate) writer.Scalar(name, value, step);
        }
        catch (IOException error)
        {
            GiveUp(error);
        }
        catch (ArgumentException error)
        {
            _faults.Report(error);
        }
    }

    /// <inheritdoc/>
    public void SystemMetrics(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        long step = Volatile.Read(ref _step);
        Guard(() =>
        {
            if (_isFinished || _writer is not { } writer) return;
            foreach ((string name, double value) in values) writer.Scalar(name, value, step);
        });
    }

    /// <inheritdoc/>
    public void Histogram(string name, ReadOnlySpan<float> values, long step)
    {
    }

    /// <inheritdoc/>
    public void Text(string name, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write((byte)MetricKind.Text, name, text, step);
    }

    /// <inheritdoc/>
    public void Image(string name, Frame frame, long step)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (Writer(step) is null) return;
        _faults.Guard(() =>
        {
            Directory.CreateDirectory(_folder);
            string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{FolderName.From(name.Replace('/', '-'), "image's name")}-{step:D12}.png"));
            Png.Save(frame, path);
            Write((byte)MetricKind.Image, name, path, step);
        });
    }

    /// <inheritdoc/>
    public void Video(string name, string path, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Write((byte)MetricKind.Video, name, Path.GetFullPath(path), step);
    }

    /// <inheritdoc/>
    public void Artifact(string name, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Write((byte)MetricKind.Artifact, name, Path.GetFullPath(path), _step);
    }

    /// <inheritdoc/>
    public void Summary(string name, object? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        _summary[name] = value;
    }

    /// <inheritdoc/>
    public void Episode(long step, int environment, double episodeReturn, int length) => Scalar(Metrics.EpisodeReturn, episodeReturn, step);

    /// <inheritdoc/>
    /// <remarks>What was reported is in the queue then; it does not wait for the server.</remarks>
    public void Flush()
    {
        if (_writer is { } writer) Guard(writer.Flush);
    }

    /// <summary>The run has ended. It waits for what is not sent yet, at most <see cref="MLflowTrackerOptions.FinishTimeout"/>.</summary>
    /// <inheritdoc/>
    public void Finish(RunOutcome outcome, Exception? error = null)
    {
        if (_isFinished || Writer(_step) is not { } writer) return;
        _isFinished = true;
        Guard(() =>
        {
            foreach ((string name, object? value) in _summary)
            {
                string full = "summary/" + name;
                if (value is int or long or double) writer.Scalar(full, Convert.ToDouble(value, CultureInfo.InvariantCulture), _step);
                else writer.Text((MetricKind)MLflowRecord.Tag, full, MLflowName.Text(value), _step);
            }

            if (error is not null) writer.Text((MetricKind)MLflowRecord.Tag, "error", error.Message, _step);
            writer.Text((MetricKind)MLflowRecord.RunEnd, "", outcome switch { RunOutcome.Finished => "FINISHED", RunOutcome.Cancelled => "KILLED", _ => "FAILED" }, _step);
            writer.Flush();
        });
        if (_sender is null || _sender.Drain(_options.FinishTimeout)) return;
        _faults.Report(new IOException($"Not all of the run is at {_server} yet; the rest is queued in '{_folder}', and sent by 'rlkit sync' or when the run goes on."));
    }

    /// <summary>Whether a run's folder has something that the server did not get.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="InvalidDataException">The queue's state is damaged.</exception>
    public static bool HasUnsent(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string queue = Path.Combine(Path.GetFullPath(folder), QueueFolder);
        return MLflowQueue.Exists(queue) && new MLflowQueue(queue) is { } found && (found.Parts.Count > 0 || (found.RunId is not null && !found.HasEnded));
    }

    /// <summary>Sends what is queued in the folder of a run that is not trained now, and returns when all of it is sent. A run that ended without a word is killed there too.</summary>
    /// <param name="patience">The longest time to try.</param>
    /// <returns>False when something is left; <see cref="Error"/> says why.</returns>
    /// <exception cref="InvalidOperationException">The run has begun: it sends by itself. Or it was never reported to such a tracker: its folder has no queue.</exception>
    public bool Send(TimeSpan patience)
    {
        if (_hasBegun) throw new InvalidOperationException("The run has begun and is sent by itself; make another tracker of its folder when it has ended.");
        if (!MLflowQueue.Exists(_folder)) throw new InvalidOperationException($"There is no queue in '{_folder}': the run was not reported to MLflow, and there is nothing to send.");
        _faults.Guard(() =>
        {
            Open();
            _sender = new MLflowSender(_server, _experiment, _options, _queue!, null, _faults);
        });
        bool isSent = _sender is not null && _sender.Drain(patience);
        Dispose();
        return isSent;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            lock (_gate) _faults.Guard(writer.Dispose);
        }

        if (_sender is not null && _queue is not null)
        {
            _sender.Dispose();
            _faults.Guard(_queue.RemoveSent);
        }

        _sender = null;
        _lock?.Dispose();
        _lock = null;
    }

    private void Open()
    {
        Directory.CreateDirectory(_folder);
        _lock = RunLock.Take(Path.Combine(_folder, "lock")) ?? throw new IOException($"Another process sends the run of '{_folder}' to MLflow; this one does not.");
        _queue = new MLflowQueue(_folder);
    }

    private MetricsWriter? Writer(long step)
    {
        if (!_hasBegun) throw new InvalidOperationException("The run has not begun; call Begin with its step before reporting.");
        Volatile.Write(ref _step, step);
        return _isFinished ? null : _writer;
    }

    private void Write(IReadOnlyDictionary<string, object?> configuration)
    {
        foreach ((string name, object? value) in configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal)) _writer!.Text((MetricKind)MLflowRecord.Param, name, MLflowName.Text(value), _step);
        _writer!.Flush();
    }

    private void Write(byte kind, string name, string text, long step)
    {
        if (Writer(step) is { } writer) Guard(() => writer.Text((MetricKind)kind, name, text, step));
    }

    private void Guard(Action write)
    {
        try
        {
            lock (_gate) write();
        }
        catch (IOException error)
        {
            GiveUp(error);
        }
        catch (ArgumentException error)
        {
            _faults.Report(error);
        }
    }

    // The queue is no record that must be kept: the run's directory is.
    private void GiveUp(Exception error)
    {
        MetricsWriter? writer = _writer;
        _writer = null;
        lock (_gate) _faults.Guard(() => writer?.Dispose());
        _faults.Report(new IOException($"The queue for MLflow in '{_folder}' cannot be written, and nothing more is sent: {error.Message}", error));
    }
}
