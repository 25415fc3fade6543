namespace RlKit;

/// <summary>What composite spaces have in common, whatever the type of their values: enough to compare them.</summary>
internal interface ICompositeSpace
{
    IReadOnlyList<Space> Spaces { get; }

    /// <summary>The names of the parts of a dictionary; null for a tuple.</summary>
    IReadOnlyList<string>? PartNames { get; }
}
