namespace RlKit;

/// <summary>When a training writes checkpoints, and where.</summary>
public sealed record CheckpointOptions
{
    private readonly long _every = 10_000;

    /// <summary>Where they are written.</summary>
    public required CheckpointFolder Folder { get; init; }

    /// <summary>
    /// Whether the replay buffer is part of them. Default true. Without it they are small and quick, but a resume is not exact: the agent first gathers
    /// as many transitions as its LearningStarts says, without learning, and then learns from others than it would have had. Agents without replay have none to leave out.
    /// </summary>
    public bool IncludeReplay { get; init; } = true;

    /// <summary>Environment steps between two checkpoints, 1 or more. Default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public long Every
    {
        get => _every;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _every = value;
        }
    }
}
