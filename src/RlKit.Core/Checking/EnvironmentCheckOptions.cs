namespace RlKit;

/// <summary>How closely <see cref="EnvironmentChecker"/> looks.</summary>
public sealed record EnvironmentCheckOptions
{
    /// <summary>The steps of each of the runs that are compared, 1 or more. More steps find rarer mistakes.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>The seed of the runs, 0 or more.</summary>
    public long Seed { get; init; } = 123;

    /// <summary>The codes of warnings that are not wanted.</summary>
    public IReadOnlyCollection<string> Silenced { get; init; } = [];
}
