using RlKit.Drawing;
using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>The rules of <see cref="Blackjack"/>.</summary>
public readonly struct BlackjackDynamics : IDynamics<BlackjackState, float, int>
{
    private const int Totals = 32;
    private const int Cards = 11;
    private const int DealerStands = 17;

    private readonly bool _natural;
    private readonly bool _suttonBarto;

    /// <summary>The rules with the options given.</summary>
    public BlackjackDynamics(BlackjackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _natural = options.Natural;
        _suttonBarto = options.SuttonBarto;
        ObservationSpace = new TupleSpace<int, int, int>(new Discrete(Totals), new Discrete(Cards), new Discrete(2));
        ActionSpace = new Discrete(2);
    }

    /// <summary>The player's sum, the dealer's open card (1 for an ace), and 1 when the player has a usable ace.</summary>
    public TupleSpace<int, int, int> ObservationSpace { get; }

    /// <summary>0 sticks, 1 takes a card.</summary>
    public Discrete ActionSpace { get; }

    Space IDynamics<BlackjackState>.ObservationSpace => ObservationSpace;

    Space IDynamics<BlackjackState>.ActionSpace => ActionSpace;

    /// <inheritdoc/>
    public void Reset(ref BlackjackState state, Pcg64 random, EnvironmentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(random);
        options?.RefuseUnknown("The reset of Blackjack");
        int showing = Draw(random);
        BlackjackHand dealer = default(BlackjackHand).With(showing).With(Draw(random));
        BlackjackHand player = default(BlackjackHand).With(Draw(random)).With(Draw(random));
        int suit = random.Integers(4);
        state = new(player, dealer, showing, suit, Picture: showing == 10 ? random.Integers(3) : 0);
    }

    /// <inheritdoc/>
    public bool Accepts(ReadOnlySpan<int> action) => (uint)action[0] < 2;

    /// <inheritdoc/>
    public double Step(ref BlackjackState state, ReadOnlySpan<int> action, Pcg64 random, out bool terminated)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (action[0] == 1)
        {
            state = state with { Player = state.Player.With(Draw(random)) };
            terminated = state.Player.IsBust;
            return terminated ? -1 : 0;
        }

        BlackjackHand dealer = state.Dealer;
        while (dealer.Total < DealerStands) dealer = dealer.With(Draw(random));
        state = state with { Dealer = dealer };
        terminated = true;

        double reward = Math.Sign(state.Player.Score - dealer.Score);
        if (!state.Player.IsNatural) return reward;
        if (_suttonBarto) return dealer.IsNatural ? reward : 1;
        return _natural && reward == 1 ? 1.5 : reward;
    }

    /// <inheritdoc/>
    public void Observe(in BlackjackState state, Span<float> observation)
    {
        observation.Clear();
        observation[state.Player.Total] = 1;
        observation[Totals + state.Showing] = 1;
        observation[Totals + Cards + (state.Player.HasUsableAce ? 1 : 0)] = 1;
    }

    /// <summary>Puts nothing: the observation is all that a player may know.</summary>
    public void Describe(in BlackjackState state, Info info)
    {
    }

    /// <summary>A picture of 600 x 400 pixels. The dealer's sum is told when it cannot be hidden any more.</summary>
    public Frame Render(in BlackjackState state) => BlackjackDrawing.Draw(
        state.Dealer.Cards,
        state.Showing,
        state.Suit,
        state.Picture,
        state.Dealer.Cards > 2 || state.Player.IsBust ? state.Dealer.Total : null,
        state.Player.Cards,
        state.Player.Total,
        state.Player.HasUsableAce);

    /// <inheritdoc/>
    public void SaveState(in BlackjackState state, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Save(state.Player);
        Save(state.Dealer);
        writer.Write(state.Showing);
        writer.Write(state.Suit);
        writer.Write(state.Picture);

        void Save(BlackjackHand hand)
        {
            writer.Write(hand.Cards);
            writer.Write(hand.HardTotal);
            writer.Write(hand.HasAce);
        }
    }

    /// <inheritdoc/>
    public void LoadState(ref BlackjackState state, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var read = new BlackjackState(Load(), Load(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        if (read.Player.Total is < 0 or >= Totals || read.Showing is < 1 or >= Cards || read.Suit is < 0 or > 3 || read.Picture is < 0 or > 2)
            throw new InvalidDataException($"{read} is no state of Blackjack; the data is damaged.");
        state = read;

        BlackjackHand Load() => new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
    }

    /// <summary>A card of an endless deck: 1 for an ace, 2 to 9, and 10 for a ten or a picture.</summary>
    private static int Draw(Pcg64 random) => Math.Min(random.Integers(13) + 1, 10);
}
