namespace RlKit.Cli.Diagnosis;

/// <summary>What was found of an engine.</summary>
/// <param name="Name">What <c>--engine</c> calls it.</param>
/// <param name="Detail">What it computes with, or why it cannot be used.</param>
internal sealed record EngineFinding(string Name, string Detail)
{
    /// <summary>The devices that can be used; none where the engine cannot.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The file without which the engine cannot start.</summary>
    public string? MissingFile { get; init; }

    /// <summary>How to add what is missing.</summary>
    public string? Remedy { get; init; }
}
