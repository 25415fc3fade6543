namespace RlKit;

/// <summary>When a training writes checkpoints, and where.</summary>
public sealed record CheckpointOptions
{
    private readonly long _every = 10_000;

    /// <summary>Where they are written.</summary>
    public required CheckpointFolder Folder { get; init; }

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
