namespace RlKit.MinAtar;

/// <summary>Cross eight lanes of cars, again and again. MinAtar's Freeway: ids <c>MinAtar/Freeway-v0</c> (six actions) and <c>-v1</c> (nothing, up, down).</summary>
/// <remarks>
/// Observation: 10 x 10 cells of 7 channels: chicken, cars, and behind each car one of five that tell how many steps it takes for a cell (1 to 5). Reward: 1 for every crossing,
/// after which the cars have new speeds. A car throws the chicken back to the start. The episode terminates after 2501 steps.
/// </remarks>
/// <param name="options">The options; null for the defaults.</param>
public sealed class Freeway(MinAtarOptions? options = null) : MinAtarEnvironment<FreewayGame>(options);
