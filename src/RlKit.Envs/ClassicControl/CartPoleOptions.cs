namespace RlKit.ClassicControl;

/// <summary>Options of a <see cref="CartPole"/>.</summary>
public sealed record CartPoleOptions
{
    /// <summary>Rewards as in Sutton and Barto's book: 0 for a step and -1 for the fall, instead of 1 for every step. By id: <c>sutton_barto_reward</c>.</summary>
    public bool SuttonBartoReward { get; init; }

    internal static CartPoleOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "sutton_barto_reward");
        return new() { SuttonBartoReward = options.Get("sutton_barto_reward", false) };
    }
}
