namespace RlKit.ToyText;

/// <summary>One of the things that may follow an action.</summary>
/// <param name="Probability">How likely it is, 0 to 1.</param>
/// <param name="NextState">The state afterwards.</param>
/// <param name="Reward">The reward.</param>
/// <param name="Terminated">True when the episode ends with it.</param>
public readonly record struct Transition(double Probability, int NextState, double Reward, bool Terminated);
