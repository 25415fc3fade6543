namespace RlKit.MinAtar;

/// <summary>Take the treasures that come from the sides and avoid the enemies. MinAtar's Asterix: ids <c>MinAtar/Asterix-v0</c> (six actions) and <c>-v1</c> (all but fire).</summary>
/// <remarks>
/// Observation: 10 x 10 cells of 4 channels: player, enemies, the cell behind whatever moves, treasures. Reward: 1 for every treasure. The episode terminates when the player
/// meets an enemy. Both come more often, and faster, as time goes on.
/// </remarks>
/// <param name="options">The options; null for the defaults.</param>
public sealed class Asterix(MinAtarOptions? options = null) : MinAtarEnvironment<AsterixGame>(options);
