namespace RlKit.MinAtar;

/// <summary>Shoot the aliens that come down, wave after wave. MinAtar's SpaceInvaders: ids <c>MinAtar/SpaceInvaders-v0</c> (six actions) and <c>-v1</c> (nothing, left, right, fire).</summary>
/// <remarks>
/// Observation: 10 x 10 cells of 6 channels: cannon, aliens, the aliens again in one of two channels for those that move to the left and to the right, own bullets, their bullets.
/// Reward: 1 for every alien. The episode terminates when an alien or a bullet meets the cannon, or the aliens are at the ground where they would come down further.
/// Aliens are faster when fewer are left, and in every new wave.
/// </remarks>
/// <param name="options">The options; null for the defaults.</param>
public sealed class SpaceInvaders(MinAtarOptions? options = null) : MinAtarEnvironment<SpaceInvadersGame>(options);
