namespace RlKit.ToyText;

/// <summary>Options of a <see cref="Taxi"/>.</summary>
public sealed record TaxiOptions
{
    /// <summary>True when rain may push the taxi to either side of where it drives. By id: <c>is_rainy</c>.</summary>
    public bool IsRainy { get; init; }

    /// <summary>True when the passenger may change the destination once, on the first move after the first pickup. By id: <c>fickle_passenger</c>.</summary>
    public bool FicklePassenger { get; init; }

    /// <summary>In rain, how likely the taxi goes where it drives, 0 to 1; both sides share the rest. By id: <c>rainy_probability</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside 0 to 1.</exception>
    public double RainyProbability
    {
        get;
        init => field = Probability(value, nameof(RainyProbability));
    } = 0.8;

    /// <summary>How likely a fickle passenger changes the destination in an episode, 0 to 1. By id: <c>fickle_probability</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside 0 to 1.</exception>
    public double FickleProbability
    {
        get;
        init => field = Probability(value, nameof(FickleProbability));
    } = 0.3;

    internal static TaxiOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "is_rainy", "fickle_passenger", "rainy_probability", "fickle_probability");
        var read = new TaxiOptions();
        return new()
        {
            IsRainy = options.Get("is_rainy", read.IsRainy),
            FicklePassenger = options.Get("fickle_passenger", read.FicklePassenger),
            RainyProbability = options.Get("rainy_probability", read.RainyProbability),
            FickleProbability = options.Get("fickle_probability", read.FickleProbability),
        };
    }

    private static double Probability(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; give a probability, 0 to 1."));
}
