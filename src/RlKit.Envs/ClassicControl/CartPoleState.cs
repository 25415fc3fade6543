namespace RlKit.ClassicControl;

/// <summary>The state of a <see cref="CartPole"/>.</summary>
/// <param name="Position">Of the cart, in metres from the middle.</param>
/// <param name="Velocity">Of the cart, in metres a second.</param>
/// <param name="Angle">Of the pole, in radians from upright, positive to the right.</param>
/// <param name="AngularVelocity">Of the pole, in radians a second.</param>
public readonly record struct CartPoleState(double Position, double Velocity, double Angle, double AngularVelocity);
