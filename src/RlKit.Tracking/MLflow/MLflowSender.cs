using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RlKit.Tracking.Files;

namespace RlKit.Tracking.MLflow;

/// <summary>Sends a queue to a server, in order, on a thread of its own.</summary>
internal sealed class MLflowSender : IDisposable
{
    // mlflow/utils/validation.py allows a million bytes.
    private const int MostMetrics = 1000, MostParams = 100, LongestBatch = 900_000, BytesPerMetric = 100;

    // A store of artifacts that does not work must not keep the metrics back.
    private const int MostUploads = 4, MostRetryAfters = 10;

    private readonly object _gate = new();
    private readonly string _experiment;
    private readonly bool _isServerHere;
    private readonly MLflowTrackerOptions _options;
    private readonly MLflowQueue _queue;
    private readonly MLflowPart? _open;
    private readonly TrackerFaults _faults;
    private readonly CancellationTokenSource _closing = new();
    private readonly MLflowClient _client;
    private readonly MLflowServer _server;
    private readonly Thread _thread;
    private readonly List<MLflowMetric> _batch = [];
    private readonly List<MLflowRecord> _values = [];
    private readonly Dictionary<string, MLflowMark> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private MLflowRun? _run;
    private long _drainsAsked, _drainsDone;
    private int _failures, _batchBytes;
    private bool _wasAway, _lacksArtifacts, _isRunning, _hasStopped;

    /// <summary>Starts to send.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="experiment">The experiment of a new run.</param>
    /// <param name="options">How it works.</param>
    /// <param name="queue">What is to be sent; nobody else touches it until this is disposed.</param>
    /// <param name="open">The part that grows; null when none does, and sending ends with the last.</param>
    /// <param name="faults">Told of errors.</param>
    public MLflowSender(Uri server, string experiment, MLflowTrackerOptions options, MLflowQueue queue, MLflowPart? open, TrackerFaults faults)
    {
        (_experiment, _options, _queue, _open, _faults, _isServerHere) = (experiment, options, queue, open, faults, server.IsLoopback);
        _client = new MLflowClient(server, options.Variable, options.RequestTimeout, _closing.Token);
        _server = new MLflowServer(_client);
        _thread = new Thread(Run) { IsBackground = true, Name = "RlKit sends to MLflow" };
        _thread.Start();
    }

    /// <summary>Waits until everything that is in the queue now was sent.</summary>
    /// <returns>False when it was not, within the time.</returns>
    public bool Drain(TimeSpan patience)
    {
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        lock (_gate)
        {
            long drain = ++_drainsAsked;
            Monitor.PulseAll(_gate);
            while (_drainsDone < drain && !_hasStopped)
            {
                long left = end - Environment.TickCount64;
                if (left <= 0) return false;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }

            return _drainsDone >= drain;
        }
    }

