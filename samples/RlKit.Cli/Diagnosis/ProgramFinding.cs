namespace RlKit.Cli.Diagnosis;

/// <summary>What was found of another program that RlKit can use.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Where it is; null where there is none.</param>
/// <param name="Detail">What it says of itself, or what is not possible without it.</param>
internal sealed record ProgramFinding(string Name, string? Path, string Detail)
{
    /// <summary>How to add what is missing.</summary>
    public string? Remedy { get; init; }
}
