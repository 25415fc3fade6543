namespace RlKit.Tracking.MLflow;

/// <summary>What an <see cref="MLflowTracker"/> says of its run, and how it works.</summary>
public sealed record MLflowTrackerOptions
{
    /// <summary>The name shown; null lets the server choose one.</summary>
    public string? RunName { get; init; }

    /// <summary>
    /// The id of a run that is on the server already, to go on with it from another folder than the one it began in; null for the run that the folder knows, or a new one.
    /// </summary>
    public string? RunId { get; init; }

    /// <summary>Tags of a new run: names of at most 250 characters, values of at most 5000.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The longest time that a value waits before it is sent while the server answers; above zero.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that <see cref="MLflowTracker.Finish"/> waits for what is not sent yet; 0 or more. What is left then stays queued in the folder.</summary>
    public TimeSpan FinishTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Told what went wrong: once when the server cannot be reached, which is tried again for as long as the run goes on; once when it refuses the run for good, after which
    /// nothing more is sent; and once for each value, name or file that MLflow cannot take as it is. It is called by any thread. What it throws is ignored.
    /// </summary>
    public Action<Exception>? OnError { get; init; }

    // Waits double from the first to the longest; each is drawn between half of that and all of it.
    internal TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(0.5);

    internal TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    internal TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
