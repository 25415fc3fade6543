namespace RlKit.ToyText;

/// <summary>The cards that one side of a <see cref="Blackjack"/> holds.</summary>
/// <param name="Cards">How many.</param>
/// <param name="HardTotal">Their sum, aces as 1.</param>
/// <param name="HasAce">True with an ace among them.</param>
public readonly record struct BlackjackHand(int Cards, int HardTotal, bool HasAce)
{
    /// <summary>True when an ace can count as 11 without going over 21.</summary>
    public bool HasUsableAce => HasAce && HardTotal + 10 <= 21;

    /// <summary>The best sum: an ace counts as 11 where that does not go over 21.</summary>
    public int Total => HasUsableAce ? HardTotal + 10 : HardTotal;

    /// <summary>True when the sum is over 21.</summary>
    public bool IsBust => Total > 21;

    /// <summary>What the hand is worth against another one: its sum, or 0 when it is over 21.</summary>
    public int Score => IsBust ? 0 : Total;

    /// <summary>True for an ace and a ten and nothing else.</summary>
    public bool IsNatural => Cards == 2 && HasAce && HardTotal == 11;

    internal BlackjackHand With(int card) => new(Cards + 1, HardTotal + card, HasAce || card == 1);
}
