namespace RlKit.MinAtar;

/// <summary>Shoot fish and submarines, fetch divers, and surface before the oxygen is used up. MinAtar's Seaquest: ids <c>MinAtar/Seaquest-v0</c> and <c>-v1</c>, both with six actions.</summary>
/// <remarks>
/// Observation: 10 x 10 cells of 10 channels: front and back of the own submarine, own bullets, the cell behind whatever swims, their bullets, fish, submarines, oxygen, divers aboard, divers.
/// Reward: 1 for every enemy shot, and up to 10, by the oxygen that is left, for surfacing with six divers. The episode terminates when an enemy or a bullet meets the submarine,
/// when the oxygen is used up, and when it surfaces with no diver. Each time it surfaces the enemies come more often, and faster.
/// </remarks>
/// <param name="options">The options; null for the defaults.</param>
public sealed class Seaquest(MinAtarOptions? options = null) : MinAtarEnvironment<SeaquestGame>(options);
