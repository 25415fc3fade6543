namespace RlKit;

/// <summary>How copies of an environment are stepped together.</summary>
public sealed record VectorOptions
{
    /// <summary>What happens at an episode's end. Unlike Gymnasium's, the usual is <see cref="AutoresetMode.SameStep"/>: every step is then a transition.</summary>
    public AutoresetMode AutoresetMode { get; init; } = AutoresetMode.SameStep;

    /// <summary>The threads that step the copies, 1 or more; 1 is the calling thread alone. The results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Options for every copy, as for <see cref="EnvironmentRegistry.Make(string, EnvironmentOptions?)"/>.</summary>
    public EnvironmentOptions? Options { get; init; }
}
