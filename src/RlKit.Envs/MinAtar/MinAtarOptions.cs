namespace RlKit.MinAtar;

/// <summary>Options of a MinAtar game.</summary>
public sealed record MinAtarOptions
{
    private const string StickyName = "sticky_action_prob";
    private const string RampingName = "difficulty_ramping";
    private const string MinimalName = "use_minimal_action_set";

    /// <summary>How likely the last action is taken again instead of the one that was chosen, 0 to 1. By id: <c>sticky_action_prob</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside 0 to 1.</exception>
    public double StickyActionProbability
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StickyActionProbability), value, FormattableString.Invariant($"{nameof(StickyActionProbability)} is {value}; give a probability, 0 to 1."));
    } = 0.1;

    /// <summary>True when a game becomes harder while it lasts; Breakout and Freeway never do. By id: <c>difficulty_ramping</c>.</summary>
    public bool DifficultyRamping { get; init; } = true;

    /// <summary>True for the actions that change something in the game only, false for all six. By id: <c>use_minimal_action_set</c>.</summary>
    public bool UseMinimalActionSet { get; init; }

    internal static MinAtarOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, StickyName, RampingName, MinimalName);
        var read = new MinAtarOptions();
        return new()
        {
            StickyActionProbability = options.Get(StickyName, read.StickyActionProbability),
            DifficultyRamping = options.Get(RampingName, read.DifficultyRamping),
            UseMinimalActionSet = options.Get(MinimalName, read.UseMinimalActionSet),
        };
    }
}
