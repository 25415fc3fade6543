namespace RlKit;

/// <summary>A part of an agent whose content is large, and can be gathered again by whoever does without it.</summary>
internal interface IRefillable : IStateful
{
    /// <summary>The part without its content: loading it leaves the content empty.</summary>
    IStateful Emptied { get; }
}
