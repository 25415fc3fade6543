namespace RlKit;

/// <summary>What is known of a registered environment before one is made.</summary>
/// <param name="Id">The name and version, for example <c>CartPole-v1</c>. A change of behaviour has a new version.</param>
public sealed record EnvironmentSpec(string Id)
{
    /// <summary>The mean return at which the task counts as solved; null where none is agreed on.</summary>
    public double? RewardThreshold { get; init; }

    /// <summary>Steps after which an episode is truncated; null for no limit.</summary>
    public int? MaxEpisodeSteps { get; init; }

    /// <summary>The same seed and actions may give different results.</summary>
    public bool Nondeterministic { get; init; }

    /// <summary>Refuse a step before the first reset.</summary>
    public bool OrderEnforce { get; init; } = true;

    /// <summary>Leave out the checks of the first reset and step, for an environment that is known to be sound.</summary>
    public bool DisableEnvChecker { get; init; }

    /// <summary>Options that the environment is made with, unless the caller gives others.</summary>
    public EnvironmentOptions Options { get; init; } = [];

    /// <summary>How many steps a second its pictures are meant to be shown at.</summary>
    public int FramesPerSecond { get; init; } = 30;

    /// <summary>One line about the task, for lists.</summary>
    public string Summary { get; init; } = "";
}
