namespace RlKit.ToyText;

/// <summary>The state of a <see cref="Blackjack"/>.</summary>
/// <param name="Player">The player's cards.</param>
/// <param name="Dealer">The dealer's cards.</param>
/// <param name="Showing">The dealer's open card: 1 for an ace, 10 for a ten or a picture.</param>
/// <param name="Suit">Of the open card: 0 clubs, 1 diamonds, 2 hearts, 3 spades. It is only drawn.</param>
/// <param name="Picture">Of an open card of ten: 0 jack, 1 queen, 2 king; 0 for others. It is only drawn.</param>
public readonly record struct BlackjackState(BlackjackHand Player, BlackjackHand Dealer, int Showing, int Suit, int Picture);
