namespace RlKit;

/// <summary>What a training does beside learning.</summary>
public sealed record LearnOptions
{
    /// <summary>Where measurements go. It belongs to the caller, who disposes it.</summary>
    public ITracker Tracker { get; init; } = new NullTracker();

    /// <summary>What happens during the training, called in this order.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Whether and where checkpoints are written; null for none. One is also written at the end, and when the training is cancelled.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Environment steps between two reports of metrics, 1 or more. Default 1,000.</summary>
    public long ReportEvery { get; init; } = 1_000;
}
