namespace RlKit.ClassicControl;

/// <summary>The state of a <see cref="Pendulum"/>.</summary>
/// <param name="Angle">In radians from upright, growing counter-clockwise; full turns are kept.</param>
/// <param name="AngularVelocity">In radians a second, -8 to 8.</param>
/// <param name="Torque">The clipped torque of the last step; NaN before the first. It is only drawn.</param>
public readonly record struct PendulumState(double Angle, double AngularVelocity, double Torque = double.NaN);
