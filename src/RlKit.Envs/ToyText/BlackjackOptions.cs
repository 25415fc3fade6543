namespace RlKit.ToyText;

/// <summary>Options of a <see cref="Blackjack"/>.</summary>
public sealed record BlackjackOptions
{
    /// <summary>True when a win with an ace and a ten from the start pays 1.5, as in a casino. It does not matter with <see cref="SuttonBarto"/>. By id: <c>natural</c>.</summary>
    public bool Natural { get; init; }

    /// <summary>True for the rules of Sutton and Barto's book: an ace and a ten from the start win against all but the same. By id: <c>sab</c>, which Blackjack-v1 is registered with.</summary>
    public bool SuttonBarto { get; init; }

    internal static BlackjackOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "natural", "sab");
        return new() { Natural = options.Get("natural", false), SuttonBarto = options.Get("sab", false) };
    }
}
