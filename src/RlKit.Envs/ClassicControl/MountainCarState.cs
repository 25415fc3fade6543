namespace RlKit.ClassicControl;

/// <summary>The state of a <see cref="MountainCar"/> or a <see cref="MountainCarContinuous"/>.</summary>
/// <param name="Position">Along the track, -1.2 to 0.6; the valley's floor is at -pi/6.</param>
/// <param name="Velocity">Change of position in a step, -0.07 to 0.07.</param>
public readonly record struct MountainCarState(double Position, double Velocity);
