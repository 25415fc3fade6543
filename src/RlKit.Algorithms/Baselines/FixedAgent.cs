namespace RlKit;

/// <summary>An agent whose policy does not change: it goes through the training loop as others do, with all that measures and records, and learns nothing.</summary>
public abstract class FixedAgent : Agent
{
    private readonly bool _deterministic;
    private readonly Pcg64 _random;

    private protected FixedAgent(IVectorEnvironment environment, Policy policy, bool deterministic, long seed)
        : base(environment, seed)
    {
        Policy = policy;
        _deterministic = deterministic;
        _random = NewRandom(RandomStream.Exploration);
    }

    /// <inheritdoc/>
    public override Policy Policy { get; }

    /// <inheritdoc/>
    protected internal override IEnumerable<(string Name, IStateful Part)> Parts => [("exploration", _random)];

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, object?> Configuration => new Dictionary<string, object?>();

    /// <inheritdoc/>
    protected internal override void Act()
    {
        if (ActsByIntegers) Policy.Act(ObservationBatch.Of(Environment), IntegerActions, _deterministic, _random);
        else Policy.Act(ObservationBatch.Of(Environment), RealActions, _deterministic, _random);
    }

    /// <inheritdoc/>
    protected internal override void Store()
    {
    }

    /// <inheritdoc/>
    protected internal override bool Update(PhaseClock clock) => false;
}
