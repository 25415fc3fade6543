namespace RlKit.ClassicControl;

/// <summary>What both mountain cars have in common.</summary>
internal static class MountainCarTrack
{
    public const double MinPosition = -1.2;
    public const double MaxPosition = 0.6;
    public const double MaxSpeed = 0.07;
    public const double Gravity = 0.0025;

    public static Box<float> ObservationSpace() => new([(float)MinPosition, -(float)MaxSpeed], [(float)MaxPosition, (float)MaxSpeed]);

    public static MountainCarState Start(Pcg64 random, EnvironmentOptions? options, string owner)
    {
        (double low, double high) = ResetBounds.Read(options, owner, new(-0.6, -0.4));
        return new(random.Uniform(low, high), 0);
    }

    public static void Observe(in MountainCarState state, Span<float> observation)
    {
        observation[1] = (float)state.Velocity;
        observation[0] = (float)state.Position;
    }

    public static void Save(in MountainCarState state, BinaryWriter writer)
    {
        writer.Write(state.Position);
        writer.Write(state.Velocity);
    }

    public static MountainCarState Load(BinaryReader reader) => new(reader.ReadDouble(), reader.ReadDouble());
}
