using System.Globalization;
using System.Runtime.InteropServices;

namespace RlKit.Tracking;

/// <summary>
/// One run on disk: <c>runs/[project/]environment__experiment__seed__time-id/</c>. The paths of its files, and its <c>run.json</c>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>run.json</term><description>what the run is of, its state, and the processes that trained it (<see cref="RunInfo"/>)</description></item>
/// <item><term>config.json</term><description>all options, nested</description></item>
/// <item><term>metrics.bin</term><description>scalars, texts, histograms and names of files, append-only (<see cref="MetricsFile"/>)</description></item>
/// <item><term>episodes.csv</term><description>one line for each finished episode (<see cref="EpisodesFile"/>)</description></item>
/// <item><term>system.bin</term><description>processor, memory, disk and GPU every ten seconds, in the format of the metrics; its time never goes back, its steps do where a run was resumed</description></item>
/// <item><term>console.log</term><description>what the run wrote to its console</description></item>
/// <item><term>metrics.csv, metrics.jsonl, events.out.tfevents.*, wandb/, mlflow/</term><description>what other trackers wrote, where they were asked for</description></item>
/// <item><term>summary.json</term><description>final values by name</description></item>
/// <item><term>source/</term><description>for each session a folder with what differed from the commit, or a copy of the sources (<see cref="CaptureSource"/>)</description></item>
/// <item><term>policy.safetensors</term><description>the best policy</description></item>
/// <item><term>checkpoints/, videos/, images/</term><description>files that are named by the step</description></item>
/// <item><term>lock</term><description>held by the process that trains the run; one that finds it free knows that the process has ended</description></item>
/// </list>
/// </remarks>
public sealed class RunDirectory : IDisposable
{
    internal const string InfoName = "run.json";
    private const string LockName = "lock";

    private readonly object _gate = new();
    private FileStream? _lock;
    private bool _hasSession;

