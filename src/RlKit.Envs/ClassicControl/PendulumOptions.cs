namespace RlKit.ClassicControl;

/// <summary>Options of a <see cref="Pendulum"/>.</summary>
public sealed record PendulumOptions
{
    /// <summary>The gravity, in metres a second squared; 10 where not given. By id: <c>g</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public double Gravity
    {
        get;
        init => field = double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Gravity), value, "The gravity is not finite; give a number such as 9.81.");
    } = 10.0;

    internal static PendulumOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "g");
        return new() { Gravity = options.Get("g", 10.0) };
    }
}
