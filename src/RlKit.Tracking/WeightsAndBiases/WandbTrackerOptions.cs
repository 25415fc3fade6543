namespace RlKit.Tracking.WeightsAndBiases;

/// <summary>What a <see cref="WandbTracker"/> says of its run, and how it works.</summary>
public sealed record WandbTrackerOptions
{
    /// <summary>The project that the run belongs to; null leaves it to <c>wandb sync</c>.</summary>
    public string? Project { get; init; }

    /// <summary>
    /// The run's id in its project: 1 to 64 characters, none of <c>: ; , # ? % / \ '</c> or white space. Give the id of an earlier run to go on with it; null makes a new one.
    /// </summary>
    public string? RunId { get; init; }

    /// <summary>The name shown; null for the id.</summary>
    public string? Name { get; init; }

    /// <summary>The group of runs that it belongs to, for example all seeds of one experiment; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Tags, of 1 to 64 characters each.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The longest time that a row waits before it is in the file; above zero.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Told what went wrong: once when the run's file could not be written after four attempts, after which the tracker does nothing more, and once for each
    /// picture, video or file that could not be added. It is called by any thread. What it throws is ignored.
    /// </summary>
    public Action<Exception>? OnError { get; init; }
}
