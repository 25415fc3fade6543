namespace RlKit.Tracking.TensorBoard;

/// <summary>How a <see cref="TensorBoardTracker"/> works.</summary>
public sealed record TensorBoardTrackerOptions
{
    /// <summary>The longest time that a value waits before it is in the file, where TensorBoard sees it; above zero.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Told what went wrong: once when the event file could not be written after four attempts, after which the tracker does nothing more, and once for each
    /// picture or video that could not be added. It is called by any thread. What it throws is ignored.
    /// </summary>
    public Action<Exception>? OnError { get; init; }
}