    /// <summary>Stops; what was not sent stays in the queue.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        lock (_gate) Monitor.PulseAll(_gate);
        _thread.Join();
        _client.Dispose();
        _closing.Dispose();
    }

    private void Run()
    {
        try
        {
            while (_queue.Parts.Count > 0) SendPart(_queue.Parts[0]);
            // Its process died before it said how it ended, and no other went on.
            if (_queue.RunId is not null && !_queue.HasEnded)
            {
                End(FindRun(), "KILLED", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                _queue.Save();
            }

            lock (_gate) _drainsDone = long.MaxValue;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever a server answers or a disk does: it must not end the training.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _faults.Report(new InvalidOperationException($"{error.Message} Nothing more is sent to MLflow by this process; what is left stays queued in '{_queue.FolderPath}'.", error));
        }
        finally
        {
            lock (_gate)
            {
                _hasStopped = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void SendPart(MLflowPart part)
    {
        string path = _queue.PathOf(part);
        if (!File.Exists(path))
        {
            _queue.Remove(part);
            return;
        }

        using var reader = new MLflowQueueReader(path);
        if (part == _open) FindRun();
        for (long end = part.Acknowledged, saved = end; ;)
        {
            long drain;
            lock (_gate) drain = _drainsAsked;
            while (reader.Read() is { } record)
            {
                if (record.End <= part.Acknowledged) continue;
                bool isScalar = record.Kind == (byte)MetricKind.Scalar;
                // A batch that may have arrived ends where it ended then, so that it is looked up as a whole.
                if (!isScalar || end == part.Sending || _batch.Count >= MostMetrics || _batchBytes >= LongestBatch) SendMetrics(part, end);
                if (isScalar || _values.Count >= MostParams || (_values.Count > 0 && _values[0].Kind != record.Kind)) SendValues(part, end);
                end = record.End;
                bool isKept = record.Step <= part.LastStep;
                if (!isScalar && isKept) _values.Add(record);
                if (isScalar && (isKept || end <= part.Sending)) Add(part, record, isKept);
            }

            SendMetrics(part, end);
            SendValues(part, end);
            part.Acknowledged = end;
            if (end != saved) _queue.Save();
            saved = end;
            if (part != _open)
            {
                _queue.Remove(part);
                return;
            }

            lock (_gate)
            {
                _drainsDone = drain;
                Monitor.PulseAll(_gate);
                if (_drainsAsked == drain && !_closing.IsCancellationRequested) Monitor.Wait(_gate, _options.FlushInterval);
            }

            _closing.Token.ThrowIfCancellationRequested();
        }
    }

    private void Add(MLflowPart part, MLflowRecord record, bool isKept)
    {
        MLflowMark mark = _pending.TryGetValue(record.Name, out MLflowMark pending) ? pending : _queue.MarkOf(record.Name);
        MLflowNeed need = !isKept ? MLflowNeed.Recognise : mark.Has(record.Step, part.Number) ? MLflowNeed.Skip : MLflowNeed.Send;
        var metric = new MLflowMetric(record.Name, KeyOf(record.Name), record.Value, record.Step, mark.TimeOf(record.Step, record.Time), need);
        _pending[record.Name] = mark.After(metric, part.Number);
        _batch.Add(metric);
        // A letter takes six bytes at most.
        _batchBytes += BytesPerMetric + 6 * metric.Key.Length;
    }

    private string KeyOf(string name)
    {
        if (_keys.TryGetValue(name, out string? key)) return key;
        key = MLflowName.From(name);
        if (key != name) _faults.Report(new ArgumentException($"'{name}' is called '{key}' in MLflow, whose names are at most {MLflowName.LongestName} letters, digits and _ - . / or spaces.", nameof(name)));
        return _keys[name] = key;
    }

    // The batch, up to a position of the part.
    private void SendMetrics(MLflowPart part, long end)
    {
        if (_batch.Count == 0) return;
        List<MLflowMetric> unsent = [.. _batch.Where(metric => metric.Need != MLflowNeed.Skip)];
        if (unsent.Count > 0)
        {
            MLflowRun run = FindRun();
            bool mayBeThere = part.Sending > part.Acknowledged;
            if (!mayBeThere)
            {
                part.Sending = end;
                _queue.Save();
            }

            Deliver(run, unsent, mayBeThere);
        }

        foreach (MLflowMetric metric in _batch)
            if (metric.Need != MLflowNeed.Recognise || metric.IsThere) _queue.Marks[metric.Name] = _queue.MarkOf(metric.Name).After(metric, part.Number);
        part.Acknowledged = end;
        _batch.Clear();
        _pending.Clear();
        _batchBytes = 0;
    }

    // Once each, whatever becomes of requests and answers.
    private void Deliver(MLflowRun run, IReadOnlyList<MLflowMetric> metrics, bool mayBeThere)
    {
        while (true)
        {
            if (mayBeThere) metrics = Missing(run, metrics);
            if (metrics.Count == 0) return;
            try
            {
                _server.LogMetrics(run.Id, metrics);
                _failures = 0;
                foreach (MLflowMetric metric in metrics) metric.IsThere = true;
                return;
            }
            catch (MLflowException error) when (error.IsTransient)
            {
                mayBeThere = error.Fault == MLflowFault.Unknown;
                WaitAfter(error);
            }
            catch (MLflowException error) when (error.Fault == MLflowFault.Rejected)
            {
                RefuseDeletedRun(run);
                if (metrics.Count == 1)
                {
                    _faults.Report(new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"MLflow does not take {metrics[0].Name} = {metrics[0].Value} of step {metrics[0].Step}; it is left out there. {error.Message}"), error));
                    return;
                }

                // Some stores write one by one up to the one that they refuse.
                metrics = Missing(run, metrics);
                int half = (metrics.Count + 1) / 2;
                Deliver(run, [.. metrics.Take(half)], mayBeThere: false);
                metrics = [.. metrics.Skip(half)];
                mayBeThere = false;
            }
        }
    }

    private List<MLflowMetric> Missing(MLflowRun run, IReadOnlyList<MLflowMetric> metrics)
    {
        var missing = new HashSet<MLflowMetric>(ReferenceEqualityComparer.Instance);
        foreach (IGrouping<string, MLflowMetric> group in metrics.GroupBy(metric => metric.Key, StringComparer.Ordinal))
        {
            var history = new HashSet<(long, long)>();
            string page = "";
            do page = Try(() => _server.AddHistory(run.Id, group.Key, page, history));
            while (page.Length > 0);
            foreach (MLflowMetric metric in group)
            {
                metric.IsThere = history.Contains((metric.Step, metric.Time));
                if (!metric.IsThere && metric.Need == MLflowNeed.Send) missing.Add(metric);
            }
        }

        return [.. metrics.Where(missing.Contains)];
    }

    // These may be sent twice and are there once.
    private void SendValues(MLflowPart part, long end)
    {
        if (_values.Count == 0) return;
        MLflowRun run = FindRun();
        switch (_values[0].Kind)
        {
            case MLflowRecord.Param: SendParams(run); break;
            case MLflowRecord.Tag: SendList(run, "tags", [.. _values.Select(value => (KeyOf(value.Name), Shorten(run, KeyOf(value.Name), value.Text, "tags", MLflowName.LongestTag)))]); break;
            case MLflowRecord.RunEnd: End(run, _values[^1].Text, _values[^1].Time); break;
            default:
                foreach (MLflowRecord value in _values) SendFile(run, value);
                break;
        }

        _values.Clear();
        part.Acknowledged = end;
    }

    private void End(MLflowRun run, string status, long time)
    {
        Try(() => _server.UpdateRun(run.Id, status, time));
        _isRunning = false;
        _queue.HasEnded = true;
    }

    private void SendParams(MLflowRun run)
    {
        List<(string, string)> made = [], changed = [];
        foreach (MLflowRecord value in _values)
        {
            string key = KeyOf(value.Name), text = Shorten(run, key, value.Text, "params", MLflowName.LongestParam);
            if (run.Params.TryAdd(key, text)) made.Add((key, text));
            // MLflow never changes a parameter, and a run may go on with another number of steps.
            else if (run.Params[key] != text) changed.Add(("changed/" + key, text));
        }

        SendList(run, "params", made);
        SendList(run, "tags", changed);
    }

    private void SendList(MLflowRun run, string list, IReadOnlyList<(string Key, string Value)> values)
    {
        if (values.Count == 0) return;
        try
        {
            Try(() => _server.LogValues(run.Id, list, values));
        }
        catch (MLflowException error) when (error.Fault == MLflowFault.Rejected)
        {
            RefuseDeletedRun(run);
            if (values.Count == 1)
            {
                _faults.Report(new ArgumentException($"MLflow does not take '{values[0].Key}' among the {list}; it is left out there. {error.Message}", error));
                return;
            }

            SendList(run, list, [.. values.Take(values.Count / 2)]);
            SendList(run, list, [.. values.Skip(values.Count / 2)]);
        }
    }

    // What is too long is a file, and its beginning says so.
    private string Shorten(MLflowRun run, string key, string text, string list, int longest)
    {
        if (text.Length <= longest) return text;
        string file = $"{list}/{key}.txt", note = string.Create(CultureInfo.InvariantCulture, $"... (all {text.Length} characters: artifact {file})");
        Upload(run, file, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return note.Length < longest ? text[..(longest - note.Length)] + note : text[..longest];
    }

    private void SendFile(MLflowRun run, MLflowRecord record)
    {
        string file = Path.GetFileName(record.Text);
        switch ((MetricKind)record.Kind)
        {
            case MetricKind.Text:
                Upload(run, string.Create(CultureInfo.InvariantCulture, $"texts/{KeyOf(record.Name)}/{record.Step:D12}.txt"), () => new MemoryStream(Encoding.UTF8.GetBytes(record.Text)));
                break;
            case MetricKind.Image:
                Upload(run, $"images/{file}", () => Open(record.Text));
                // It was made for this.
                File.Delete(record.Text);
                break;
            case MetricKind.Video: Upload(run, $"videos/{file}", () => Open(record.Text)); break;
            default: Upload(run, file, () => Open(record.Text)); break;
        }

        static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Upload(MLflowRun run, string name, Func<Stream> open)
    {
        try
        {
            if (_client.ArtifactAddress(run.ArtifactRoot, name) is { } address) Put(address, open);
            else if (Uri.TryCreate(run.ArtifactRoot, UriKind.Absolute, out Uri? root) && root.IsFile && (_isServerHere || Directory.Exists(root.LocalPath))) Copy(Path.Combine(root.LocalPath, name), open);
            else if (!_lacksArtifacts)
            {
                _lacksArtifacts = true;
                _faults.Report(new NotSupportedException(
                    $"The run's artifacts are in '{run.ArtifactRoot}', which cannot be written from here; videos, pictures, texts and files stay in the run's directory. Start the server with --serve-artifacts."));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or MLflowException { Fault: not MLflowFault.Permanent })
        {
            _faults.Report(new IOException($"'{name}' was not sent to MLflow: {error.Message}", error));
        }
    }

    private void Put(Uri address, Func<Stream> open)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using Stream content = open();
                _client.Put(address, content);
                _failures = 0;
                return;
            }
            catch (MLflowException error) when (error.Fault == MLflowFault.NotSent || (error.IsTransient && attempt < MostUploads))
            {
                WaitAfter(error);
            }
        }
    }

    private static void Copy(string path, Func<Stream> open)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using Stream content = open();
        AtomicFile.Write(path, content.CopyTo);
    }

    // The run, made where there is none, and going on.
    private MLflowRun FindRun()
    {
        if (_run is null)
        {
            string? known = _queue.RunId ?? _options.RunId;
            try
            {
                _run = known is null ? FindOrCreateRun() : Try(() => _server.GetRun(known));
            }
            catch (MLflowException error) when (error.Fault == MLflowFault.NotFound && known is not null)
            {
                throw new MLflowException(MLflowFault.Permanent, $"The server has no run '{known}': {error.Message} Remove '{_queue.FolderPath}' to send the rest as a new run.", error);
            }

            RefuseDeleted(_run);
            if (_queue.RunId != _run.Id)
            {
                _queue.RunId = _run.Id;
                _queue.Save();
            }
        }

        if (_isRunning) return _run;
        Try(() => _server.UpdateRun(_run.Id, "RUNNING", null));
        _isRunning = true;
        _queue.HasEnded = false;
        return _run;
    }

    private MLflowRun FindOrCreateRun()
    {
        string? experiment;
        do experiment = Try(() => _server.FindExperiment(_experiment)) ?? Try(() => _server.CreateExperiment(_experiment));
        while (experiment is null);
        while (true)
        {
            // One that was made, and whose answer was lost.
            if (Try(() => _server.FindRun(experiment, _queue.Key)) is { } made) return made;
            try
            {
                MLflowRun run = _server.CreateRun(experiment, _queue.Key, _options, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                _isRunning = true;
                return run;
            }
            catch (MLflowException error) when (error.IsTransient)
            {
                WaitAfter(error);
            }
        }
    }

    private void RefuseDeletedRun(MLflowRun run) => RefuseDeleted(Try(() => _server.GetRun(run.Id)));

    private static void RefuseDeleted(MLflowRun run)
    {
        if (run.IsDeleted) throw new MLflowException(MLflowFault.Permanent, $"The run '{run.Id}' was deleted; restore it with 'mlflow runs restore --run-id {run.Id}'.");
    }

    private void Try(Action request) => Try(() =>
    {
        request();
        return true;
    });

    // For what may be asked twice.
    private T Try<T>(Func<T> request)
    {
        while (true)
        {
            try
            {
                T answer = request();
                _failures = 0;
                return answer;
            }
            catch (MLflowException error) when (error.IsTransient)
            {
                WaitAfter(error);
            }
            catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or JsonException)
            {
                throw new MLflowException(MLflowFault.Permanent, $"The server answers otherwise than MLflow does: {error.Message}", error);
            }
        }
    }

    private void WaitAfter(MLflowException error)
    {
        if (!_wasAway)
        {
            _wasAway = true;
            _faults.Report(new IOException($"{error.Message} What the run reports is queued in '{_queue.FolderPath}', and sent when the server answers.", error));
        }

        double longest = _options.LongestRetry.TotalMilliseconds;
        double wait = Math.Min(longest, _options.FirstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        // Runs that a server's end stopped together do not come back together.
        wait *= 0.5 + RandomNumberGenerator.GetInt32(1000) / 2000.0;
        if (error.RetryAfter is { } asked) wait = Math.Max(wait, Math.Min(asked.TotalMilliseconds, longest * MostRetryAfters));
        long end = Environment.TickCount64 + (long)wait;
        lock (_gate)
        {
            // Whoever ends a run now has no time to wait for the end of a long break.
            for (long drains = _drainsAsked; !_closing.IsCancellationRequested && _drainsAsked == drains;)
            {
                long left = end - Environment.TickCount64;
                if (left <= 0) break;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }
        }

        _closing.Token.ThrowIfCancellationRequested();
    }
}
