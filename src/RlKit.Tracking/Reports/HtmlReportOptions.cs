namespace RlKit.Tracking;

/// <summary>What a report holds beside its runs.</summary>
public sealed record HtmlReportOptions
{
    /// <summary>The heading. Default: the runs' project, or what the runs have in common.</summary>
    public string? Title { get; init; }

    /// <summary>How many bytes of videos and pictures the report holds at most, over all runs. What is left out is named in the report. 0 or more; default 24 MiB.</summary>
    public long MaxMediaBytes { get; init; } = 24 << 20;
}
