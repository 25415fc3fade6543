namespace RlKit.MinAtar;

/// <summary>Keep a ball in play with a paddle and break three rows of bricks, again and again. MinAtar's Breakout: ids <c>MinAtar/Breakout-v0</c> (six actions) and <c>-v1</c> (nothing, left, right).</summary>
/// <remarks>
/// Observation: 10 x 10 cells of 4 channels: paddle, ball, where the ball was, bricks. Reward: 1 for every brick. The episode terminates when the ball passes the paddle.
/// </remarks>
/// <param name="options">The options; null for the defaults.</param>
public sealed class Breakout(MinAtarOptions? options = null) : MinAtarEnvironment<BreakoutGame>(options);
