namespace RlKit;

/// <summary>Something that <see cref="EnvironmentChecker"/> found.</summary>
/// <param name="Severity">An error, or a warning that can be silenced.</param>
/// <param name="Code">What it is about, a word or a few, such as <c>observation-bounds</c>.</param>
/// <param name="Problem">What was seen.</param>
/// <param name="Remedy">What to do.</param>
public sealed record EnvironmentFinding(FindingSeverity Severity, string Code, string Problem, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Severity == FindingSeverity.Error ? "error" : "warning")} {Code}: {Problem} {Remedy}";
}