    private RunDirectory(string folderPath, RunInfo info)
    {
        FolderPath = folderPath;
        Info = info;
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>What the run is of, and the processes that trained it, when it was opened or last changed through this object.</summary>
    public RunInfo Info { get; private set; }

    /// <summary>Where the run stands now. One whose process has ended without saying how was killed.</summary>
    public RunState State
    {
        get
        {
            RunState written = Info.Sessions[^1].Outcome;
            return written != RunState.Running || IsOwned || RunLock.IsHeld(In(LockName)) ? written : RunState.Killed;
        }
    }

    /// <summary>This object may write to the run: it made, locked or resumed it.</summary>
    public bool IsOwned => _lock is not null;

    /// <summary>All options.</summary>
    public string ConfigurationPath => In("config.json");

    /// <summary>The metrics.</summary>
    public string MetricsPath => In("metrics.bin");

    /// <summary>The finished episodes.</summary>
    public string EpisodesPath => In("episodes.csv");

    /// <summary>Measurements of the process and its machine, by <see cref="MetricsFile"/>.</summary>
    public string SystemPath => In("system.bin");

    /// <summary>What the run wrote to its console, in UTF-8.</summary>
    public string ConsolePath => In("console.log");

    /// <summary>The scalars for a <see cref="CsvTracker"/>.</summary>
    public string CsvPath => In("metrics.csv");

    /// <summary>All reports for a <see cref="JsonLinesTracker"/>.</summary>
    public string JsonLinesPath => In("metrics.jsonl");

    /// <summary>Final values.</summary>
    public string SummaryPath => In("summary.json");

    /// <summary>The best policy.</summary>
    public string PolicyPath => In("policy.safetensors");

    /// <summary>The folder of checkpoints.</summary>
    public string CheckpointsPath => In("checkpoints");

    /// <summary>The folder of videos.</summary>
    public string VideosPath => In("videos");

    /// <summary>The folder of pictures.</summary>
    public string ImagesPath => In("images");

    /// <summary>The folder of the sources' state.</summary>
    public string SourcePath => In("source");

    /// <summary>When the run last wrote to one of its files; one that is being trained by <c>rlkit train</c> does every ten seconds.</summary>
    public DateTimeOffset LastWritten =>
        new string[] { MetricsPath, EpisodesPath, SystemPath, ConsolePath, In(InfoName) }.Where(File.Exists).Select(path => new DateTimeOffset(File.GetLastWriteTimeUtc(path))).Append(Info.Started).Max();

    /// <summary>All options by name, as they were given to <see cref="ITracker.Configure"/>; empty where there are none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public IReadOnlyDictionary<string, object?> ReadConfiguration() => JsonValues.Read(ConfigurationPath);

    /// <summary>The final values by name; empty where there are none yet.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public IReadOnlyDictionary<string, object?> ReadSummary() => JsonValues.Read(SummaryPath);

    /// <summary>Opens a run to look at it.</summary>
    /// <param name="folderPath">Its folder.</param>
    /// <exception cref="FileNotFoundException">The folder has no run.json.</exception>
    /// <exception cref="InvalidDataException">Its run.json is damaged or of a newer format.</exception>
    public static RunDirectory Open(string folderPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(folderPath);
        string full = Path.GetFullPath(folderPath), info = Path.Combine(full, InfoName);
        if (!File.Exists(info)) throw new FileNotFoundException($"'{folderPath}' is no run: it has no {InfoName}.", info);
        return new RunDirectory(full, RunInfo.Read(info));
    }

    /// <summary>
    /// Keeps other processes from training a run, and changes nothing of it. What may fail before the run goes on is tried between this and <see cref="Resume"/>: where it does, the run is as it was.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another process is training it.</exception>
    public void Lock()
    {
        if (!IsOwned) TakeLock();
    }

    /// <summary>Goes on with a run: this process becomes the one that writes it.</summary>
    /// <exception cref="InvalidOperationException">Another process is training it.</exception>
    public void Resume()
    {
        if (_hasSession) return;
        Lock();
        lock (_gate)
        {
            Info = RunInfo.Read(In(InfoName));
            RunSession last = Info.Sessions[^1];
            IEnumerable<RunSession> before = last.Outcome == RunState.Running ? [.. Info.Sessions.SkipLast(1), last with { Outcome = RunState.Killed, Ended = LastWritten }] : Info.Sessions;
            Save(Info with { Sessions = [.. before, NewSession()] });
            _hasSession = true;
        }
    }

    /// <summary>Says how this process's training ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="error">What ended a failed one, in one line.</param>
    /// <exception cref="InvalidOperationException">The run is not this object's to write.</exception>
    public void End(RunOutcome outcome, string? error = null)
    {
        RunState state = outcome switch { RunOutcome.Finished => RunState.Finished, RunOutcome.Cancelled => RunState.Cancelled, _ => RunState.Failed };
        SaveSession(session => session with { Ended = DateTimeOffset.UtcNow, Outcome = state, Error = error });
    }

    /// <summary>
    /// Keeps the state of the program's sources: the commit and whether it is what ran go to <c>run.json</c>, and what differs from it to <c>source/NUMBER/</c>, with the number of
    /// the session; without git a copy of the project's sources.
    /// </summary>
    /// <param name="projectFolder">
    /// The folder of the project; null for the one that the program was built from, which is the first above it with a project file, or else the current one if git knows it.
    /// </param>
    /// <remarks>
    /// Only files that are known as sources are kept, none whose name tells of secrets, none above 256 KiB, and 4 MiB in all; <c>left-out.txt</c> lists the others.
    /// It asks git, which takes a moment; any thread may do it while the run goes on.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The run is not this object's to write.</exception>
    /// <exception cref="IOException">The run's folder cannot be written.</exception>
    public void CaptureSource(string? projectFolder = null)
    {
        if (!_hasSession) throw NotOwned();
        string folder = Path.Combine(SourcePath, Info.Sessions.Count.ToString(CultureInfo.InvariantCulture));
        (string? commit, bool? isDirty) = SourceState.Capture(projectFolder, folder);
        SaveSession(session => session with { Commit = commit, IsDirty = isDirty });
    }

    /// <summary>Lets the run go, so that another process may resume it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _lock?.Dispose();
            (_lock, _hasSession) = (null, false);
        }
    }

    /// <summary>Makes the folder of a new run.</summary>
    internal static RunDirectory Create(string folderPath, string id, RunIdentity identity, IReadOnlyDictionary<string, object?> configuration)
    {
        var run = new RunDirectory(folderPath, new RunInfo(id, identity, [NewSession()]));
        try
        {
            Directory.CreateDirectory(folderPath);
            run.TakeLock();
            run.SaveConfiguration(configuration);
            // Last: with it the folder is a run.
            run.Save(run.Info);
            run._hasSession = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            run.Dispose();
            throw new IOException($"The run's folder '{folderPath}' cannot be written: {error.Message.TrimEnd('.')}. Give another folder for the runs, or make this one writable.", error);
        }

        return run;
    }

    private void TakeLock()
    {
        _lock = RunLock.Take(In(LockName)) ?? throw new InvalidOperationException(
            $"The run {Info.Id} is being trained by process {Info.Sessions[^1].ProcessId} on {Info.Sessions[^1].Host}; wait for it, or end it first.");
    }

    internal void SaveConfiguration(IReadOnlyDictionary<string, object?> configuration) =>
        AtomicFile.Write(ConfigurationPath, output => JsonValues.Write(output, configuration));

    private void SaveSession(Func<RunSession, RunSession> change)
    {
        lock (_gate)
        {
            if (!_hasSession) throw NotOwned();
            Save(Info with { Sessions = [.. Info.Sessions.SkipLast(1), change(Info.Sessions[^1])] });
        }
    }

    private InvalidOperationException NotOwned() => new($"'{FolderPath}' was opened to look at, or let go; resume it to write to it.");

    private void Save(RunInfo info)
    {
        Info = info;
        AtomicFile.Write(In(InfoName), info.Write);
    }

    private static RunSession NewSession() => new(
        DateTimeOffset.UtcNow,
        null,
        RunState.Running,
        null,
        Environment.MachineName,
        Environment.ProcessId,
        RunEnvironment.CommandLine(Environment.GetCommandLineArgs()),
        typeof(RunDirectory).Assembly.GetName().Version?.ToString(3) ?? "",
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}")
    {
        WorkingDirectory = Environment.CurrentDirectory,
        Processors = Environment.ProcessorCount,
        EnvironmentVariables = RunEnvironment.Variables,
    };

    private string In(string name) => Path.Combine(FolderPath, name);
}
