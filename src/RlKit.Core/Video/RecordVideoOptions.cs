namespace RlKit;

/// <summary>What a <see cref="RecordVideo{TObservation,TAction}"/> records. The names and what they mean are those of Gymnasium's RecordVideo.</summary>
public sealed record RecordVideoOptions
{
    /// <summary>
    /// Says by an episode's number, the first being 0, whether a video starts with it. With neither trigger the episodes 0, 1, 8, 27, ... 729 and then every
    /// 1000th are recorded.
    /// </summary>
    public Func<long, bool>? EpisodeTrigger { get; init; }

    /// <summary>Says by a step's number, the first being 0 and all episodes counted together, whether a video starts with the state after it.</summary>
    public Func<long, bool>? StepTrigger { get; init; }

    /// <summary>Frames in a video, which may then span several episodes; 0 records up to the episode's end.</summary>
    public int VideoLength { get; init; }

    /// <summary>What the names of the files begin with: <c>rl-video</c> gives <c>rl-video-episode-0.png</c> and <c>rl-video-step-0.png</c>.</summary>
    public string NamePrefix { get; init; } = "rl-video";

    /// <summary>Frames per second, 1 to 1000; null takes the environment's <see cref="EnvironmentSpec.FramesPerSecond"/>, or 30 where it has no spec.</summary>
    public int? FramesPerSecond { get; init; }

    /// <summary>The format of the files.</summary>
    public VideoFormat Format { get; init; }
}
