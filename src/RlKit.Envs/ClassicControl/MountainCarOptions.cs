namespace RlKit.ClassicControl;

/// <summary>Options of a <see cref="MountainCar"/> or a <see cref="MountainCarContinuous"/>.</summary>
public sealed record MountainCarOptions
{
    /// <summary>The velocity with which the car has at least to reach the flag, in position a step. By id: <c>goal_velocity</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is NaN.</exception>
    public double GoalVelocity
    {
        get;
        init => field = double.IsNaN(value)
            ? throw new ArgumentOutOfRangeException(nameof(GoalVelocity), value, "The goal velocity is NaN; give a number, usually 0 to 0.07.")
            : value;
    }

    internal static MountainCarOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "goal_velocity");
        return new() { GoalVelocity = options.Get("goal_velocity", 0.0) };
    }
}
