using RlKit.Dynamics;

namespace RlKit.ToyText;

/// <summary>
/// Take cards until you stick, without going over 21; then the dealer does. Gymnasium's Blackjack: id <c>Blackjack-v1</c>, without a time limit and with the
/// rules of Sutton and Barto's book.
/// </summary>
/// <remarks>
/// <para>Observation: the player's sum, the dealer's open card (1 for an ace), and 1 when the player has a usable ace. Action: 0 stick, 1 take a card. Reward at the end: 1 for a
/// win, 0 for a draw, -1 for a loss. The deck is endless; the dealer sticks at 17 or more.</para>
/// <para>R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction" (2018), Example 5.1.</para>
/// </remarks>
public sealed class Blackjack : DynamicsEnvironment<BlackjackDynamics, BlackjackState, (int Total, int Showing, int UsableAce), int>
{
    /// <summary>A game of blackjack.</summary>
    public Blackjack(BlackjackOptions? options = null)
        : this(new BlackjackDynamics(options ?? new()))
    {
    }

    private Blackjack(BlackjackDynamics dynamics)
        : base(dynamics, dynamics.ObservationSpace, dynamics.ActionSpace)
    {
    }

    private (int Total, int Showing, int UsableAce) Observation => (Row.Player.Total, Row.Showing, Row.Player.HasUsableAce ? 1 : 0);

    /// <inheritdoc/>
    protected override bool Accepts(int action) => Dynamics.Accepts([action]);

    /// <inheritdoc/>
    protected override (int Total, int Showing, int UsableAce) OnReset(EnvironmentOptions? options)
    {
        Dynamics.Reset(ref Row, Random, options);
        return Observation;
    }

    /// <inheritdoc/>
    protected override StepResult<(int Total, int Showing, int UsableAce)> OnStep(int action)
    {
        double reward = Dynamics.Step(ref Row, [action], Random, out bool terminated);
        return Result(Observation, reward, terminated);
    }
}
