namespace RlKit.ToyText;

/// <summary>Options of a <see cref="CliffWalking"/>.</summary>
public sealed record CliffWalkingOptions
{
    /// <summary>True when a step goes to either side as often as where it should. By id: <c>is_slippery</c>.</summary>
    public bool IsSlippery { get; init; }

    internal static CliffWalkingOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "is_slippery");
        return new() { IsSlippery = options.Get("is_slippery", false) };
    }
}
