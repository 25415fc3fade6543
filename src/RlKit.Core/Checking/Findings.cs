namespace RlKit;

/// <summary>Collects findings, each code once: the first place is the one to mend.</summary>
internal sealed class Findings(IReadOnlyCollection<string> silenced)
{
    public static readonly string[] Warnings =
    [
        "action-bounds", "action-scale", "space-degenerate", "picture-type", "picture-scale", "observation-constant", "limit-as-termination", "termination-as-truncation",
        "step-before-reset", "step-after-end", "illegal-action", "info-not-deterministic",
    ];

    private readonly List<EnvironmentFinding> _findings = [];

    public bool Has(string code) => _findings.Exists(finding => finding.Code == code);

    public void Error(string code, string problem, string remedy) => Add(new EnvironmentFinding(FindingSeverity.Error, code, problem, remedy));

    public void Warning(string code, string problem, string remedy)
    {
        if (!silenced.Contains(code)) Add(new EnvironmentFinding(FindingSeverity.Warning, code, problem, remedy));
    }

    public EnvironmentReport Report(string name) => new(name, [.. _findings.OrderByDescending(finding => finding.Severity)]);

    private void Add(EnvironmentFinding finding)
    {
        if (!Has(finding.Code)) _findings.Add(finding);
    }
}
