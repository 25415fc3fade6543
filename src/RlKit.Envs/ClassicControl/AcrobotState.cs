namespace RlKit.ClassicControl;

/// <summary>The state of an <see cref="Acrobot"/>.</summary>
/// <param name="Angle1">Of the upper link, in radians from hanging straight down, -pi to pi.</param>
/// <param name="Angle2">Of the lower link against the upper one, in radians, -pi to pi.</param>
/// <param name="Velocity1">Change of the first angle, in radians a second.</param>
/// <param name="Velocity2">Change of the second angle, in radians a second.</param>
public readonly record struct AcrobotState(double Angle1, double Angle2, double Velocity1, double Velocity2)
{
    internal AcrobotState Plus(double factor, in AcrobotState other) => new(
        Angle1 + factor * other.Angle1,
        Angle2 + factor * other.Angle2,
        Velocity1 + factor * other.Velocity1,
        Velocity2 + factor * other.Velocity2);
}
