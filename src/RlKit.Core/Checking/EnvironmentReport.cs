namespace RlKit;

/// <summary>What <see cref="EnvironmentChecker"/> found out about an environment.</summary>
/// <param name="Name">The environment's id or type.</param>
/// <param name="Findings">Errors first, each code once.</param>
public sealed record EnvironmentReport(string Name, IReadOnlyList<EnvironmentFinding> Findings)
{
    /// <summary>True when there are no errors; warnings do not count.</summary>
    public bool IsValid => !Findings.Any(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>The findings that are errors.</summary>
    public IEnumerable<EnvironmentFinding> Errors => Findings.Where(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>The findings that are warnings and were not silenced.</summary>
    public IEnumerable<EnvironmentFinding> Warnings => Findings.Where(finding => finding.Severity == FindingSeverity.Warning);

    /// <summary>Throws when there is an error.</summary>
    /// <exception cref="InvalidOperationException">There is one; the message has every finding.</exception>
    public void ThrowIfInvalid()
    {
        if (!IsValid) throw new InvalidOperationException(ToString());
    }

    /// <summary>A line for each finding below the name.</summary>
    public override string ToString() => Findings.Count == 0
        ? $"{Name}: nothing found."
        : $"{Name}:\n" + string.Join('\n', Findings.Select(finding => $"  {finding}"));
}
